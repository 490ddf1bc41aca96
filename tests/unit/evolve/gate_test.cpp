#include "tessera/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

namespace tessera {
namespace {

/// As in the textbook: over all pairs of accounts.
double rand_by_pairs(const std::vector<int>& a, const std::vector<int>& b) {
  double both = 0, in_a = 0, in_b = 0, all = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      all += 1;
      in_a += a[i] == a[j] ? 1 : 0;
      in_b += b[i] == b[j] ? 1 : 0;
      both += a[i] == a[j] && b[i] == b[j] ? 1 : 0;
    }
  const double by_chance = in_a * in_b / all;
  return (both - by_chance) / (0.5 * (in_a + in_b) - by_chance);
}

std::vector<SharedAccounts> shared(const std::vector<int>& a, const std::vector<int>& b) {
  std::map<std::pair<int, int>, std::int64_t> counts;
  for (std::size_t i = 0; i < a.size(); ++i) ++counts[{a[i], b[i]}];
  std::vector<SharedAccounts> cells;
  for (const auto& [pair, accounts] : counts) cells.push_back({pair.first, pair.second, accounts});
  return cells;
}

TEST(AdjustedRand, IsThatOfAllPairs) {
  std::vector<int> a, b;
  for (int i = 0; i < 200; ++i) {
    a.push_back(i % 7);
    b.push_back(i % 5 < 3 ? i % 7 : (i * i) % 4);
  }
  EXPECT_NEAR(adjusted_rand(shared(a, b)), rand_by_pairs(a, b), 1e-12);
  EXPECT_EQ(adjusted_rand(shared(a, a)), 1.0);
  const std::vector<int> one(a.size(), 0);
  EXPECT_EQ(adjusted_rand(shared(one, one)), 1.0);
  EXPECT_EQ(adjusted_rand(shared(a, one)), 0.0);
  EXPECT_TRUE(std::isnan(adjusted_rand(std::vector<SharedAccounts>{{0, 0, 1}})));
  // 2^30 accounts: pairs beyond the integers of a double.
  const std::int64_t many = std::int64_t{1} << 29;
  EXPECT_EQ(adjusted_rand(std::vector<SharedAccounts>{{0, 0, many}, {1, 1, many}}), 1.0);
  EXPECT_NEAR(adjusted_rand(
                  std::vector<SharedAccounts>{{0, 0, many / 2}, {0, 1, many / 2}, {1, 0, many / 2}, {1, 1, many / 2}}),
              0.0, 1e-8);
}

Segment segment(const std::string& id, std::int64_t accounts, double value) {
  Segment one;
  one.id = id;
  one.name = "Segment " + id;
  one.accounts = accounts;
  one.value = value;
  return one;
}

SourceReport source(const std::string& name, std::uint64_t rows, std::uint64_t quarantined) {
  SourceReport report;
  report.name = name;
  report.rows_read = rows;
  report.quarantined = quarantined;
  return report;
}

/// A night on which all is well, and the one before it.
struct Nights {
  Job job;
  GateNight tonight{"2026-01-31", 1000, {source("crm", 1000, 0)}, {{"crm", 0, 0.5, std::nullopt, false, "b"}}};
  ComparedNight last{{"2026-01-30", 1000, {source("crm", 1000, 0)}, {{"crm", 0, 0.5, std::nullopt, false, "a"}}}, {}};
  std::optional<ComparedNight> baseline;

