#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/account_table.hpp"

namespace tessera::parallel {

/// Brings rows that lie on ranks in one order to the canonical order of other keys: by key, then by id, ranks in order.
class AccountOrder {
 public:
  /// Collective. `keys` and `ids` are of this rank's rows, and what they are to be ordered by.
  AccountOrder(const Communicator& comm, std::span<const AccountKey> keys, const TextColumn& ids);

  [[nodiscard]] std::size_t n_local() const noexcept { return order_.size(); }  ///< rows of this rank, afterwards

  /// Collective. The rows of this rank in the new order, of a column whose rows of this rank are given in the old one.
  template <Movable T>
  [[nodiscard]] std::vector<T> moved(std::span<const T> values) const;
  [[nodiscard]] TextColumn moved(const TextColumn& texts) const;
  /// Collective. The other way: `values` is by row in the new order, the result by row in the old one.
  template <Movable T>
  [[nodiscard]] std::vector<T> moved_back(std::span<const T> values) const;

 private:
  template <Movable T>
  [[nodiscard]] std::vector<T> sent(std::span<const T> values) const;
  [[nodiscard]] std::vector<char> sent_bytes(const TextColumn& texts) const;

  const Communicator& comm_;
  std::vector<std::uint32_t> rank_of_;  ///< by old row: the rank that it goes to
  std::vector<std::size_t> order_;      ///< by new row: its place among the rows that came
  std::vector<std::size_t> came_from_;  ///< by rank: how many rows came from it
};

template <Movable T>
std::vector<T> AccountOrder::sent(std::span<const T> values) const {
  std::vector<std::vector<std::byte>> out(static_cast<std::size_t>(comm_.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bytes = std::as_bytes(values.subspan(i, 1));
    out[rank_of_[i]].insert(out[rank_of_[i]].end(), bytes.begin(), bytes.end());
  }
  std::vector<T> came;
  for (const std::vector<std::byte>& bytes : comm_.exchange(out)) {
    const std::size_t before = came.size();
    came.resize(before + bytes.size() / sizeof(T));
    std::copy(bytes.begin(), bytes.end(), std::as_writable_bytes(std::span(came).subspan(before)).begin());
  }
  return came;
}

template <Movable T>
std::vector<T> AccountOrder::moved(std::span<const T> values) const {
  const std::vector<T> came = sent(values);
  std::vector<T> ordered;
  ordered.reserve(order_.size());
  for (const std::size_t place : order_) ordered.push_back(came[place]);
  return ordered;
}

template <Movable T>
std::vector<T> AccountOrder::moved_back(std::span<const T> values) const {
  std::vector<T> as_they_came(order_.size());
  for (std::size_t row = 0; row < order_.size(); ++row) as_they_came[order_[row]] = values[row];
  std::vector<std::vector<std::byte>> out(static_cast<std::size_t>(comm_.size()));
  std::size_t first = 0;
  for (std::size_t r = 0; r < out.size(); first += came_from_[r++]) {
    const auto bytes = std::as_bytes(std::span<const T>(as_they_came).subspan(first, came_from_[r]));
    out[r].assign(bytes.begin(), bytes.end());
  }
  const std::vector<std::vector<std::byte>> back = comm_.exchange(std::move(out));
  std::vector<T> old(rank_of_.size());
  std::vector<std::size_t> next(back.size(), 0);  // bytes of each rank's answer that are used up
  for (std::size_t i = 0; i < old.size(); ++i) {
    std::size_t& at = next[rank_of_[i]];
    std::copy_n(back[rank_of_[i]].begin() + static_cast<std::ptrdiff_t>(at), sizeof(T),
                std::as_writable_bytes(std::span(old).subspan(i, 1)).begin());
    at += sizeof(T);
  }
  return old;
}

}  // namespace tessera::parallel
