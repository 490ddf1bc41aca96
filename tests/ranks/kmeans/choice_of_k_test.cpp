#include "tessera/choice_of_k.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "../lloyd/grid_accounts.hpp"
#include "kmeans/choice/jaccard.hpp"
#include "kmeans/choice/ranking.hpp"
#include "lloyd/kernel.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

using test::GridAccounts;
using test::Layout;

/// 400 accounts around four centres, the same in make_choice_figures.py.
GridAccounts striped_accounts() {
  constexpr double kCentres[4][3] = {{0, 0, 0}, {3, 0.5, 0}, {0.5, 3, 1}, {-2, -2, 2.5}};
  GridAccounts accounts;
  for (int i = 0; i < 400; ++i) {
    std::vector<double> account;
    for (int f = 0; f < 3; ++f) {
      const double spread = (i * 7919 + f * 104729 + i * i * (f + 3)) % 1009 / 1009.0 - 0.5;
      account.push_back(kCentres[i % 4][f] + 1.5 * spread);
    }
    accounts.add(account);
  }
  return accounts;
}

/// By scikit-learn 1.2.1 and scipy: see make_choice_figures.py.
struct Figures {
  int k;
  double inertia, silhouette, calinski_harabasz, davies_bouldin, bic;
};
constexpr Figures kFigures[] = {
    {4, 220.221003370329, 0.773287649289812, 1750.04438573658, 0.447360540198337, -1287.93876245271},
    {7, 174.761964662872, 0.488002797741721, 1111.31731296159, 1.37215196056213, -1392.50953006963},
};

void expect_near(double value, double figure) {
  EXPECT_NEAR(value, figure, 1e-6 * std::abs(figure));
}

ChoiceOfK choose(const GridAccounts& accounts, const ChoiceOfKOptions& options, Layout layout = Layout::kEven,
                 int threads = 1, const StopRequested& stop = {}) {
  Journal journal(false);
  const test::Share share = share_of(accounts, test::world(), layout);
  return choose_k({test::world(), journal, threads}, share.tiles, share.keys, options, stop);
}

const KCriteria& at(const ChoiceOfK& choice, int k) {
  for (const KCriteria& one : choice.curve)
    if (one.k == k) return one;
  throw std::runtime_error("no such k in the curve");
}

TEST(ClusteringQuality, IsWhatScikitLearnSays) {
  const GridAccounts accounts = striped_accounts();
  for (const Layout layout : {Layout::kEven, Layout::kAllOnRoot}) {
    for (const Figures& figures : kFigures) {
      Journal journal(false);
      const Context context{test::world(), journal, 2};
      const test::Share share = share_of(accounts, test::world(), layout);
      KmeansOptions options{.k = figures.k, .initial = {}};
      for (int i = 0; i < figures.k; ++i)
        for (int f = 0; f < accounts.d; ++f) options.initial.push_back(accounts.at(static_cast<std::size_t>(i), f));
      const ClusteringQuality quality =
          clustering_quality(context, share.tiles, kmeans(context, share.tiles, share.keys, options));
      expect_near(quality.inertia, figures.inertia);
      expect_near(quality.silhouette_simplified, figures.silhouette);
      expect_near(quality.calinski_harabasz, figures.calinski_harabasz);
      expect_near(quality.davies_bouldin, figures.davies_bouldin);
    }
  }
}

TEST(ClusteringQuality, OfOneSegmentIsNotKnown) {
  Journal journal(false);
  const Context context{test::world(), journal, 1};
  const test::Share share = share_of(striped_accounts(), test::world(), Layout::kAllOnRoot);
  const ClusteringQuality quality =
      clustering_quality(context, share.tiles, kmeans(context, share.tiles, share.keys, {.k = 1, .initial = {}}));
  EXPECT_GT(quality.inertia, 0.0);
  EXPECT_TRUE(std::isnan(quality.silhouette_simplified));
  EXPECT_TRUE(std::isnan(quality.calinski_harabasz));
  EXPECT_TRUE(std::isnan(quality.davies_bouldin));
}

