#include "lloyd/bf16_pass.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lloyd/simd_kernels.hpp"

namespace tessera::lloyd {
namespace {

/// The nearest bf16, halves away from zero, in the upper half of a float's bits; below the normal range, where the
/// products would be flushed, zero.
std::uint32_t bf16_bits(double value) {
  const auto single = static_cast<float>(value);
  if (std::abs(single) < 0x1p-126F) return 0;
  return (std::bit_cast<std::uint32_t>(single) + 0x8000U) & 0xFFFF'0000U;
}

/// Largest norms over the centroids, relative to the origin.
struct Largest {
  double norm = 0.0;     ///< ‖c‖
  double rounded = 0.0;  ///< ‖c̃‖
  double error = 0.0;    ///< ‖c − c̃‖
};

/// How far two scores of an account must lie apart in bf16 for the nearer centroid to be known.
///
/// Let x be the account and c a centroid relative to the origin, x̃ and c̃ the same in bf16, and R, R̃, A the largest ‖c‖,
/// ‖c̃‖ and ‖c − c̃‖. x·c − x̃·c̃ = x·(c − c̃) + (x − x̃)·c̃ is at most ‖x‖A + ‖x − x̃‖R̃.
///
/// The products of two bf16 are exact in float. They are added by vdpbf16ps, whose order and rounding is the CPU's own
/// affair: each of the d additions, and the rounding of ½‖c‖² before, is taken to be off by up to 2^-22, four times
/// what rounding to nearest may be, of the largest intermediate sum, which is at most M = ½R² + (‖x‖ + ‖x − x̃‖)R̃ to
/// within a factor of 1 + 2^-10. The number that replaces the lowest 3 bits moves a score by less than 2^-20 of itself.
/// Together at most e·M with e = (d + 8)2^-22 + 2^-19. What vdpbf16ps flushes to zero lies far below 2^-100. Σ(x − c)²
/// in double is off by (d + 2)2^-53 of itself, which is at most 2‖x‖² + 2R²; e·M holds the second part, (d + 8)2^-48
/// ‖x‖² the first.
///
/// A score is within G, the sum of all this, of the true one, so two that differ by more than 2G are in the order of
/// Σ(x − c)². The last factor covers that norms and gap are computed in float, up to d = 4096.
Bf16Gap gap_of(int d, const Largest& largest) {
  const double e = (d + 8) * 0x1p-22 + 0x1p-19;
  const double twice = 2.0 * (1.0 + 0x1p-8);
  return {static_cast<float>(twice * e * 0.5 * largest.norm * largest.norm + 0x1p-100),
          static_cast<float>(twice * (largest.error + e * largest.rounded)),
          static_cast<float>(twice * (largest.rounded + e * largest.rounded)),
          static_cast<float>(twice * (d + 8) * 0x1p-48)};
}

}  // namespace

Bf16Panel::Bf16Panel(int k, int d, std::span<const double> centroids) {
  const auto features = static_cast<std::size_t>(d), n_pairs = (features + 1) / 2;
  packed_.resize(static_cast<std::size_t>(k) * n_pairs);
  Largest largest;
  const int groups = (k + kSimdGroup - 1) / kSimdGroup;
  for (int g = 0, first = 0; g < groups; ++g) {
    const int members = k / groups + (g < k % groups ? 1 : 0);
    std::uint32_t* group = packed_.data() + static_cast<std::size_t>(first) * n_pairs;
    for (int j = 0; j < members; ++j) {
      const double* centroid = centroids.data() + static_cast<std::size_t>(first + j) * features;
      Largest mine;
      for (std::size_t f = 0; f < features; ++f) {
        const std::uint32_t bits = bf16_bits(-centroid[f]);
        const double rounded = -static_cast<double>(std::bit_cast<float>(bits)), error = centroid[f] - rounded;
        mine.norm += centroid[f] * centroid[f];
        mine.rounded += rounded * rounded;
        mine.error += error * error;
        group[f / 2 * static_cast<std::size_t>(members) + static_cast<std::size_t>(j)] |=
            f % 2 == 0 ? bits >> 16 : bits;
      }
      largest.norm = std::max(largest.norm, std::sqrt(mine.norm));
      largest.rounded = std::max(largest.rounded, std::sqrt(mine.rounded));
      largest.error = std::max(largest.error, std::sqrt(mine.error));
    }
    first += members;
  }
  gap_ = gap_of(d, largest);
}

bool Bf16Experience::take(int k, int d) noexcept {
  if (k != k_ || d != d_) {
    *this = {};
    k_ = k;
    d_ = d;
  }
  if (rest_ == 0) return true;
  --rest_;
  return false;
}

/// In cycles of one multiply-add a vector: a tile takes k · d · 4 in float and half of that in bf16, and about 16 · d
/// for the conversion. An account left over takes a look at the least scores of all groups, and each group a walk over
/// the features that waits for every addition.
void Bf16Experience::learn(Bf16Left left) noexcept {
  left_.accounts += left.accounts;
  left_.groups += left.groups;
  if (++tiles_ < kTrial) return;
  const std::int64_t saved = (std::int64_t{2} * k_ * d_ - std::int64_t{16} * d_) * tiles_;
  const std::int64_t spent = left_.accounts * (100 + k_ / 4) + left_.groups * (30 + std::int64_t{4} * d_);
  if (spent * 5 > saved * 4) rest_ = kRest;
  tiles_ = 0;
  left_ = {};
}

}  // namespace tessera::lloyd
