#include "insight/rules/rule_column.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/iso_date.hpp"

namespace tessera::insight {

namespace {

/// A step of 1, 2 or 5 times a power of ten, and numbers rounded to it.
struct Step {
  double mantissa = 1.0;
  int exponent = 0;

  /// Powers of ten up to 22 are exact, so that 1.2 becomes the double that is written 1.2.
  [[nodiscard]] static double power(int exponent) {
    double value = 1.0;
    for (int i = 0; i < exponent; ++i) value *= 10.0;
    return value;
  }
  [[nodiscard]] double size() const { return exponent >= 0 ? mantissa * power(exponent) : mantissa / power(-exponent); }
  [[nodiscard]] double rounded(double value) const {
    if (exponent >= 0) return std::round(value / size()) * size();
    return std::round(value * power(-exponent) / mantissa) * mantissa / power(-exponent);
  }
};

/// The largest step that is not above `gap`, > 0.
Step step_within(double gap, int least_exponent) {
  constexpr std::array<double, 3> kMantissas{5.0, 2.0, 1.0};
  for (int exponent = 22; exponent > least_exponent; --exponent)
    for (const double mantissa : kMantissas)
      if (const Step step{mantissa, exponent}; step.size() <= gap) return step;
  return {1.0, least_exponent};
}

void make_unique(std::vector<double>& cuts) {
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
}

std::vector<double> distinct(std::span<const double> quantiles) {
  std::vector<double> values(quantiles.begin(), quantiles.end());
  make_unique(values);
  return values;
}

double gap_around(const std::vector<double>& values, std::size_t i) {
  double gap = std::numeric_limits<double>::infinity();
  if (i > 0) gap = values[i] - values[i - 1];
  if (i + 1 < values.size()) gap = std::min(gap, values[i + 1] - values[i]);
  return gap;
}

}  // namespace

std::uint8_t RuleColumn::bin_of(double value) const noexcept {
  if (std::isnan(value)) return static_cast<std::uint8_t>(missing());
  return static_cast<std::uint8_t>(std::ranges::upper_bound(cuts, value) - cuts.begin());
}

std::vector<double> readable_cuts(std::span<const double> quantiles, bool is_whole) {
  const std::vector<double> values = distinct(quantiles);
  std::vector<double> cuts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = is_whole ? std::ceil(values[i]) : values[i];
    const bool is_shared = std::ranges::count(quantiles, values[i]) > 1;
    if (is_shared && is_whole) {
      cuts.insert(cuts.end(), {value, value + 1.0});
    } else if (is_shared && value == 0.0) {
      cuts.insert(cuts.end(), {0.0, std::numeric_limits<double>::denorm_min()});
    } else {
      const double gap = gap_around(values, i);
      cuts.push_back(std::isfinite(gap) ? step_within(gap, is_whole ? 0 : -22).rounded(value) : value);
    }
  }
  make_unique(cuts);
  // Of too many, every second one goes: a value and its neighbour take two places.
  while (cuts.size() > RuleColumn::kMostCuts) {
    std::vector<double> fewer;
    for (std::size_t i = 0; i < cuts.size(); i += 2) fewer.push_back(cuts[i]);
    cuts = std::move(fewer);
  }
  return cuts;
}

std::vector<double> readable_dates(std::span<const double> quantiles) {
  constexpr double kYears = 400.0, kMonths = 45.0;
  const std::vector<double> values = distinct(quantiles);
  std::vector<double> cuts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::string date = iso_date(static_cast<std::int32_t>(values[i]));
    const double gap = gap_around(values, i);
    if (gap >= kMonths) date.replace(date.size() - 2, 2, "01");
    if (gap >= kYears) date.replace(date.size() - 5, 2, "01");
    cuts.push_back(parse_iso_date(date).value_or(static_cast<std::int32_t>(values[i])));
  }
  make_unique(cuts);
  return cuts;
}

std::vector<std::uint8_t> bins_of(const RuleColumn& column, std::span<const double> values) {
  std::vector<std::uint8_t> bins(values.size());
  std::ranges::transform(values, bins.begin(), [&](double value) { return column.bin_of(value); });
  return bins;
}

std::vector<std::uint8_t> bins_of(const RuleColumn& column, std::span<const std::int32_t> codes) {
  std::vector<std::uint8_t> bins(codes.size());
  std::ranges::transform(codes, bins.begin(), [&](std::int32_t code) {
    return code < 0 ? static_cast<std::uint8_t>(column.missing())
                    : column.bin_of_category[static_cast<std::size_t>(code)];
  });
  return bins;
}

}  // namespace tessera::insight
