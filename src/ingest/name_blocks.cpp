#include "ingest/name_blocks.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace tessera::intake {
namespace {

constexpr std::size_t kLettersOfWord = 3;

struct BlockCount {
  std::uint64_t block = 0;
  std::uint64_t members = 0;
};

/// Neighbours of one block become one.
void fold(std::vector<BlockCount>& counts) {
  std::ranges::sort(counts, {}, &BlockCount::block);
  std::size_t kept = 0;
  for (const BlockCount& one : counts) {
    if (kept > 0 && counts[kept - 1].block == one.block) {
      counts[kept - 1].members += one.members;
    } else {
      counts[kept++] = one;
    }
  }
  counts.resize(kept);
}

std::vector<BlockCount> counts_of(const std::vector<std::byte>& bytes) {
  std::vector<BlockCount> counts(bytes.size() / sizeof(BlockCount));
  if (!counts.empty()) std::copy_n(bytes.data(), bytes.size(), reinterpret_cast<std::byte*>(counts.data()));
  return counts;
}

std::u32string_view longest_word(std::u32string_view words) {
  std::u32string_view longest;
  while (!words.empty()) {
    const std::u32string_view word = words.substr(0, words.find(U' '));
    if (word.size() > longest.size() || (word.size() == longest.size() && word < longest)) longest = word;
    words.remove_prefix(std::min(word.size() + 1, words.size()));
  }
  return longest;
}

}  // namespace

Blocks blocks_of(std::u32string_view words, std::u32string_view place, std::uint64_t seed) {
  Blocks blocks{kNoBlock, kNoBlock, kNoBlock, kNoBlock};
  if (words.empty()) return blocks;
  std::u32string text;
  const auto block = [&](char32_t kind, std::u32string_view letters) {
    text = kind;
    text.append(place).append(1, U'\n').append(letters);
    return std::min(XXH3_64bits_withSeed(text.data(), text.size() * sizeof(char32_t), seed), kNoBlock - 1);
  };
  const std::size_t end = words.size() - std::min(words.size(), kLettersOfWord);
  blocks = {block(U'b', words.substr(0, kLettersOfWord)), block(U'b', longest_word(words).substr(0, kLettersOfWord)),
            block(U'e', words.substr(end)), block(U'w', words)};
  std::ranges::sort(blocks);
  std::fill(std::unique(blocks.begin(), blocks.end()), blocks.end(), kNoBlock);
  return blocks;
}

int owner_of(std::uint64_t block, int ranks) noexcept {
  return static_cast<int>((block >> 32U) * static_cast<std::uint64_t>(ranks) >> 32U);
}

CrowdedBlocks crowded_blocks(const parallel::Communicator& comm, std::span<const Blocks> of_accounts,
                             std::uint32_t most) {
  std::vector<BlockCount> mine;
  for (const Blocks& blocks : of_accounts)
    for (const std::uint64_t block : blocks)
      if (block != kNoBlock) mine.push_back({block, 1});
  fold(mine);
  std::vector<std::vector<std::byte>> outgoing(static_cast<std::size_t>(comm.size()));
  for (const BlockCount& one : mine) {
    const auto bytes = std::as_bytes(std::span(&one, 1));
    auto& to = outgoing[static_cast<std::size_t>(owner_of(one.block, comm.size()))];
    to.insert(to.end(), bytes.begin(), bytes.end());
  }
  mine = {};
  std::vector<BlockCount> owned;
  for (const std::vector<std::byte>& bytes : comm.exchange(outgoing)) {
    const std::vector<BlockCount> counts = counts_of(bytes);
    owned.insert(owned.end(), counts.begin(), counts.end());
  }
  fold(owned);
  std::erase_if(owned, [most](const BlockCount& one) { return one.members <= most; });
  CrowdedBlocks crowded;
  for (const BlockCount& one : comm.all_gather_varied(std::span<const BlockCount>(owned))) {
    crowded.blocks.push_back(one.block);
    crowded.members += one.members;
  }
  std::ranges::sort(crowded.blocks);
  return crowded;
}

}  // namespace tessera::intake
