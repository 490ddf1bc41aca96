// What a segmentation is for: trial arms, the objective's ranks and features, the segments of today.

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "company.hpp"
#include "core/elementary.hpp"
#include "core/grid.hpp"
#include "core/random.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/crosswalk.hpp"
#include "tessera/errors.hpp"
#include "tessera/objective.hpp"
#include "tessera/trial.hpp"

namespace tessera {
namespace {

test::Company mine(const test::Company& whole) {
  return test::part_of(whole, test::world().rank(), test::world().size());
}

TrialSpec three_arms() {
  TrialSpec trial;
  trial.campaign = "spring-2026";
  trial.arms = {{"control", 0.1}, {"a", 0.45}, {"b", 0.45}};
  trial.results.emplace();
  trial.results->expected = 0.03;
  return trial;
}

TEST(TrialArms, AreThoseOfTheHashAndNobodySuppressedHasOne) {
  const test::Company part = mine(test::company(500));
  const std::vector<std::int32_t> arms = trial_arms(part.whole, part.job, three_arms());
  const auto& silent = std::get<FlagColumn>(part.whole.find("do_not_contact")->data).values;
  ASSERT_EQ(arms.size(), part.whole.n_local);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const double u = TrialDraw("spring-2026")(part.whole.keys[i]);
    EXPECT_EQ(arms[i], silent[i] == 1 ? -1 : u < 0.1 ? 0 : u < 0.55 ? 1 : 2);
  }
}

TEST(TrialArms, AreAFamilysWhateverItsMembers) {
  test::Company part = mine(test::company(60));
  part.job.sources.front().parent.text = "group";
  TextColumn family;
  for (std::size_t i = 0; i < part.whole.n_local; ++i)
    family.push_back("top" + std::to_string((part.whole.first_global + i) % 7));
  part.whole.columns.push_back({"crm", "family", ColumnType::kText, family});
  const std::vector<std::int32_t> arms = trial_arms(part.whole, part.job, three_arms());
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const double u = TrialDraw("spring-2026")(account_key(family.at(i)));
    if (arms[i] < 0) continue;
    EXPECT_EQ(arms[i], u < 0.1 ? 0 : u < 0.55 ? 1 : 2);
  }
}

TEST(TrialBalance, CountsEverySegmentsArms) {
  const test::Company whole = test::company(500);
  const test::Company part = mine(whole);
  Journal journal(false);
  const TrialSpec trial = three_arms();
  const std::vector<TrialCell> cells =
      trial_balance({test::world(), journal, 1}, part.whole, trial, trial_arms(part.whole, part.job, trial),
                    test::all_rows(part), part.seeds, part.assignment);
  ASSERT_EQ(cells.size(), 3U * 10U);
  const std::vector<std::int32_t> arms = trial_arms(whole.whole, whole.job, trial);
  for (const TrialCell& cell : cells) {
    std::int64_t in_arm = 0, in_any = 0;
    for (std::size_t i = 0; i < arms.size(); ++i) {
      const auto& a = whole.assignment;
      const bool is_in =
          cell.segment < 0 || a.macro[i] == cell.segment || a.core[i] == cell.segment || a.micro[i] == cell.segment;
      in_any += is_in && arms[i] >= 0 ? 1 : 0;
      in_arm += is_in && arms[i] == cell.arm ? 1 : 0;
    }
    EXPECT_EQ(cell.accounts, in_arm);
    const double stated = trial.arms[static_cast<std::size_t>(cell.arm)].share, n = static_cast<double>(in_any);
    EXPECT_NEAR(cell.share, static_cast<double>(in_arm) / n, 1e-12);
    EXPECT_NEAR(cell.z, (static_cast<double>(in_arm) - n * stated) / std::sqrt(n * stated * (1 - stated)), 1e-9);
    EXPECT_TRUE(cell.arm > 0 || std::isnan(cell.smallest_uplift));
  }
  EXPECT_GT(cells[1].smallest_uplift, 0.0);
}

