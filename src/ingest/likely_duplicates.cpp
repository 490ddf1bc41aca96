#include "ingest/likely_duplicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/column_cells.hpp"
#include "ingest/company_name.hpp"
#include "ingest/folded_text.hpp"
#include "ingest/likely_pairs.hpp"
#include "ingest/name_blocks.hpp"
#include "ingest/written_exchange.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

/// One search. Members are collective but for those of one account.
class Search {
 public:
  Search(const Context& context, const Job& job, const AccountTable& accounts, const DuplicateLimits& limits)
      : context_(context),
        accounts_(accounts),
        limits_(limits),
        name_(*accounts.find(job.duplicates->name.text)),
        place_(job.duplicates->place.empty() ? nullptr : accounts.find(job.duplicates->place.text)),
        least_(static_cast<int>(std::lround(job.duplicates->least * 1000.0))) {
    blocks_.reserve(accounts.n_local);
    for (std::size_t i = 0; i < accounts.n_local; ++i) blocks_.push_back(blocks_of(words(i), place(i), job.seed));
  }

  DuplicateSearch run() {
    const parallel::Communicator& comm = context_.comm;
    leave_out_crowded_blocks();
    const std::uint64_t records =
        comm.all_reduce<parallel::Reduce::kSum>(std::uint64_t{accounts_.n_local}) * kBlocksOfAccount;
    const std::uint64_t rounds = records / (limits_.records_a_round * static_cast<std::uint64_t>(comm.size())) + 1;
    LikelyPairs pairs(limits_.most_listed);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const std::vector<std::vector<std::byte>> arrived = comm.exchange(records_of(round, rounds));
      parallel::run_together(comm, [&] { compare(arrived, pairs); });
    }
    found_.pairs_found = comm.all_reduce<parallel::Reduce::kSum>(pairs.count());
    found_.pairs_skipped = comm.all_reduce<parallel::Reduce::kSum>(pairs_skipped_);
    found_.pairs = pairs.first_of_all_ranks(comm);
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::u32string words(std::size_t i) const { return company_words(text_at(name_, i)); }
  [[nodiscard]] std::u32string place(std::size_t i) const {
    return place_ == nullptr ? std::u32string() : folded(text_at(*place_, i));
  }

  void leave_out_crowded_blocks() {
    const CrowdedBlocks crowded = crowded_blocks(context_.comm, blocks_, limits_.most_in_block);
    found_.accounts_skipped = crowded.members;
    for (Blocks& blocks : blocks_) {
      std::ranges::replace_if(
          blocks, [&](std::uint64_t block) { return std::ranges::binary_search(crowded.blocks, block); }, kNoBlock);
      std::ranges::sort(blocks);
    }
  }

  /// What this rank has of the round's blocks: an account's blocks, key, id and name, once for each block.
  [[nodiscard]] std::vector<std::vector<std::byte>> records_of(std::uint64_t round, std::uint64_t rounds) const {
    const int ranks = context_.comm.size();
    std::vector<WireWriter> writers(static_cast<std::size_t>(ranks));
    for (std::size_t i = 0; i < accounts_.n_local; ++i) {
      for (const std::uint64_t block : blocks_[i]) {
        if (block == kNoBlock || (block & 0xFFFFFFFFU) * rounds >> 32U != round) continue;
        WireWriter& out = writers[static_cast<std::size_t>(owner_of(block, ranks))];
        const std::u32string name = words(i);
        out.put(block);
        out.put(blocks_[i]);
        out.put(accounts_.keys[i]);
        out.put_text(accounts_.ids.at(i));
        out.put_text({reinterpret_cast<const char*>(name.data()), name.size() * sizeof(char32_t)});
      }
    }
    return bytes_of(writers);
  }

  void compare(const std::vector<std::vector<std::byte>>& arrived, LikelyPairs& pairs) {
    std::vector<NameRecord> records = read_records(arrived);
    std::vector<std::span<const NameRecord>> blocks;
    for (auto first = records.begin(); first != records.end();) {
      const auto last =
          std::find_if(first, records.end(), [&](const NameRecord& one) { return one.block != first->block; });
      blocks.emplace_back(first, last);
      first = last;
    }
    pairs_skipped_ += pairs.compare(blocks, limits_.window, least_, context_.threads);
  }

  const Context& context_;
  const AccountTable& accounts_;
  const DuplicateLimits& limits_;
  const Column& name_;
  const Column* place_;
  int least_;
  std::vector<Blocks> blocks_;  ///< n_local
  std::uint64_t pairs_skipped_ = 0;
  DuplicateSearch found_;
};

/// What it came to, in numbers alone: ids are for the results, where they can be guarded.
void tell(const Journal& journal, const DuplicateSearch& found) {
  journal.info(
      fmt::format("likely duplicates: {} pairs of accounts have like names, {} of them listed in "
                  "/ingest/likely_duplicates",
                  found.pairs_found, found.pairs.size()));
  if (found.pairs_skipped > 0 || found.accounts_skipped > 0)
    journal.info(
        fmt::format("likely duplicates: where too many accounts begin or end alike, at most {} pairs were not "
                    "compared, and {} times an account was left out",
                    found.pairs_skipped, found.accounts_skipped));
}

}  // namespace

DuplicateSearch likely_duplicates(const Context& context, const Job& job, const AccountTable& accounts,
                                  const DuplicateLimits& limits) {
  DuplicateSearch found = Search(context, job, accounts, limits).run();
  tell(context.journal, found);
  return found;
}

}  // namespace tessera::intake
