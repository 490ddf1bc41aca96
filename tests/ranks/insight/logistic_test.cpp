#include "insight/lookalike/logistic.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "insight/lookalike/levels.hpp"
#include "logistic_figures.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

/// The formulas of logistic_figures.py.
double feature_of(int i, int f) {
  if (f == figures::kFeatures - 1) return (i % 7 == 0 ? 1.0 : 0.0) - 0.125;
  return std::nearbyint(std::ldexp((i * (37 * f + 11) + 17 * f * f + 5) % 1009 / 1009.0 * 5.0 - 2.0, 20)) * 0x1p-20;
}
bool is_one(int i) {
  const double noise = i * 7919 % 1000 / 1000.0 * 4.0 - 2.0;
  return 0.9 * feature_of(i, 0) - 0.5 * feature_of(i, 1) + 1.5 * feature_of(i, figures::kFeatures - 1) - 0.8 + noise >
         0.0;
}

struct Sample {
  FeatureTiles tiles;
  std::vector<std::uint8_t> labels;
};

/// This rank's share of the accounts: the second of several ranks has none, the others take turns.
Sample sample() {
  const int size = test::world().size();
  std::vector<int> mine;
  for (int i = 0; i < figures::kAccounts; ++i) {
    const int owner = i % size == 1 ? 0 : i % size;
    if (owner == test::world().rank()) mine.push_back(i);
  }
  Sample own{FeatureTiles(mine.size(), figures::kFeatures), {}};
  for (std::size_t row = 0; row < mine.size(); ++row) {
    for (int f = 0; f < figures::kFeatures; ++f) own.tiles.set(row, f, static_cast<float>(feature_of(mine[row], f)));
    own.labels.push_back(is_one(mine[row]) ? 1 : 0);
  }
  return own;
}

TEST(Logistic, FindsWhatScikitLearnFinds) {
  const Sample own = sample();
  Journal journal(false);
  const insight::LogisticModel model =
      insight::fit_logistic({test::world(), journal, test::threads()}, own.tiles, own.labels, 1.0);
  EXPECT_TRUE(model.has_settled);
  EXPECT_LT(model.steps, 20);
  EXPECT_NEAR(model.intercept, figures::kIntercept, 1e-5);
  for (std::size_t f = 0; f < figures::kCoefficients.size(); ++f)
    EXPECT_NEAR(model.coefficients[f], figures::kCoefficients[f], 1e-5) << "feature " << f;

  std::vector<std::int32_t> ones, zeros;
  std::array<double, FeatureTiles::kTileAccounts> odds{};
  for (std::size_t i = 0; i < own.labels.size(); ++i) {
    if (i % odds.size() == 0) insight::log_odds(model, own.tiles, i / odds.size(), odds);
    (own.labels[i] == 1 ? ones : zeros).push_back(insight::level_of(odds[i % odds.size()]));
  }
  Lookalike found;
  insight::measure_area(insight::count_levels(test::world(), ones), insight::count_levels(test::world(), zeros), found);
  EXPECT_NEAR(found.auc, figures::kArea, 5e-4);  // accounts of one level are a tie
  EXPECT_LT(found.auc_low, found.auc);
  EXPECT_GT(found.auc_high, found.auc);
}

TEST(Logistic, SettlesWhereAFeatureTellsAll) {
  Sample own = sample();
  for (std::size_t i = 0; i < own.labels.size(); ++i) own.tiles.set(i, 0, own.labels[i] == 1 ? 1.0F : -1.0F);
  Journal journal(false);
  const insight::LogisticModel model = insight::fit_logistic({test::world(), journal, 1}, own.tiles, own.labels, 1.0);
  EXPECT_TRUE(model.has_settled);
  EXPECT_GT(model.coefficients[0], 3.0);
  EXPECT_LT(model.coefficients[0], 20.0);
}

TEST(Levels, AnAreaCountsPairsAndHalvesOfTies) {
  EXPECT_EQ(insight::area_under_curve(std::array<std::int64_t, 3>{0, 1, 1}, std::array<std::int64_t, 3>{1, 1, 0}),
            3.5 / 4.0);
  EXPECT_TRUE(
      std::isnan(insight::area_under_curve(std::array<std::int64_t, 2>{0, 0}, std::array<std::int64_t, 2>{1, 1})));
}

}  // namespace
}  // namespace tessera
