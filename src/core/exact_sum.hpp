#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tessera {

/// A superaccumulator: the exact sum of any doubles, so the same bits in any order, thread or rank count
/// (Kulisch; Neal, "Fast exact summation using small and large superaccumulators", 2015).
///
/// The sum is Σ limb[i] · 2^(32·i − 1088). The lowest bit of the smallest subnormal, 2^-1074, is bit 14; the highest
/// finite double ends at bit 2111, the last of limb 65; limb 66 holds what sums carry beyond. Limbs are signed with
/// room for 2^30 additions before carries are propagated, which add() does by itself. Limbs of several accumulators may
/// be added as integers after normalise().
class ExactSum {
 public:
  static constexpr int kLimbs = 67;

  void add(double x) noexcept;  ///< infinities and NaN are kept aside, and poison value() as IEEE addition would
  /// Adds x·y exactly. A product beyond the range of double counts as infinite; one whose last bit lies below 2^-1088
  /// is rounded to double first.
  void add_product(double x, double y) noexcept;
  void add(const ExactSum& other) noexcept;
  /// Propagates carries, so that limbs of up to 2^30 normalised accumulators add without overflow.
  void normalise() noexcept;
  /// The sum, correctly rounded to nearest even; infinite where that is beyond the range of double. An exact zero is
  /// +0.
  [[nodiscard]] double value() const noexcept;

  /// For reductions: normalise(), add limbs over ranks as int64, then assign back.
  [[nodiscard]] std::span<std::int64_t> limbs() noexcept {
    pending_ = kMaxPending;  // what the caller assigns may need carries propagated before the next addition
    return limbs_;
  }
  [[nodiscard]] std::span<const std::int64_t> limbs() const noexcept { return limbs_; }

 private:
  static constexpr std::int64_t kMaxPending = std::int64_t{1} << 30;
  enum Special { kPlusInfinity = kLimbs, kMinusInfinity, kNotANumber };

  void add_special(double x) noexcept;
  void add_bits(std::uint64_t magnitude, int position, bool negative) noexcept;
  void count_addition() noexcept {
    if (++pending_ >= kMaxPending) normalise();
  }

  std::array<std::int64_t, kLimbs + 3> limbs_{};  ///< the last three count +∞, −∞ and NaN
  std::int64_t pending_ = 0;                      ///< additions since the last carry propagation
};

}  // namespace tessera