TEST(ChoiceOfK, FindsFourCentresAndMeasuresThemAsScikitLearnDoes) {
  const ChoiceOfK choice = choose(striped_accounts(), {.k_max = 12, .seed = 5});
  EXPECT_EQ(choice.k, 4);
  EXPECT_EQ(choice.accounts_seen, 400);
  ASSERT_EQ(choice.curve.size(), 11U);
  EXPECT_EQ(choice.curve.front().k, 2);
  const KCriteria& four = at(choice, 4);
  expect_near(four.inertia, kFigures[0].inertia);
  expect_near(four.silhouette_simplified, kFigures[0].silhouette);
  expect_near(four.calinski_harabasz, kFigures[0].calinski_harabasz);
  expect_near(four.davies_bouldin, kFigures[0].davies_bouldin);
  expect_near(four.bic, kFigures[0].bic);
  EXPECT_NEAR(four.stability, 1.0, 0.01);
  EXPECT_GT(four.gap, at(choice, 3).gap);
  EXPECT_GT(four.gap, at(choice, 5).gap - at(choice, 5).gap_error);
  EXPECT_EQ(choice.why.rfind("4 segments, of 2 to 12 tried on 400 accounts: the best by ", 0), 0U) << choice.why;
}

TEST(ChoiceOfK, OwnUnitsMoveInertiaAndBicAlone) {
  const ChoiceOfK grid = choose(striped_accounts(), {.k_max = 6});
  const ChoiceOfK own = choose(striped_accounts(), {.k_max = 6, .exponent = 3});
  for (std::size_t i = 0; i < grid.curve.size(); ++i) {
    EXPECT_EQ(own.curve[i].inertia, std::ldexp(grid.curve[i].inertia, -6));
    EXPECT_NEAR(own.curve[i].bic - grid.curve[i].bic, 400 * 3 * 3 * std::log(2.0), 1e-6);
    EXPECT_EQ(own.curve[i].gap, grid.curve[i].gap);
    EXPECT_EQ(own.curve[i].place, grid.curve[i].place);
  }
}

void expect_same(const ChoiceOfK& a, const ChoiceOfK& b) {
  EXPECT_EQ(a.k, b.k);
  EXPECT_EQ(a.why, b.why);
  EXPECT_EQ(a.accounts_seen, b.accounts_seen);
  ASSERT_EQ(a.curve.size(), b.curve.size());
  for (std::size_t i = 0; i < a.curve.size(); ++i) {
    EXPECT_EQ(a.curve[i].inertia, b.curve[i].inertia);
    EXPECT_EQ(a.curve[i].silhouette_simplified, b.curve[i].silhouette_simplified);
    EXPECT_EQ(a.curve[i].calinski_harabasz, b.curve[i].calinski_harabasz);
    EXPECT_EQ(a.curve[i].davies_bouldin, b.curve[i].davies_bouldin);
    EXPECT_EQ(a.curve[i].gap, b.curve[i].gap);
    EXPECT_EQ(a.curve[i].gap_error, b.curve[i].gap_error);
    EXPECT_EQ(a.curve[i].bic, b.curve[i].bic);
    EXPECT_EQ(a.curve[i].stability, b.curve[i].stability);
    EXPECT_EQ(a.curve[i].place, b.curve[i].place);
  }
}

TEST(ChoiceOfK, GivesTheSameBitsOnAnyLayoutThreadsAndTarget) {
  const GridAccounts accounts = test::blobs(900, {{0, 0}, {3, 1}, {-2, 3}, {2, -4}, {4, 4}}, 0.9, 3);
  const ChoiceOfKOptions options{.k_max = 8, .seed = 9};
  lloyd::use_simd_target(lloyd::simd_targets().back());
  const ChoiceOfK expected = choose(accounts, options, Layout::kAllOnRoot);
  expect_same(choose(accounts, options, Layout::kEven), expected);
  lloyd::use_simd_target(lloyd::simd_targets().front());
  expect_same(choose(accounts, options, Layout::kLopsided, 2), expected);
}

TEST(ChoiceOfK, NeverPartsMoreThanATenthOfTheAccounts) {
  const GridAccounts blobs = test::blobs(45, {{0, 0}, {5, 5}, {-5, 5}}, 0.1, 2);
  const ChoiceOfK few = choose(blobs, {.k_max = 32});
  EXPECT_EQ(few.k, 3);
  EXPECT_EQ(few.curve.back().k, 4);
  EXPECT_EQ(choose(test::blobs(19, {{0, 0}, {5, 5}}, 0.1, 2), {}).k, 1);
  EXPECT_EQ(choose(test::blobs(1, {{0, 0}}, 0.1, 2), {}).k, 1);
}

