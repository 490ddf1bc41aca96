#include "ingest/likely_pairs.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "ingest/company_name.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/written_exchange.hpp"

namespace tessera::intake {
namespace {

/// The first block that both accounts are in; both are in one.
std::uint64_t first_shared(const Blocks& a, const Blocks& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (a[i] != b[j]) ++(a[i] < b[j] ? i : j);
  return a[i];
}

/// Pairs of a block of n that are more than `window` apart.
std::uint64_t pairs_beyond(std::uint64_t n, std::uint64_t window) {
  return n <= window + 1 ? 0 : (n - window - 1) * (n - window) / 2;
}

}  // namespace

std::vector<NameRecord> read_records(std::span<const std::vector<std::byte>> arrived) {
  std::vector<NameRecord> records;
  for (const std::vector<std::byte>& bytes : arrived) {
    WireReader in(text_of(bytes));
    while (!in.done()) {
      NameRecord& record = records.emplace_back();
      record.block = in.get<std::uint64_t>();
      record.blocks = in.get<Blocks>();
      record.key = in.get<AccountKey>();
      record.id = in.view_text();
      const std::string_view words = in.view_text();
      record.words.resize(words.size() / sizeof(char32_t));
      std::memcpy(record.words.data(), words.data(), words.size());
    }
  }
  std::ranges::sort(records, [](const NameRecord& a, const NameRecord& b) {
    return std::tie(a.block, a.words, a.key, a.id) < std::tie(b.block, b.words, b.key, b.id);
  });
  return records;
}

bool LikelyPairs::Pair::before(const Pair& other_pair) const noexcept {
  if (score != other_pair.score) return score > other_pair.score;
  return std::tie(key, id, other, other_id) <
         std::tie(other_pair.key, other_pair.id, other_pair.other, other_pair.other_id);
}

void LikelyPairs::compare_block(std::span<const NameRecord> block, std::size_t window, int least,
                                std::vector<Pair>& found) {
  if (block.size() < 2) return;
  std::vector<ComparableName> names;
  for (const NameRecord& record : block) names.push_back(comparable(record.words));
  for (std::size_t i = 0; i < block.size(); ++i) {
    for (std::size_t j = i + 1; j < block.size() && j - i <= window; ++j) {
      if (first_shared(block[i].blocks, block[j].blocks) != block[i].block) continue;
      const int score = likeness(names[i], names[j], least);
      if (score == 0) continue;
      const bool in_order = std::tie(block[i].key, block[i].id) < std::tie(block[j].key, block[j].id);
      const NameRecord& first = block[in_order ? i : j];
      const NameRecord& second = block[in_order ? j : i];
      found.push_back({score, first.key, second.key, std::string(first.id), std::string(second.id)});
    }
  }
}

std::uint64_t LikelyPairs::compare(std::span<const std::span<const NameRecord>> blocks, std::size_t window, int least,
                                   int threads) {
  const std::size_t shares = std::min(blocks.size(), static_cast<std::size_t>(threads) * 8);
  std::vector<std::vector<Pair>> found(shares);
  for_each_in_parallel(threads, shares, [&](std::size_t s) {
    for (std::size_t b = s; b < blocks.size(); b += shares) compare_block(blocks[b], window, least, found[s]);
  });
  for (std::vector<Pair>& pairs : found) {
    count_ += pairs.size();
    std::ranges::move(pairs, std::back_inserter(pairs_));
  }
  keep_first();
  std::uint64_t skipped = 0;
  for (const std::span<const NameRecord> block : blocks) skipped += pairs_beyond(block.size(), window);
  return skipped;
}

/// No pair behind the first `most_` of one rank can be among those of all ranks.
void LikelyPairs::keep_first() {
  if (pairs_.size() <= most_) return;
  const auto end = pairs_.begin() + static_cast<std::ptrdiff_t>(most_);
  std::nth_element(pairs_.begin(), end, pairs_.end(), [](const Pair& a, const Pair& b) { return a.before(b); });
  pairs_.erase(end, pairs_.end());
}

std::vector<LikelyDuplicate> LikelyPairs::first_of_all_ranks(const parallel::Communicator& comm) {
  // The highest order up to which all ranks together have no more than fit, by halving: what then travels is bounded
  // whatever the ranks.
  std::uint64_t low = 0;
  std::uint64_t high = std::uint64_t{1001} << 54U;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto mine = std::ranges::count_if(pairs_, [&](const Pair& pair) { return pair.order() <= middle; });
    if (comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::uint64_t>(mine)) <= most_) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  WireWriter out;
  for (const Pair& pair : pairs_) {
    if (pair.order() >= low) continue;
    out.put(pair.score);
    out.put(pair.key);
    out.put(pair.other);
    out.put_text(pair.id);
    out.put_text(pair.other_id);
  }
  const std::string_view mine = out.bytes();
  const std::vector<char> all = comm.all_gather_varied(std::span<const char>(mine));
  WireReader in({all.data(), all.size()});
  std::vector<Pair> pairs;
  while (!in.done()) {
    Pair& pair = pairs.emplace_back();
    pair.score = in.get<int>();
    pair.key = in.get<AccountKey>();
    pair.other = in.get<AccountKey>();
    pair.id = in.get_text();
    pair.other_id = in.get_text();
  }
  std::ranges::sort(pairs, [](const Pair& a, const Pair& b) { return a.before(b); });
  std::vector<LikelyDuplicate> first;
  first.reserve(pairs.size());
  for (Pair& pair : pairs) first.push_back({std::move(pair.id), std::move(pair.other_id), pair.score / 1000.0});
  return first;
}

}  // namespace tessera::intake
