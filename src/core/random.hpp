#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tessera/account_key.hpp"

namespace tessera {

/// What a random number is for. Two purposes never share a number. Values are stored in nothing, but changing one
/// changes results: append only.
enum class RandomPurpose : std::uint32_t {
  kSeedFirst = 1,    ///< first centre of k-means++
  kSeedNext = 2,     ///< the others
  kRefineSplit = 3,  ///< starts of 2-means
  kSample = 4,
  kTrialArm = 5,
  kGenerate = 6,
  kMove = 7,       ///< where a centroid of k-means is moved to
  kBootstrap = 8,  ///< how often an account comes in a bootstrap sample
  kReference = 9,  ///< points of the gap statistic's reference
  kHeldOut = 10,   ///< customers that a lookalike model is tried on
};

/// Counter-based random bits: a pure function of (seed, purpose, key, counter); no stream, no draw order
/// (Philox 4×32-10, Salmon et al. 2011).
[[nodiscard]] std::uint64_t random_bits(std::uint64_t seed, RandomPurpose purpose, AccountKey key,
                                        std::uint64_t counter) noexcept;

/// Uniform in (0, 1), never 0 or 1: (top 52 bits + ½) · 2^-52.
[[nodiscard]] double uniform(std::uint64_t bits) noexcept;

/// Exp(1)-distributed: −log(uniform).
[[nodiscard]] double exponential(std::uint64_t bits) noexcept;

/// Standard normal, by normal_quantile.
[[nodiscard]] double normal(std::uint64_t bits) noexcept;

/// The draw of a campaign's trial arms: a keyed hash of campaign and id alone, so that an account keeps its arm
/// whatever segment it falls in, and no account is always the holdout.
class TrialDraw {
 public:
  explicit TrialDraw(std::string_view campaign) noexcept;
  /// Uniform in (0, 1), of an account or family.
  [[nodiscard]] double operator()(AccountKey key) const noexcept;

 private:
  std::array<unsigned char, 16> campaign_key_{};  ///< of SipHash-2-4: the BLAKE2b hash of the campaign's name
};

}  // namespace tessera