TEST(Crosswalk, CountsPairsAgreesAsAPlainCountDoesAndPassesNamesOn) {
  const test::Company whole = test::company(400);
  test::Company part = mine(whole);
  // Today's segments: the first core's own name, the rest by industry, some in none.
  const auto today = [&](std::size_t i) {
    return whole.assignment.core[i] == 2 && i % 20 != 1 ? 0 : i % 9 == 0 ? -1 : 1 + static_cast<int>(i / 2 % 3);
  };
  CategoryColumn column;
  column.categories = {"Gründer", "Other", "Third", "Unternehmen"};
  for (std::size_t i = 0; i < part.whole.n_local; ++i) column.codes.push_back(today(part.whole.first_global + i));
  part.whole.columns.push_back({"crm", "legacy", ColumnType::kCategory, column});
  Journal journal(false);
  const Crosswalk found =
      crosswalk({test::world(), journal, 1}, part.whole, {"legacy"}, test::all_rows(part), part.seeds, part.assignment);
  std::int64_t in_core = 0;
  for (const Crosswalk::Pair& pair : found.pairs) {
    std::int64_t both = 0, either = 0;
    for (std::size_t i = 0; i < 400; ++i) {
      const auto& a = whole.assignment;
      const bool ours = a.macro[i] == pair.segment || a.core[i] == pair.segment || a.micro[i] == pair.segment;
      const bool theirs = (today(i) < 0 ? "" : column.categories[static_cast<std::size_t>(today(i))]) == pair.existing;
      both += ours && theirs ? 1 : 0;
      either += ours || theirs ? 1 : 0;
    }
    EXPECT_EQ(pair.accounts, both);
    EXPECT_NEAR(pair.likeness, static_cast<double>(both) / static_cast<double>(either), 1e-12);
    if (pair.segment >= 2 && pair.segment <= 4) in_core += pair.accounts;
  }
  EXPECT_EQ(in_core, 400);
  // The adjusted Rand index by its definition over all pairs of accounts.
  double both = 0, in_ours = 0, in_theirs = 0, n = 0;
  for (std::size_t i = 0; i < 400; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (today(i) < 0 || today(j) < 0) continue;
      const bool ours = whole.assignment.core[i] == whole.assignment.core[j], theirs = today(i) == today(j);
      both += ours && theirs ? 1 : 0;
      in_ours += ours ? 1 : 0;
      in_theirs += theirs ? 1 : 0;
      n += 1;
    }
  ASSERT_EQ(found.agreement.size(), 3U);
  EXPECT_EQ(found.agreement[1].level, Level::kCore);
  EXPECT_NEAR(found.agreement[1].adjusted_rand,
              (both - in_ours * in_theirs / n) / (0.5 * (in_ours + in_theirs) - in_ours * in_theirs / n), 1e-12);
  std::vector<SegmentSeed> seeds = part.seeds;
  inherit_names(found, seeds);
  EXPECT_EQ(seeds[2].name, "Gründer");
  std::set<std::string> names;
  for (const SegmentSeed& seed : seeds) EXPECT_TRUE(seed.name.empty() || names.insert(seed.name).second) << seed.name;
}

