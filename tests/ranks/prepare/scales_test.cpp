#include <gtest/gtest.h>

#include <algorithm>

#include "company.hpp"
#include "core/grid.hpp"

namespace tessera {
namespace {

using test::Company;
using test::feature;
using test::prepared;
using test::segmentation;

/// Plain serial statistics, to compare with.
double mean_of(const std::vector<double>& values) {
  long double sum = 0.0L;
  for (const double x : values) sum += x;
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}
double deviation_of(const std::vector<double>& values) {
  const long double mean = mean_of(values);
  long double sum = 0.0L;
  for (const double x : values) sum += (x - mean) * (x - mean);
  return static_cast<double>(std::sqrt(sum / static_cast<long double>(values.size())));
}
double quantile_of(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double position = static_cast<double>(values.size() - 1) * p;
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}
std::vector<double> present(std::vector<double> values) {
  std::erase_if(values, [](double x) { return std::isnan(x); });
  return values;
}
std::vector<double> filled(std::vector<double> values, double fill) {
  for (double& x : values) x = std::isnan(x) ? fill : x;
  return values;
}

constexpr std::size_t kAccounts = 777;

std::vector<double> lognormal_with_gaps() {
  std::vector<double> values = test::normals(1, kAccounts, 4.0, 1.5);
  for (std::size_t i = 0; i < kAccounts; ++i) values[i] = i % 13 == 5 ? kNaN : std::exp(values[i]);
  return values;
}

EncodedFeature fitted(const std::vector<double>& values, Scale scale, const FeatureSpec& spec, const Job& job = {}) {
  const Company company = Company(values.size()).number("x", values);
  return prepared(company.even_slice(), segmentation(scale, {spec}), job).prepared.encoding.features.at(0);
}

void expect_close(double found, double expected, const char* what) {
  EXPECT_NEAR(found, expected, 1e-12 * std::fmax(1.0, std::fabs(expected))) << what;
}

TEST(Scales, StandardIsMeanAndDeviationOfTheFilledColumn) {
  const std::vector<double> values = lognormal_with_gaps();
  const EncodedFeature found = fitted(values, Scale::kStandard, feature("x"));
  const double median = quantile_of(present(values), 0.5);
  EXPECT_EQ(found.fill, median);
  expect_close(found.offset, mean_of(filled(values, median)), "mean");
  expect_close(found.scale, deviation_of(filled(values, median)), "deviation");
}

TEST(Scales, RobustIsMedianAndInterquartileRange) {
  const std::vector<double> values = lognormal_with_gaps();
  const EncodedFeature found = fitted(values, Scale::kRobust, feature("x"));
  const std::vector<double> full = filled(values, quantile_of(present(values), 0.5));
  EXPECT_EQ(found.offset, quantile_of(full, 0.5));
  expect_close(found.scale, (quantile_of(full, 0.75) - quantile_of(full, 0.25)) / 1.349, "range");
}

TEST(Scales, RobustWithoutARangeFallsBackToTheDeviation) {
  std::vector<double> values(100, 5.0);
  for (std::size_t i = 0; i < 10; ++i) values[i] = static_cast<double>(i);
  const EncodedFeature found = fitted(values, Scale::kRobust, feature("x"));
  EXPECT_EQ(found.offset, 5.0);
  expect_close(found.scale, deviation_of(values), "deviation");
}

TEST(Scales, MinMaxRunsFromZeroToOne) {
  const Company company = Company(kAccounts).number("x", lognormal_with_gaps());
  const Prepared result = prepared(company.even_slice(), segmentation(Scale::kMinMax, {feature("x")})).prepared;
  const std::vector<float> values = test::all_values(result.tiles);
  const auto [least, greatest] = std::ranges::minmax(values);
  EXPECT_EQ(least, 0.0F);
  EXPECT_EQ(greatest, std::ldexp(1.0F, result.encoding.exponent));
  EXPECT_EQ(result.encoding.exponent, 2);  // one range outside still fits
}

TEST(Scales, NoneKeepsDistancesInProportion) {
  const std::vector<double> a = test::normals(1, kAccounts, 1e7, 1.0);
  const std::vector<double> b = test::normals(2, kAccounts, -300.0, 40.0);
  const Company company = Company(kAccounts).number("a", a).number("b", b);
  const Prepared result =
      prepared(company.even_slice(), segmentation(Scale::kNone, {feature("a"), feature("b")})).prepared;
  const std::vector<float> values = test::all_values(result.tiles);
  const double unit = std::ldexp(1.0, result.encoding.exponent);
  for (std::size_t i = 1; i < kAccounts; ++i) {
    const double found = std::hypot(values[2 * i] - values[2 * i - 2], values[2 * i + 1] - values[2 * i - 1]) / unit;
    EXPECT_NEAR(found, std::hypot(a[i] - a[i - 1], b[i] - b[i - 1]), 2.0 * kGridStep / unit);
  }
  double farthest = 0.0;
  for (const float value : values) farthest = std::fmax(farthest, std::fabs(static_cast<double>(value)));
  EXPECT_LT(farthest, 8.0);
  EXPECT_GE(farthest, 3.9);  // no bit of the grid is wasted
}

TEST(Scales, NoneHoldsWholeNumbersExactly) {
  std::vector<double> years(kAccounts);
  for (std::size_t i = 0; i < kAccounts; ++i) years[i] = 1950.0 + static_cast<double>(i % 76);
  const Company company = Company(kAccounts).number("founded", years);
  const Prepared result = prepared(company.even_slice(), segmentation(Scale::kNone, {feature("founded")})).prepared;
  const EncodedFeature& encoded = result.encoding.features[0];
  const std::vector<float> values = test::all_values(result.tiles);
  for (std::size_t i = 0; i < kAccounts; ++i)
    EXPECT_EQ(std::ldexp(static_cast<double>(values[i]), -result.encoding.exponent) + encoded.offset, years[i]);
}

TEST(Scales, TransformComesBeforeBoundsAndBoundsBeforeScale) {
  const std::vector<double> values = lognormal_with_gaps();
  FeatureSpec spec = feature("x");
  spec.transform = Transform::kLog1p;
  spec.winsorise = 0.05;
  spec.weight = 4.0;
  const EncodedFeature found = fitted(values, Scale::kStandard, spec);
  std::vector<double> logs = filled(values, quantile_of(present(values), 0.5));
  for (double& x : logs) x = std::log1p(x);
  const double low = quantile_of(logs, 0.05);
  const double high = quantile_of(logs, 0.95);
  expect_close(found.low, low, "low");
  expect_close(found.high, high, "high");
  for (double& x : logs) x = std::clamp(x, low, high);
  expect_close(found.offset, mean_of(logs), "mean");
  expect_close(found.scale, deviation_of(logs), "deviation");
  EXPECT_EQ(found.weight, 4.0);
}

TEST(Scales, EveryPolicyFillsAsItSays) {
  const std::vector<double> values = lognormal_with_gaps();
  Job job;
  job.columns.emplace_back().column.text = "x";
  ColumnSpec& policy = job.columns.back();
  policy.missing = MissingPolicy::kMean;
  expect_close(fitted(values, Scale::kStandard, feature("x"), job).fill, mean_of(present(values)), "mean");
  policy.missing = MissingPolicy::kConstant;
  policy.missing_constant = -1e6;  // outside all that was seen: it still counts in mean, deviation and reach
  const EncodedFeature constant = fitted(values, Scale::kStandard, feature("x"), job);
  EXPECT_EQ(constant.fill, -1e6);
  expect_close(constant.offset, mean_of(filled(values, -1e6)), "mean with the constant");
  policy.missing = MissingPolicy::kMedian;
  EXPECT_EQ(fitted(values, Scale::kStandard, feature("x"), job).fill, quantile_of(present(values), 0.5));

  policy.missing = MissingPolicy::kUnknown;
  const Company company = Company(kAccounts).number("x", values);
  const Prepared result = prepared(company.even_slice(), segmentation(Scale::kNone, {feature("x")}), job).prepared;
  ASSERT_EQ(result.encoding.d(), 2);
  EXPECT_TRUE(result.encoding.features[1].is_unknown);
  EXPECT_EQ(result.encoding.features[1].name, "crm.x = (unknown)");
}

TEST(Scales, DatesAreDaysAndFlagsAreYesOrNo) {
  std::vector<std::int32_t> days(kAccounts);
  std::vector<std::int8_t> flags(kAccounts);
  for (std::size_t i = 0; i < kAccounts; ++i) {
    days[i] = i % 10 == 0 ? kMissingDate : static_cast<std::int32_t>(i);
    flags[i] = static_cast<std::int8_t>(i % 10 == 0 ? -1 : i % 3 == 0 ? 0 : 1);
  }
  const Company company = Company(kAccounts).date("since", days).flag("has_shop", flags);
  const Prepared result =
      prepared(company.even_slice(), segmentation(Scale::kStandard, {feature("since"), feature("has_shop")})).prepared;
  ASSERT_EQ(result.encoding.d(), 2);
  std::vector<double> dates;
  double yes = 0.0;
  for (std::size_t i = 0; i < kAccounts; ++i) {
    if (i % 10 != 0) dates.push_back(days[i]);
    yes += flags[i] != 0 ? 1.0 : 0.0;  // missing counts as yes, the commoner
  }
  EXPECT_EQ(result.encoding.features[0].fill, quantile_of(dates, 0.5));
  EXPECT_EQ(result.encoding.features[1].fill, 1.0);
  expect_close(result.encoding.features[1].offset, yes / static_cast<double>(kAccounts), "share of yes");
  const double apart = 1.0 / result.encoding.features[1].scale;
  expect_close(apart * apart, 2.0, "squared distance of yes and no");
}

TEST(Scales, HugeTinyAndFarApartColumnsFitTheGrid) {
  std::vector<double> huge = test::normals(1, kAccounts, 0.0, 1e18);
  huge[3] = 1e200;  // an outlier: clipped
  std::vector<double> tiny = test::normals(2, kAccounts, 1e-200, 1e-203);
  const Company company = Company(kAccounts).number("huge", huge).number("tiny", tiny);
  for (const Scale scale : {Scale::kStandard, Scale::kRobust, Scale::kMinMax, Scale::kNone}) {
    FeatureSpec heavy = feature("huge");
    heavy.weight = 7.0;
    const Prepared result = prepared(company.even_slice(), segmentation(scale, {heavy, feature("tiny")})).prepared;
    for (const float value : test::all_values(result.tiles)) {
      ASSERT_LE(std::abs(grid_units(value)), kGridLimit);
      ASSERT_EQ(from_grid(grid_units(value)), value);
    }
    if (scale == Scale::kStandard) {
      EXPECT_EQ(result.encoding.features[0].clipped, 1);
    }
    if (scale == Scale::kNone) continue;
    const EncodedFeature& second = result.encoding.features[1];
    EXPECT_GT(second.scale, 0.0);
    if (scale == Scale::kStandard) {
      EXPECT_NEAR(second.scale / 1e-203, 1.0, 0.1);
    }
  }
}

TEST(Scales, AWeightMultipliesSquaredDistance) {
  const std::vector<double> values = test::normals(1, kAccounts, 0.0, 3.0);
  FeatureSpec light = feature("x");
  FeatureSpec heavy = feature("x");
  heavy.weight = 2.25;
  const Company company = Company(kAccounts).number("x", values);
  const Prepared result = prepared(company.even_slice(), segmentation(Scale::kStandard, {light, heavy})).prepared;
  EXPECT_EQ(result.encoding.features[1].name, "crm.x (2)");
  EXPECT_EQ(result.encoding.exponent, -1);  // 8 · 1.5 does not fit
  for (std::size_t i = 0; i < result.rows.size(); ++i)
    EXPECT_NEAR(result.tiles.at(i, 1), 1.5F * result.tiles.at(i, 0), 2.0 * kGridStep);
}

}  // namespace
}  // namespace tessera
