#include "ingest/exact_total.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace tessera::intake {
namespace {

constexpr double kUnitsInOne = 0x1p80;
constexpr double kLargestWhole = 0x1p40;

/// Adds units · 2^-80, in pieces of 32 bits that double holds exactly.
void add_to(ExactSum& sum, __int128 units) {
  const bool negative = units < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(units) : static_cast<unsigned __int128>(units);
  for (double unit = 1.0 / kUnitsInOne; rest != 0; rest >>= 32U, unit *= 0x1p32) {
    const double piece = static_cast<double>(static_cast<std::uint32_t>(rest)) * unit;
    sum.add(negative ? -piece : piece);
  }
}

}  // namespace

ExactSum& ExactTotal::rest() {
  if (!rest_) rest_ = std::make_unique<ExactSum>();
  return *rest_;
}

void ExactTotal::spill(__int128 units) {
  add_to(rest(), units);
}

void ExactTotal::add_units(__int128 units_more) {
  __int128 sum = 0;
  if (__builtin_add_overflow(units(), units_more, &sum)) {
    spill(units());
    sum = units_more;
  }
  set_units(sum);
}

void ExactTotal::add(double x) {
  const double in_units = x * kUnitsInOne;
  if (std::fabs(x) < kLargestWhole && in_units == std::trunc(in_units)) {
    add_units(static_cast<__int128>(in_units));
  } else {
    rest().add(x);
  }
}

void ExactTotal::add(const ExactTotal& other) {
  add_units(other.units());
  if (other.rest_) rest().add(*other.rest_);
}

double ExactTotal::value() const {
  ExactSum sum;
  if (rest_) sum = *rest_;
  add_to(sum, units());
  return sum.value();
}

void ExactTotal::put(WireWriter& out) const {
  const bool whole = high_ != 0 || low_ != 0;
  out.put(rest_ ? Packed::kBoth : whole ? Packed::kWhole : Packed::kNothing);
  if (!rest_ && !whole) return;
  out.put(high_);
  out.put(low_);
  if (!rest_) return;
  ExactSum normal = *rest_;
  normal.normalise();
  for (const std::int64_t limb : std::as_const(normal).limbs()) out.put(limb);
}

void ExactTotal::add_packed(WireReader& in) {
  const auto packed = in.get<Packed>();
  if (packed == Packed::kNothing) return;
  ExactTotal came;
  came.high_ = in.get<std::uint64_t>();
  came.low_ = in.get<std::uint64_t>();
  if (packed == Packed::kBoth) {
    for (std::int64_t& limb : came.rest().limbs()) limb = in.get<std::int64_t>();
  }
  add(came);
}

}  // namespace tessera::intake
