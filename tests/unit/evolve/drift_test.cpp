#include "tessera/drift.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/special_numbers.hpp"
#include "evolve/drift/bins.hpp"

namespace tessera {
namespace {

FeatureDistribution with_counts(const std::vector<std::int64_t>& counts) {
  FeatureDistribution feature{"crm.x", ColumnType::kNumber, {}};
  for (const std::int64_t accounts : counts) {
    feature.bins.emplace_back();
    feature.bins.back().accounts = accounts;
  }
  return feature;
}

// The figures are those of plain Python (math.log, scipy.stats.chi2.sf); see the definitions in drift.hpp.
TEST(FeatureDrift, IsThePopulationStabilityIndex) {
  const FeatureDrift drift =
      feature_drift(with_counts({100, 200, 300, 400, 0, 0}), with_counts({150, 150, 350, 340, 10, 0}));
  EXPECT_NEAR(drift.index, 0.08220610116679189, 1e-15);
  EXPECT_NEAR(drift.bins[0].part, 0.02013991803939152, 1e-15);
  EXPECT_NEAR(drift.bins[4].part, 0.03036930112442317, 1e-15) << "nobody then, ten now";
  EXPECT_EQ(drift.bins[5].part, 0.0) << "nobody on either night";
  EXPECT_NEAR(drift.p_value / 2.5589628648774907e-08, 1.0, 1e-6);
  EXPECT_EQ(drift.then, 1000);
  EXPECT_EQ(drift.now, 1000);
  EXPECT_EQ(drift.why_not, "");
  EXPECT_NEAR(feature_drift(with_counts({20, 0, 5}), with_counts({0, 30, 5})).index, 6.179442565752993, 1e-14);
}

TEST(FeatureDrift, IsNothingWhereNothingChanged) {
  const FeatureDrift same = feature_drift(with_counts({10, 20, 0}), with_counts({10, 20, 0}));
  EXPECT_EQ(same.index, 0.0);
  EXPECT_EQ(same.p_value, 1.0);
  const FeatureDrift one_bin = feature_drift(with_counts({10}), with_counts({900}));
  EXPECT_EQ(one_bin.index, 0.0);
  EXPECT_EQ(one_bin.p_value, 1.0);
}

TEST(FeatureDrift, SaysWhyThereIsNone) {
  const FeatureDrift gone = feature_drift(with_counts({1, 2}), {"crm.x", ColumnType::kNumber, {}});
  EXPECT_TRUE(std::isnan(gone.index));
  EXPECT_NE(gone.why_not.find("was a number"), std::string::npos);
  EXPECT_NE(feature_drift(with_counts({0, 0}), with_counts({1, 2})).why_not, "");
  EXPECT_NE(feature_drift(with_counts({1, 0}), with_counts({0, 0})).why_not, "");
}

KpiValue kpi(double estimate, double low, double high) {
  KpiValue value;
  value.segment = 3;
  value.kpi = "churn";
  value.count = 100;
  value.estimate = estimate;
  value.low = low;
  value.high = high;
  return value;
}

TEST(KpiDrift, AddsTheSquaresOfTheSidesThatFaceEachOther) {
  const std::vector<KpiDrift> drifts = kpi_drift({{kpi(0.10, 0.08, 0.125), kpi(0.14, 0.115, 0.17)},
                                                  {kpi(50, 45, 55), kpi(40, 36, 44.5)},
                                                  {kpi(1, 0, 2), kpi(1, 0, 2)},
                                                  {kpi(kNaN, kNaN, kNaN), kpi(1, 0, 2)}});
  ASSERT_EQ(drifts.size(), 4U);
  EXPECT_EQ(drifts[0].segment, 3);
  EXPECT_NEAR(drifts[0].change, 0.04, 1e-15);
  EXPECT_NEAR(drifts[0].low, 0.004644660940672625, 1e-12);
  EXPECT_NEAR(drifts[0].high, 0.0760555127546399, 1e-12);
  EXPECT_NEAR(drifts[0].p_value, 0.0265926211446444, 1e-7);
  EXPECT_NEAR(drifts[0].q_value, 0.0265926211446444 * 3 / 2, 1e-7) << "three tests, this one second";
  EXPECT_NEAR(drifts[1].low, -16.40312423743285, 1e-12);
  EXPECT_NEAR(drifts[1].high, -3.273187976463145, 1e-12);
  EXPECT_NEAR(drifts[1].p_value, 0.0035721928571835083, 1e-8);
  EXPECT_EQ(drifts[2].p_value, 1.0);
  EXPECT_TRUE(std::isnan(drifts[3].p_value) && std::isnan(drifts[3].q_value));
}

/// Which bin a number is in, by what the bins say of themselves.
std::size_t bin_by_hand(const std::vector<DistributionBin>& bins, double x) {
  for (std::size_t b = 0; b < bins.size(); ++b)
    if (bins[b].kind == DistributionBin::Kind::kRange && bins[b].low == bins[b].high && bins[b].low == x) return b;
  for (std::size_t b = 0; b < bins.size(); ++b)
    if (bins[b].kind == DistributionBin::Kind::kRange && bins[b].low <= x && x < bins[b].high) return b;
  return bins.size() - 1;
}

TEST(NumberBins, EveryNumberIsInOneBin) {
  const std::vector<std::vector<double>> all = {{1, 2, 3, 4, 5, 6, 7, 8, 9},
                                                {0, 0, 0, 0, 1, 2, 2, 2, 3},
                                                {5, 5, 5, 5, 5, 5, 5, 5, 5},
                                                {-1.5, -0.0, 0.0, 1, 1, 1, 4, 4, 9},
                                                {kNaN, kNaN, kNaN}};
  for (const std::vector<double>& quantiles : all) {
    const std::vector<DistributionBin> bins = evolve::number_bins(quantiles);
    EXPECT_EQ(bins.front().low, -kInfinity);
    EXPECT_EQ(bins[bins.size() - 2].high, kInfinity);
    const evolve::BinFinder find(bins, ColumnType::kNumber, {});
    for (double x = -2.0; x < 11.0; x += 0.25) EXPECT_EQ(find(x), bin_by_hand(bins, x)) << x;
    EXPECT_EQ(find(kNaN), bins.size() - 1);
    EXPECT_EQ(find(-1e300), 0U);
    EXPECT_EQ(find(1e300), bins.size() - 2);
  }
  EXPECT_EQ(evolve::number_bins(all[0]).size(), 11U) << "ten, and missing";
  EXPECT_EQ(evolve::number_bins(all[2]).size(), 4U) << "below 5, 5, above, and missing";
}

TEST(CategoryBins, KeepTheCommonestAndAllOthersTogether) {
  std::vector<std::string> categories;
  std::vector<std::int64_t> accounts;
  for (int c = 0; c < 130; ++c) {
    categories.push_back("c" + std::to_string(1000 + c));
    accounts.push_back(c == 7 ? 0 : c < 60 ? 5 : 9);
  }
  const std::vector<DistributionBin> bins = evolve::category_bins(categories, accounts);
  ASSERT_EQ(bins.size(), evolve::kMostCategories + 2);
  EXPECT_EQ(bins.front().category, "c1000");
  EXPECT_EQ(bins[7].category, "c1008") << "nobody has c1007";
  EXPECT_EQ(bins[29].category, "c1030") << "thirty of the rarer ones, the lowest by bytes";
  EXPECT_EQ(bins[30].category, "c1060");
  // Tonight's codes are others than those that the bins were made from.
  const std::vector<std::string> tonight = {"c1008", "new"};
  const evolve::BinFinder find(bins, ColumnType::kCategory, tonight);
  EXPECT_EQ(find(0.0), 7U);
  EXPECT_EQ(find(1.0), bins.size() - 2);
  EXPECT_EQ(find(kNaN), bins.size() - 1);
}

}  // namespace
}  // namespace tessera
