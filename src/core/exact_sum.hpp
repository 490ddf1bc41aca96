#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tessera {

/// A superaccumulator: the exact sum of any doubles, so the same bits in any order, thread or rank count
/// (Kulisch; Neal, "Fast exact summation using small and large superaccumulators", 2015).
///
/// The sum is Σ limb[i] · 2^(32·i − 1088), limbs being signed with room for 2^30 additions before carries are propagated,
/// which add() does by itself. Limbs of several accumulators may be added as integers after normalise().
class ExactSum {
 public:
  static constexpr int kLimbs = 67;

  void add(double x) noexcept;  ///< infinities and NaN are kept aside, and poison value() as IEEE addition would
  void add_product(double x, double y) noexcept;  ///< adds x·y exactly (by FMA error term); |x·y| must not underflow
  void add(const ExactSum& other) noexcept;
  /// Propagates carries, so that limbs of up to 2^30 normalised accumulators add without overflow.
  void normalise() noexcept;
  /// The sum, correctly rounded to nearest even.
  [[nodiscard]] double value() const noexcept;

  /// For reductions: normalise(), add limbs over ranks as int64, then assign back.
  [[nodiscard]] std::span<std::int64_t> limbs() noexcept { return limbs_; }
  [[nodiscard]] std::span<const std::int64_t> limbs() const noexcept { return limbs_; }

 private:
  std::array<std::int64_t, kLimbs + 3> limbs_{};  ///< the last three count +∞, −∞ and NaN
  std::int64_t pending_ = 0;                      ///< additions since the last carry propagation
};

}  // namespace tessera