  Nights() {
    job.gate = GateSpec{};
    last.segmentations.push_back({"one",
                                  Level::kCore,
                                  {segment("S-1", 600, 60.0), segment("S-2", 400, 40.0)},
                                  {segment("S-1", 600, 60.0), segment("S-2", 400, 40.0)},
                                  {{0, 0, 600}, {1, 1, 400}},
                                  {}});
  }
  [[nodiscard]] GateReport decided() const { return decide(job, tonight, last, baseline); }
  ComparedSegmentation& one() { return last.segmentations[0]; }
};

/// The checks that are no pass.
std::vector<GateCheck> findings(const GateReport& report) {
  std::vector<GateCheck> found;
  std::ranges::copy_if(report.checks, std::back_inserter(found),
                       [](const GateCheck& check) { return check.result != CheckResult::kPass; });
  return found;
}

void expect_one(const Nights& nights, const std::string& check, CheckResult result, const std::string& words) {
  const std::vector<GateCheck> found = findings(nights.decided());
  ASSERT_EQ(found.size(), 1U) << (found.empty() ? "" : found.back().message);
  EXPECT_EQ(found[0].check, check);
  EXPECT_EQ(found[0].result, result);
  EXPECT_NE(found[0].message.find(words), std::string::npos) << found[0].message;
}

TEST(Gate, ANightLikeTheLastIsPublished) {
  const GateReport report = Nights().decided();
  EXPECT_TRUE(findings(report).empty());
  EXPECT_EQ(report.verdict().decision, GateDecision::kPublish);
  EXPECT_GE(report.checks.size(), 8U) << "every check leaves a line";
  Nights no_gate;
  no_gate.job.gate.reset();
  EXPECT_TRUE(no_gate.decided().checks.empty());
}

TEST(Gate, AFeedThatIsOldOrTheSameHolds) {
  Nights nights;
  nights.tonight.freshness[0] = {"crm", 0, 3.0, 2.0, true, "b"};
  expect_one(nights, "age", CheckResult::kHold, "crm is 3.0 days old; the job allows 2.0");
  nights.tonight.freshness[0] = {"crm", 0, 1.0, 2.0, false, "a"};
  expect_one(nights, "bytes", CheckResult::kHold, "crm is the same bytes as on 2026-01-30");
  nights.tonight.freshness[0].max_age_days.reset();
  expect_one(nights, "bytes", CheckResult::kWarning, "same bytes");
  EXPECT_EQ(nights.decided().verdict().decision, GateDecision::kPublishWithWarnings);
  nights.last.then.night = nights.tonight.night;
  EXPECT_TRUE(findings(nights.decided()).empty()) << "the same night once more";
}

TEST(Gate, CountsAreHeldAgainstLastNights) {
  Nights nights;
  nights.tonight.accounts = 500;
  expect_one(nights, "accounts", CheckResult::kHold,
             "there are 50 % fewer accounts than on 2026-01-30: 500 against 1,000");
  nights.tonight.accounts = 1150;
  expect_one(nights, "accounts", CheckResult::kWarning, "15 % more accounts");
  nights.tonight.accounts = 1120;
  EXPECT_TRUE(findings(nights.decided()).empty()) << "12 % is no more than 0.6 of 20 %";
  nights.tonight.accounts = 500;
  nights.job.gate->max_accounts_changed.reset();
  EXPECT_TRUE(findings(nights.decided()).empty()) << "switched off";
  nights.tonight.sources[0] = source("crm", 400, 0);
  expect_one(nights, "rows", CheckResult::kHold, "crm has 60 % fewer rows");
  nights.tonight.sources[0] = source("crm", 1000, 25);
  expect_one(nights, "quarantine", CheckResult::kHold, "25 of 1,000 rows of crm could not be read (2.5 %)");
  nights.tonight.sources[0] = source("crm", 1000, 0);
  nights.last.then.sources.push_back(source("gone", 7, 0));
  expect_one(nights, "rows", CheckResult::kWarning, "gone was a source");
}

TEST(Gate, SegmentsAreHeldAgainstLastNights) {
  Nights nights;
  nights.job.gate->min_agreement.reset();
  nights.job.gate->max_segment_changed.reset();
  nights.one().shared = {{0, 0, 300}, {0, 1, 300}, {1, 1, 400}};
  expect_one(nights, "moved", CheckResult::kHold,
             "70 % of the accounts of \"one\" kept their core segment, 30 % moved");
  nights.job.gate->max_moved.reset();
  nights.job.gate->min_agreement = 0.5;
  expect_one(nights, "agreement", CheckResult::kHold, "agree to 0.1");
  nights.one().shared.clear();
  expect_one(nights, "moved", CheckResult::kHold, "no account of \"one\" was there before");
  nights.one().shared = {{0, 0, 600}, {1, 1, 400}};
  nights.job.gate->max_segment_changed = 0.5;
  nights.one().now[1] = segment("S-2", 400, 10.0);
  expect_one(nights, "value", CheckResult::kHold, "S-2 \"Segment S-2\" is worth 10, it was worth 40");
  nights.one().now[1] = segment("S-3", 400, 40.0);
  const std::vector<GateCheck> found = findings(nights.decided());
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back().message, "S-2 \"Segment S-2\" had 400 accounts and is gone");
}

