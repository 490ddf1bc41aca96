#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "results/column_hash.hpp"
#include "tessera/account_key.hpp"

namespace tessera::results {

/// The first bytes of a cell, as they lie in memory; those behind its end are 0.
using CellWords = std::array<std::uint64_t, 4>;

/// XXH3-128 of a short cell behind the hash of its column's path and the key of its row, without a byte of it being
/// stored: what is put together in memory is read across the borders of what was just stored, and each such read waits.
/// The steps are those of XXH3 for 33 to 64 bytes (https://github.com/Cyan4973/xxHash), with its secret and no seed.
class HeadedHash {
 public:
  static constexpr std::size_t kMostBytes = sizeof(CellWords);

  explicit HeadedHash(std::string_view path);

  /// `count`: bytes of the cell, from 1 to kMostBytes.
  HashSum operator()(AccountKey key, const CellWords& cell, std::size_t count) const noexcept {
    const Words words{path_[0], path_[1], key.hi, key.lo, cell[0], cell[1], cell[2], cell[3]};
    const std::uint64_t bytes = kHeadBytes + count;
    std::uint64_t low = bytes * kPrime1, high = 0;
    mix({key.hi, key.lo}, {at(words, count), at(words, count + 8)}, 4, low, high);
    mix({path_[0], path_[1]}, {at(words, count + 16), at(words, count + 24)}, 0, low, high);
    return {std::uint64_t{0} - avalanche(low * kPrime1 + high * kPrime4 + bytes * kPrime2), avalanche(low + high)};
  }

 private:
  static_assert(std::endian::native == std::endian::little);
  __extension__ using Wide = unsigned __int128;
  using Words = std::array<std::uint64_t, 8>;
  struct Pair {
    std::uint64_t first, second;
  };
  static constexpr std::size_t kHeadBytes = 32;
  static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87, kPrime2 = 0xC2B2AE3D27D4EB4F,
                                 kPrime4 = 0x85EBCA77C2B2AE63;
  static constexpr Words kSecret{0xbe4ba423396cfeb8, 0x1cad21f72c81017c, 0xdb979083e96dd4de, 0x1f67b3b7a4a44072,
                                 0x78e5c0cc4ee679cb, 0x2172ffcc7dd05a82, 0x8e2443f7744608b8, 0x4c263a81e69035e0};

  /// Eight bytes from byte `offset` on.
  static std::uint64_t at(const Words& words, std::size_t offset) noexcept {
    const std::size_t word = offset / 8, bits = offset % 8 * 8;
    return bits == 0 ? words[word] : (words[word] >> bits) | (words[word + 1] << (64 - bits));
  }
  static std::uint64_t folded(Pair pair, std::size_t secret) noexcept {
    const Wide product = static_cast<Wide>(pair.first ^ kSecret[secret]) * (pair.second ^ kSecret[secret + 1]);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  static void mix(Pair one, Pair other, std::size_t secret, std::uint64_t& low, std::uint64_t& high) noexcept {
    low = (low + folded(one, secret)) ^ (other.first + other.second);
    high = (high + folded(other, secret + 2)) ^ (one.first + one.second);
  }
  static std::uint64_t avalanche(std::uint64_t x) noexcept {
    x = (x ^ (x >> 37)) * 0x165667919E3779F9;
    return x ^ (x >> 32);
  }

  std::array<std::uint64_t, 2> path_;
};

}  // namespace tessera::results
