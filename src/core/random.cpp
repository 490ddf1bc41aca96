#include "core/random.hpp"

#include <sodium.h>

#include <array>

#include "core/elementary.hpp"
#include "core/philox.hpp"

namespace tessera {
namespace {

constexpr int kRounds = 10;

std::uint32_t upper_half(std::uint64_t x) noexcept {
  return static_cast<std::uint32_t>(x >> 32);
}
std::uint32_t lower_half(std::uint64_t x) noexcept {
  return static_cast<std::uint32_t>(x);
}

/// A bijection of 64 bits that spreads every input bit over all of them (the finaliser of SplitMix64, Steele et al.
/// 2014).
std::uint64_t spread(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

void store_little_endian(std::uint64_t x, unsigned char* bytes) noexcept {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(x >> (8 * i));
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept {
#pragma GCC unroll 10
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xd2511f53u} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xcd9e8d57u} * counter[2];
    counter = {upper_half(product1) ^ counter[1] ^ key[0], lower_half(product1),
               upper_half(product0) ^ counter[3] ^ key[1], lower_half(product0)};
    key = {key[0] + 0x9e3779b9u, key[1] + 0xbb67ae85u};
  }
  return counter;
}

/// 288 bits of input meet 192 bits of Philox: the account's lower word has its own half of the counter; its upper word
/// shares the other half with the spread draw counter, and the seed shares the key with the spread purpose. Draws of
/// one account never meet, nor do rows of a matrix (upper word 0, lower words apart); two hashed accounts meet only if
/// their lower words are equal and their upper words differ by just the right amount, which no population is large
/// enough to show.
std::uint64_t random_bits(std::uint64_t seed, RandomPurpose purpose, AccountKey key, std::uint64_t counter) noexcept {
  const std::uint64_t shared = key.hi ^ spread(counter);
  const std::uint64_t philox_key = seed ^ spread(static_cast<std::uint64_t>(purpose));
  const std::array<std::uint32_t, 4> bits =
      philox({lower_half(key.lo), upper_half(key.lo), lower_half(shared), upper_half(shared)},
             {lower_half(philox_key), upper_half(philox_key)});
  return std::uint64_t{bits[1]} << 32 | bits[0];
}

double uniform(std::uint64_t bits) noexcept {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

double exponential(std::uint64_t bits) noexcept {
  return -portable_log(uniform(bits));
}

double normal(std::uint64_t bits) noexcept {
  return normal_quantile(uniform(bits));
}

TrialDraw::TrialDraw(std::string_view campaign) noexcept {
  static_assert(sizeof campaign_key_ == crypto_shorthash_KEYBYTES);
  crypto_generichash(campaign_key_.data(), campaign_key_.size(),
                     reinterpret_cast<const unsigned char*>(campaign.data()), campaign.size(), nullptr, 0);
}

double TrialDraw::operator()(AccountKey key) const noexcept {
  std::array<unsigned char, 16> account{};
  store_little_endian(key.hi, account.data());
  store_little_endian(key.lo, account.data() + 8);
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), account.data(), account.size(), campaign_key_.data());
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < hash.size(); ++i) bits |= std::uint64_t{hash[i]} << (8 * i);
  return uniform(bits);
}

}  // namespace tessera
