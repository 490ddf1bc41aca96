#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/name_blocks.hpp"
#include "parallel/communicator.hpp"
#include "tessera/account_key.hpp"
#include "tessera/ingest.hpp"

namespace tessera::intake {

/// An account as it comes to the rank that likens the accounts of a block.
struct NameRecord {
  std::uint64_t block = 0;
  Blocks blocks{};  ///< all of the account's
  AccountKey key;
  std::string_view id;
  std::u32string words;  ///< of its name; see company_name.hpp
};

/// The records in the bytes of all ranks, by block, name and account: the order in which they came does not show. Ids
/// are views into the bytes.
[[nodiscard]] std::vector<NameRecord> read_records(std::span<const std::vector<std::byte>> arrived);

/// Pairs of like names that one rank has found, the likeliest kept.
class LikelyPairs {
 public:
  explicit LikelyPairs(std::uint64_t most) : most_(most) {}

  /// Likens each record to the `window` that follow it in its block. A pair that shares several blocks counts in the
  /// first of them by hash alone. Gives the number of pairs of these blocks too far apart to be compared.
  std::uint64_t compare(std::span<const std::span<const NameRecord>> blocks, std::size_t window, int least,
                        int threads);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// Collective; the same on every rank: those of all ranks, by score and canonical order, as many as fit. Where only
  /// some of the pairs of one account and score fit, none of them is taken.
  [[nodiscard]] std::vector<LikelyDuplicate> first_of_all_ranks(const parallel::Communicator& comm);

 private:
  struct Pair {
    int score = 0;  ///< thousandths
    AccountKey key, other;
    std::string id, other_id;
    /// Likelier pairs are lower, then those of lower keys.
    [[nodiscard]] std::uint64_t order() const noexcept {
      return static_cast<std::uint64_t>(1000 - score) << 54U | key.hi >> 10U;
    }
    [[nodiscard]] bool before(const Pair& other_pair) const noexcept;
  };
  static void compare_block(std::span<const NameRecord> block, std::size_t window, int least, std::vector<Pair>& found);
  void keep_first();

  std::uint64_t most_;
  std::uint64_t count_ = 0;
  std::vector<Pair> pairs_;
};

}  // namespace tessera::intake