TEST(Gate, ASegmentationThatGotOtherLevelsIsNoOtherPopulation) {
  Nights nights;
  for (Segment& one : nights.one().then) one.level = Level::kMacro;
  EXPECT_EQ(level_to_compare(nights.one().then, nights.one().now), Level::kMacro);
  nights.one().level = Level::kMacro;
  nights.one().shared.clear();
  expect_one(nights, "moved", CheckResult::kWarning, "\"one\" has no level of segments that it had before");
  std::vector<Segment> both = nights.one().then;
  both.push_back(nights.one().now[0]);
  EXPECT_EQ(level_to_compare(both, nights.one().now), Level::kCore);
  EXPECT_EQ(level_to_compare(both, nights.one().then), Level::kMacro);
}

TEST(Gate, WhatIsNotKnownIsWarnedOf) {
  Nights nights;
  nights.one().now[0].value = std::nan("");
  expect_one(nights, "value", CheckResult::kWarning, "S-1 \"Segment S-1\" is worth –, it was worth 60");
}

TEST(Gate, CountsSharedAccountsWhereTheLedgerDoes) {
  const std::vector<Migration> migration = {{Level::kMacro, 0, 0, 7, 0.0},
                                            {Level::kCore, -1, 2, 3, 0.0},
                                            {Level::kCore, 1, 2, 5, 0.0},
                                            {Level::kCore, 1, -1, 4, 0.0},
                                            {Level::kCore, 2, 2, 6, 0.0}};
  const auto shared = shared_accounts(migration, Level::kCore);
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_EQ(shared[0].then, 1);
  EXPECT_EQ(shared[1].accounts, 6);
}

TEST(Gate, DriftCountsOnlyBeyondChance) {
  Nights nights;
  FeatureDrift drift{"crm.employees", ColumnType::kNumber, 1000, 1000, 0.4, 1e-9, {}, ""};
  DistributionBin bin;
  bin.low = 10.0;
  bin.high = 50.0;
  bin.accounts = 100;
  drift.bins.push_back({bin, 300, 0.2});
  nights.one().features = {drift};
  expect_one(nights, "drift", CheckResult::kHold,
             "crm.employees has drifted (index 0.400); most of all those from 10 to 50: 10 % then, 30 % now");
  nights.one().features[0].index = 0.2;
  expect_one(nights, "drift", CheckResult::kWarning, "index 0.200");
  nights.one().features[0].index = 0.4;
  nights.one().features[0].p_value = 0.01;
  EXPECT_TRUE(findings(nights.decided()).empty());
  nights.one().features[0].why_not = "it was a number, and is something else tonight or gone";
  expect_one(nights, "drift", CheckResult::kWarning, "is not known");
}

TEST(Review, SeesWhatNoNightShows) {
  Nights nights;
  nights.job.review = ReviewSpec{"/b.h5", "b.h5", {86400 * 30, "30 days"}, true};
  expect_one(nights, "review", CheckResult::kWarning, "there is no baseline at /b.h5");
  nights.baseline = nights.last;
  nights.baseline->then.night = "2026-01-01";
  EXPECT_TRUE(findings(nights.decided()).empty());
  nights.baseline->then.night = "2025-12-31";
  expect_one(nights, "review", CheckResult::kWarning,
             "a review is due: the baseline of 2025-12-31 is older than 30 days");
  nights.baseline->then.night = "2026-01-01";
  nights.baseline->segmentations[0].shared = {{0, 0, 310}, {0, 1, 290}, {1, 1, 400}};
  nights.job.gate->min_agreement.reset();
  expect_one(nights, "moved", CheckResult::kHold, "29 % moved");
  nights.job.review->hold = false;
  expect_one(nights, "moved", CheckResult::kWarning, "29 % moved");
  EXPECT_EQ(findings(nights.decided())[0].since, "2026-01-01");
}

TEST(Verdict, TellsWhatHoldsTheNightFirst) {
  GateReport report;
  report.checks = {{"a", "", "", 0, 0, CheckResult::kWarning, "look here"},
                   {"b", "", "", 0, 0, CheckResult::kPass, "fine"},
                   {"c", "", "", 0, 0, CheckResult::kHold, "stop"}};
  const GateVerdict verdict = report.verdict();
  EXPECT_EQ(verdict.decision, GateDecision::kHold);
  EXPECT_EQ(verdict.reasons, (std::vector<std::string>{"stop", "look here"}));
}

}  // namespace
}  // namespace tessera