TEST(Crosswalk, OfAColumnThatHoldsNoSegmentsIsAWarning) {
  test::Company part = mine(test::company(20));
  CategoryColumn column;
  column.codes.assign(part.whole.n_local, 0);
  for (int i = 0; i < 1001; ++i) column.categories.push_back(std::to_string(10'000 + i));
  part.whole.columns.push_back({"crm", "legacy", ColumnType::kCategory, column});
  Journal journal(false);
  const Crosswalk found =
      crosswalk({test::world(), journal, 1}, part.whole, {"legacy"}, test::all_rows(part), part.seeds, part.assignment);
  EXPECT_TRUE(found.pairs.empty() && found.agreement.empty());
  ASSERT_EQ(journal.warnings().size(), 1U);
  EXPECT_NE(journal.warnings()[0].find("\"legacy\" has 1001 different values"), std::string::npos);
}

TEST(Objective, RanksSegmentsOfALevelAndThoseOfUnknownKpiLast) {
  Insight insight;
  for (const Level level : {Level::kMacro, Level::kCore, Level::kCore, Level::kCore, Level::kCore})
    insight.segments.emplace_back().level = level;
  const double estimates[] = {5.0, 1.0, 3.0, std::nan(""), 3.0};
  for (std::int32_t s = 0; s < 5; ++s) {
    KpiValue value;
    value.segment = s;
    value.kpi = "clv";
    value.estimate = estimates[s];
    value.count = std::isnan(estimates[s]) ? 0 : 7;
    insight.kpis.push_back(value);
  }
  EXPECT_EQ(objective_ranks({"", "clv", true}, insight), (std::vector<std::int32_t>{1, 3, 1, 0, 2}));
  EXPECT_EQ(objective_ranks({"", "clv", false}, insight), (std::vector<std::int32_t>{1, 1, 2, 0, 3}));
}

/// A population of encoded features made up from the account's place: x, its double with a nudge, a coin, and noise.
Prepared encoded(const test::Company& part) {
  Prepared prepared;
  prepared.rows = test::all_rows(part);
  prepared.tiles = FeatureTiles(part.whole.n_local, 4);
  for (std::size_t i = 0; i < part.whole.n_local; ++i) {
    const std::size_t g = part.whole.first_global + i;
    const auto noise = [&](std::uint64_t c) {
      return uniform(random_bits(1, RandomPurpose::kSample, {0, g}, c)) - 0.5;
    };
    const double x = static_cast<double>(g % 5) - 2.0 + noise(0);
    const double values[] = {x, 0.5 * x + 0.2 * noise(1), g % 2 == 0 ? 1.0 : -1.0, noise(2)};
    for (int f = 0; f < 4; ++f) prepared.tiles.set(i, f, from_grid(to_grid(values[f])));
  }
  for (const char* column : {"crm.x", "crm.double", "crm.industry", "crm.noise"})
    prepared.encoding.features.emplace_back().column = column;
  prepared.encoding.features[2].is_indicator = true;
  return prepared;
}

struct Plain {
  std::vector<double> values;
  [[nodiscard]] double mean() const {
    long double sum = 0;
    for (const double v : values) sum += v;
    return static_cast<double>(sum / static_cast<long double>(values.size()));
  }
};

double plain_correlation(const Plain& a, const Plain& b) {
  long double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const long double x = a.values[i] - a.mean(), y = b.values[i] - b.mean();
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return static_cast<double>(ab / std::sqrt(aa * bb));
}

TEST(FeatureLinks, AreThoseOfAPlainCalculation) {
  const test::Company whole = test::company(300), part = mine(whole);
  const Prepared prepared = encoded(part), all = encoded(whole);
  Journal journal(false);
  SegmentationSpec spec;
  spec.objective = ObjectiveSpec{"", "visits", true};
  std::vector<std::int32_t> core;
  for (std::size_t i = 0; i < part.whole.n_local; ++i)
    core.push_back(static_cast<std::int32_t>((part.whole.first_global + i) % 5));
  const std::vector<FeatureLink> links =
      feature_links({test::world(), journal, 1}, part.whole, part.job, spec, prepared, core, 5);
  ASSERT_EQ(links.size(), 4U);
  std::vector<Plain> columns(5);
  const auto& visits = std::get<NumberColumn>(whole.whole.find("visits")->data).values;
  for (std::size_t i = 0; i < 300; ++i) {
    for (int f = 0; f < 4; ++f) columns[static_cast<std::size_t>(f)].values.push_back(all.tiles.at(i, f));
    columns[4].values.push_back(visits[i]);
  }
  double between_all = 0;
  std::vector<double> between(4, 0), squares(4, 0);
  for (std::size_t f = 0; f < 4; ++f) {
    for (std::size_t c = 0; c < 5; ++c) {
      Plain members;
      for (std::size_t i = c; i < 300; i += 5) members.values.push_back(columns[f].values[i]);
      between[f] += 60.0 * std::pow(members.mean() - columns[f].mean(), 2);
    }
    for (const double v : columns[f].values) squares[f] += std::pow(v - columns[f].mean(), 2);
    between_all += between[f];
  }
  for (std::size_t f = 0; f < 4; ++f) {
    EXPECT_NEAR(links[f].importance, between[f] / between_all, 1e-9);
    EXPECT_NEAR(links[f].explained, between[f] / squares[f], 1e-9);
  }
  EXPECT_NEAR(links[0].redundancy, plain_correlation(columns[0], columns[1]), 1e-9);
  EXPECT_EQ(links[0].redundant_with, "crm.double");
  EXPECT_NEAR(links[3].kpi_correlation, plain_correlation(columns[3], columns[4]), 1e-5);
  EXPECT_TRUE(std::isnan(links[2].kpi_correlation));
  // Visits by industry: the share of their variance between the industries, missing as one more.
  const auto& codes = std::get<CategoryColumn>(whole.whole.find("industry")->data).codes;
  double by_industry = 0, total = 0;
  for (std::int32_t code = -1; code < 4; ++code) {
    Plain members;
    for (std::size_t i = 0; i < 300; ++i)
      if (codes[i] == code) members.values.push_back(visits[i]);
    if (!members.values.empty())
      by_industry += static_cast<double>(members.values.size()) * std::pow(members.mean() - columns[4].mean(), 2);
  }
  for (const double v : visits) total += std::pow(v - columns[4].mean(), 2);
  EXPECT_NEAR(links[2].kpi_explained, by_industry / total, 1e-5);
}

TEST(FeatureLinks, OfOneAccountAreNotKnown) {
  const test::Company part = mine(test::company(1));
  Journal journal(false);
  const std::vector<std::int32_t> core(part.whole.n_local, 0);
  const std::vector<FeatureLink> links =
      feature_links({test::world(), journal, 1}, part.whole, part.job, {}, encoded(part), core, 1);
  ASSERT_EQ(links.size(), 4U);
  EXPECT_TRUE(std::isnan(links[0].importance));
  EXPECT_TRUE(std::isnan(links[0].redundancy));
}

}  // namespace
}  // namespace tessera
