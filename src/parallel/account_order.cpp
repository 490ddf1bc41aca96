#include "parallel/account_order.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tessera::parallel {

AccountOrder::AccountOrder(const Communicator& comm, std::span<const AccountKey> keys, const TextColumn& ids)
    : comm_(comm) {
  rank_of_.reserve(keys.size());
  for (const AccountKey key : keys) rank_of_.push_back(static_cast<std::uint32_t>(owner_of(key, comm.size())));
  std::vector<std::uint64_t> sends(static_cast<std::size_t>(comm.size()), 0);
  for (const std::uint32_t rank : rank_of_) ++sends[rank];
  const std::vector<std::uint64_t> all_send = comm.all_gather_equal(std::span<const std::uint64_t>(sends));
  for (std::size_t r = 0; r < sends.size(); ++r)
    came_from_.push_back(all_send[r * sends.size() + static_cast<std::size_t>(comm.rank())]);
  const std::vector<AccountKey> came = sent(keys);
  // In the order in which they came, as long as that is what `order_` says.
  order_.resize(came.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  const TextColumn came_ids = moved(ids);
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(came[a], came_ids.at(a)) < std::tuple(came[b], came_ids.at(b));
  });
}

TextColumn AccountOrder::moved(const TextColumn& texts) const {
  std::vector<std::uint64_t> lengths(texts.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) lengths[i] = texts.at(i).size();
  const std::vector<std::uint64_t> came_lengths = sent(std::span<const std::uint64_t>(lengths));
  TextColumn came;
  came.ends.resize(came_lengths.size());
  std::partial_sum(came_lengths.begin(), came_lengths.end(), came.ends.begin());
  const std::vector<char> bytes = sent_bytes(texts);
  came.bytes.assign(bytes.begin(), bytes.end());
  TextColumn ordered;
  ordered.ends.reserve(order_.size());
  ordered.bytes.reserve(came.bytes.size());
  for (const std::size_t place : order_) ordered.push_back(came.at(place));
  return ordered;
}

std::vector<char> AccountOrder::sent_bytes(const TextColumn& texts) const {
  std::vector<std::vector<std::byte>> out(static_cast<std::size_t>(comm_.size()));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string_view text = texts.at(i);
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    out[rank_of_[i]].insert(out[rank_of_[i]].end(), bytes.begin(), bytes.end());
  }
  std::vector<char> came;
  for (const std::vector<std::byte>& bytes : comm_.exchange(out)) {
    const auto* const begin = reinterpret_cast<const char*>(bytes.data());
    came.insert(came.end(), begin, begin + bytes.size());
  }
  return came;
}

}  // namespace tessera::parallel
