#include "insight/number_bands.hpp"

#include <cmath>
#include <optional>

#include "core/special_numbers.hpp"

namespace tessera::insight {

namespace {

constexpr double kZerosThatMatter = 0.02;  ///< share of zeros from which on "no orders" is worth a word
constexpr double kZerosThatShape = 0.25;   ///< from here on "with orders" is
constexpr double kMiddleWeight = 0.5;
constexpr double kUnknownWeight = 0.4;

struct Whole {
  const NumberTable& table;
  std::size_t segment;
  double known;  ///< accounts with a value
  [[nodiscard]] double below(double cut) const { return static_cast<double>(table.counts.below(segment, cut)) / known; }
  [[nodiscard]] double not_above(double cut) const {
    return static_cast<double>(table.counts.not_above(segment, cut)) / known;
  }
};

/// The upper range from about `cut`, holding at most 1.6 times the share it is named for.
std::optional<NumberBand> upper(const Whole& whole, Degree degree, double cut, double share) {
  if (1.0 - whole.below(cut) <= 1.6 * share) return NumberBand{degree, cut, kInfinity, true, true, 1.0};
  if (whole.not_above(cut) < 1.0) return NumberBand{degree, cut, kInfinity, false, true, 1.0};
  return std::nullopt;
}

std::optional<NumberBand> lower(const Whole& whole, Degree degree, double cut, double share) {
  if (whole.not_above(cut) <= 1.6 * share) return NumberBand{degree, -kInfinity, cut, true, true, 1.0};
  if (whole.below(cut) > 0.0) return NumberBand{degree, -kInfinity, cut, true, false, 1.0};
  return std::nullopt;
}

bool is_positive_only(const NumberBand& band) {
  return band.low == 0.0 && !band.with_low;
}
bool is_zero_only(const NumberBand& band) {
  return band.high == 0.0 && band.with_high;
}

}  // namespace

bool NumberBand::is_flag() const noexcept {
  return degree == Degree::kNone || degree == Degree::kSome || degree == Degree::kUnknown;
}

std::int64_t NumberBand::count(const NumberTable& table, std::size_t segment,
                               std::span<const std::int64_t> accounts) const noexcept {
  const std::int64_t known = table.moments[segment].count;
  if (degree == Degree::kUnknown) return accounts[segment] - known;
  std::int64_t under = 0;
  if (low > -kInfinity) under = with_low ? table.counts.below(segment, low) : table.counts.not_above(segment, low);
  std::int64_t up_to = known;
  if (high < kInfinity) up_to = with_high ? table.counts.not_above(segment, high) : table.counts.below(segment, high);
  return up_to - under;
}

std::vector<NumberBand> number_bands(const NumberTable& table, std::size_t segment,
                                     std::span<const std::int64_t> accounts) {
  const Whole whole{table, segment, static_cast<double>(table.moments[segment].count)};
  const auto& q = table.quantiles;
  std::vector<NumberBand> bands;
  const double zeros = whole.not_above(0.0) - whole.below(0.0);
  const bool never_negative = table.counts.below(segment, 0.0) == 0;
  const bool has_none = never_negative && zeros >= kZerosThatMatter && zeros < 1.0;
  const bool has_some = never_negative && zeros >= kZerosThatShape && zeros < 1.0;
  if (has_none) bands.push_back({Degree::kNone, 0.0, 0.0, true, true, 1.0});
  if (has_some) bands.push_back({Degree::kSome, 0.0, kInfinity, false, true, 1.0});

  const auto low = lower(whole, Degree::kLow, q[1], 0.25);
  const auto high = upper(whole, Degree::kHigh, q[3], 0.25);
  for (const auto& band : {lower(whole, Degree::kVeryLow, q[0], 0.10), low})
    if (band && !(has_none && is_zero_only(*band))) bands.push_back(*band);
  for (const auto& band : {high, upper(whole, Degree::kVeryHigh, q[4], 0.10)})
    if (band && !(has_some && is_positive_only(*band))) bands.push_back(*band);
  if (low && high && low->high < high->low)
    bands.push_back({Degree::kMiddle, low->high, high->low, !low->with_high, !high->with_low, kMiddleWeight});
  if (table.moments[segment].count < accounts[segment])
    bands.push_back({Degree::kUnknown, 0.0, 0.0, false, false, kUnknownWeight});
  return bands;
}

}  // namespace tessera::insight