TEST(ChoiceOfK, EqualAccountsAreOneSegmentAndTwoKindsTwo) {
  GridAccounts equal, two_kinds;
  for (int i = 0; i < 60; ++i) equal.add(std::vector<double>{1.0, 2.0});
  for (int i = 0; i < 60; ++i) two_kinds.add(std::vector<double>{i % 2 == 0 ? 1.0 : 3.0, 2.0});
  EXPECT_EQ(choose(equal, {}).k, 1);
  EXPECT_EQ(choose(two_kinds, {}).k, 2);
}

TEST(ChoiceOfK, StopsWhereOneRankWishesTo) {
  const ChoiceOfK choice = choose(striped_accounts(), {}, Layout::kEven, 1, [] { return test::world().is_root(); });
  EXPECT_TRUE(choice.stopped);
}

TEST(Jaccard, IsTheMeanOfTheBestOverlaps) {
  Journal journal(false);
  const Context context{test::world(), journal, 1};
  // {0 1 2} is found as {0 1}: 2/3; {3 4} as {2 3 4}: 2/3; a third segment has nobody.
  std::vector<std::int32_t> first{0, 0, 0, 1, 1}, second{1, 1, 0, 0, 0};
  if (!test::world().is_root()) first = second = {};
  EXPECT_DOUBLE_EQ(choice::mean_jaccard(context, first, 3, second, 2), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(choice::mean_jaccard(context, first, 3, first, 3), 1.0);
  EXPECT_TRUE(std::isnan(choice::mean_jaccard(context, {}, 3, {}, 2)));
}

/// k with all that a criterion can say.
KCriteria criteria(int k, double silhouette, double calinski_harabasz, double davies_bouldin, double gap, double bic,
                   double stability) {
  KCriteria one;
  one.k = k;
  one.silhouette_simplified = silhouette;
  one.calinski_harabasz = calinski_harabasz;
  one.davies_bouldin = davies_bouldin;
  one.gap = gap;
  one.bic = bic;
  one.stability = stability;
  return one;
}

TEST(Ranking, OneCriterionThatOnlyEverWantsMoreDecidesNothing) {
  std::vector<KCriteria> curve = {criteria(2, 0.4, 100, 1.2, 0.5, 10, 0.99), criteria(3, 0.7, 300, 0.5, 0.9, 20, 0.97),
                                  criteria(4, 0.6, 200, 0.9, 0.8, 30, 0.80), criteria(5, 0.5, 90, 1.3, 0.7, 40, 0.70)};
  EXPECT_EQ(choice::place_all(curve), 1U);
  EXPECT_EQ(curve[1].place, 1.0);  // ranks 1 1 1 1 2 3
  EXPECT_EQ(curve[2].place, 2.0);  // ranks 2 2 2 2 2 3
  const std::string why = choice::why_chosen(curve, 1, 1000);
  EXPECT_EQ(why,
            "3 segments, of 2 to 5 tried on 1000 accounts: the best by silhouette, Calinski–Harabasz, "
            "Davies–Bouldin, gap; when accounts are drawn anew, 97 % of a segment is found again; next best: 4");
}

TEST(Ranking, EqualsTakeTheSmallerKAndTheUnknownComesLast) {
  const double unknown = std::nan("");
  std::vector<KCriteria> equal = {criteria(2, 0.5, 1, 1, 1, 1, 1), criteria(3, 0.5, 1, 1, 1, 1, 1)};
  EXPECT_EQ(choice::place_all(equal), 0U);
  std::vector<KCriteria> partly = {criteria(2, unknown, unknown, unknown, unknown, 1, 1),
                                   criteria(3, 0.1, 1, 9, 0, 0, 0.7)};
  EXPECT_EQ(choice::place_all(partly), 1U);
}

TEST(Ranking, WhatIsNotFoundAgainIsNotChosen) {
  std::vector<KCriteria> curve = {criteria(2, 0.4, 100, 1.2, 0.5, 10, 0.7), criteria(3, 0.7, 300, 0.5, 0.9, 20, 0.59)};
  EXPECT_EQ(choice::place_all(curve), 0U);
  EXPECT_TRUE(std::isnan(curve[1].place));
  curve[0].stability = 0.3;  // none is stable: the most stable then
  EXPECT_EQ(choice::place_all(curve), 1U);
  curve[0].stability = curve[1].stability = std::nan("");
  EXPECT_EQ(choice::place_all(curve), 1U);
}

}  // namespace
}  // namespace tessera
