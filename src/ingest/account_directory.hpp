#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/written_exchange.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

inline constexpr std::size_t kNoAccount = static_cast<std::size_t>(-1);

/// Place of an id among this rank's accounts, or kNoAccount.
[[nodiscard]] std::size_t find_account(const AccountTable& accounts, std::string_view id) noexcept;

/// Which rank has which accounts, by their position in the whole population; and a way to ask them.
class AccountDirectory {
 public:
  /// Collective. `accounts` has its n_local and first_global, and outlives this.
  AccountDirectory(const parallel::Communicator& comm, const AccountTable& accounts);

  /// Collective. For each position asked for, in order, its owner writes a reply by put(local account, writer), and
  /// take(place among the positions, reader) reads it here. All replies are written before any is read on this rank.
  template <class Put, class Take>
  void ask(std::span<const std::uint64_t> positions, Put put, Take take) const {
    std::vector<WireWriter> questions(firsts_.size());
    parallel::run_together(comm_, [&] {
      for (const std::uint64_t position : positions) {
        const std::size_t rank = rank_of(position);
        questions[rank].put(static_cast<std::uint32_t>(position - firsts_[rank]));
      }
    });
    const std::vector<std::vector<std::byte>> asked = exchange_written(comm_, questions);
    std::vector<WireWriter> replies(firsts_.size());
    parallel::run_together(comm_, [&] {
      for (std::size_t rank = 0; rank < asked.size(); ++rank) {
        WireReader in(text_of(asked[rank]));
        while (!in.done()) put(std::size_t{in.get<std::uint32_t>()}, replies[rank]);
      }
    });
    const std::vector<std::vector<std::byte>> told = exchange_written(comm_, replies);
    parallel::run_together(comm_, [&] {
      std::vector<WireReader> readers;
      readers.reserve(told.size());
      for (const auto& bytes : told) readers.emplace_back(text_of(bytes));
      for (std::size_t k = 0; k < positions.size(); ++k) take(k, readers[rank_of(positions[k])]);
    });
  }

  [[nodiscard]] const parallel::Communicator& comm() const noexcept { return comm_; }
  [[nodiscard]] std::size_t rank_of(std::uint64_t position) const noexcept {
    // Ranks without accounts share the next one's first position; the last of equals has it.
    return static_cast<std::size_t>(std::upper_bound(firsts_.begin(), firsts_.end(), position) - firsts_.begin()) - 1;
  }

 private:
  const parallel::Communicator& comm_;
  std::vector<std::uint64_t> firsts_;  ///< by rank: position of its first account
};

}  // namespace tessera::intake
