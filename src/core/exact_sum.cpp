#include "core/exact_sum.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tessera {
namespace {

constexpr int kLimbBits = 32;
constexpr std::uint64_t kLimbMask = 0xffffffffu;
constexpr int kUnitExponent = -1088;  ///< bit 0 of limb 0 is worth 2^kUnitExponent
constexpr int kMantissaBits = 52;
constexpr int kSmallestBit = -1074 - kUnitExponent;  ///< position of the last bit of a subnormal
constexpr unsigned kSpecialExponent = 0x7ff;

/// A finite double as ±mantissa · 2^(position + kUnitExponent).
struct Parts {
  std::uint64_t mantissa;
  int position;
  bool negative;
};

unsigned biased_exponent(double x) noexcept {
  return static_cast<unsigned>(std::bit_cast<std::uint64_t>(x) >> kMantissaBits) & kSpecialExponent;
}

Parts take_apart(double x) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const unsigned exponent = biased_exponent(x);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  const std::uint64_t hidden = std::uint64_t{exponent != 0} << kMantissaBits;
  const int subnormal_shares_exponent_one = exponent == 0 ? 1 : 0;
  return {fraction | hidden, static_cast<int>(exponent) + subnormal_shares_exponent_one - 1 + kSmallestBit,
          (bits >> 63) != 0};
}

}  // namespace

void ExactSum::add_special(double x) noexcept {
  const Special which = std::isnan(x) ? kNotANumber : (x > 0 ? kPlusInfinity : kMinusInfinity);
  ++limbs_[which];
}

/// `magnitude` has at most 64 bits, so with its shift inside a limb it touches three limbs. The top one may lie past
/// the array only where its share is zero.
inline void ExactSum::add_bits(std::uint64_t magnitude, int position, bool negative) noexcept {
  const auto limb = static_cast<std::size_t>(position / kLimbBits);
  const int shift = position % kLimbBits;
  const std::int64_t sign = negative ? -1 : 0;
  const auto signed_share = [sign](std::uint64_t share) { return (static_cast<std::int64_t>(share) ^ sign) - sign; };
  limbs_[limb] += signed_share((magnitude << shift) & kLimbMask);
  limbs_[limb + 1] += signed_share((magnitude >> (kLimbBits - shift)) & kLimbMask);
  limbs_[limb + 2] += signed_share((magnitude >> kLimbBits) >> (kLimbBits - shift));
}

void ExactSum::add(double x) noexcept {
  if (biased_exponent(x) == kSpecialExponent) [[unlikely]] {
    add_special(x);
    return;
  }
  const Parts parts = take_apart(x);
  add_bits(parts.mantissa, parts.position, parts.negative);
  count_addition();
}

void ExactSum::add_product(double x, double y) noexcept {
  const double product = x * y;
  if (!std::isfinite(product)) {
    add_special(product);
    return;
  }
  const Parts a = take_apart(x);
  const Parts b = take_apart(y);
  const int position = a.position + b.position + kUnitExponent;
  if (position < 0) {
    add(product);
    return;
  }
  const auto exact = static_cast<unsigned __int128>(a.mantissa) * b.mantissa;
  add_bits(static_cast<std::uint64_t>(exact), position, a.negative != b.negative);
  count_addition();
  // A finite product ends below bit 2112, so its upper half is zero where its place would be past the limbs.
  if (const auto upper = static_cast<std::uint64_t>(exact >> 64); upper != 0) {
    add_bits(upper, position + 64, a.negative != b.negative);
    count_addition();
  }
}

void ExactSum::add(const ExactSum& other) noexcept {
  if (pending_ + other.pending_ + 1 >= kMaxPending) normalise();
  for (std::size_t i = 0; i < limbs_.size(); ++i) limbs_[i] += other.limbs_[i];
  pending_ += other.pending_ + 1;
  if (pending_ >= kMaxPending) normalise();
}

void ExactSum::normalise() noexcept {
  std::int64_t carry = 0;
  for (std::size_t i = 0; i + 1 < kLimbs; ++i) {
    const std::int64_t limb = limbs_[i] + carry;
    carry = limb >> kLimbBits;
    limbs_[i] = limb & static_cast<std::int64_t>(kLimbMask);
  }
  limbs_[kLimbs - 1] += carry;
  pending_ = 0;
}

double ExactSum::value() const noexcept {
  if (limbs_[kNotANumber] > 0 || (limbs_[kPlusInfinity] > 0 && limbs_[kMinusInfinity] > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (limbs_[kPlusInfinity] > 0) return std::numeric_limits<double>::infinity();
  if (limbs_[kMinusInfinity] > 0) return -std::numeric_limits<double>::infinity();

  ExactSum magnitude = *this;
  magnitude.normalise();
  const double sign = magnitude.limbs_[kLimbs - 1] < 0 ? -1.0 : 1.0;
  if (sign < 0) {
    for (std::int64_t& limb : magnitude.limbs_) limb = -limb;
    magnitude.normalise();
  }
  if (magnitude.limbs_[kLimbs - 1] != 0) return sign * std::numeric_limits<double>::infinity();
  int top = kLimbs - 2;
  while (top >= 0 && magnitude.limbs_[static_cast<std::size_t>(top)] == 0) --top;
  if (top < 0) return 0.0;

  // The three highest limbs hold at least 65 significant bits: 53 to keep, one to round by, and more.
  unsigned __int128 window = 0;
  for (int i = top; i > top - 3; --i) {
    window = (window << kLimbBits) |
             (i >= 0 ? static_cast<std::uint64_t>(magnitude.limbs_[static_cast<std::size_t>(i)]) : 0);
  }
  bool anything_below = false;
  for (int i = 0; i < top - 2; ++i) anything_below |= magnitude.limbs_[static_cast<std::size_t>(i)] != 0;

  const int window_position = (top - 2) * kLimbBits;
  const auto top_limb = static_cast<std::uint64_t>(magnitude.limbs_[static_cast<std::size_t>(top)]);
  const int highest_bit = top * kLimbBits + static_cast<int>(std::bit_width(top_limb)) - 1;
  const int last_kept_bit = highest_bit - kMantissaBits < kSmallestBit ? kSmallestBit : highest_bit - kMantissaBits;
  const int cut = last_kept_bit - window_position;
  auto kept = static_cast<std::uint64_t>(window >> cut);
  const unsigned __int128 rest = window & ((static_cast<unsigned __int128>(1) << cut) - 1);
  const unsigned __int128 half = static_cast<unsigned __int128>(1) << (cut - 1);
  const bool odd = (kept & 1) != 0;
  if (rest > half || (rest == half && (anything_below || odd))) ++kept;
  return sign * std::ldexp(static_cast<double>(kept), last_kept_bit + kUnitExponent);
}

}  // namespace tessera
