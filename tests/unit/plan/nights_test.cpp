#include <gtest/gtest.h>

#include <algorithm>

#include "made_work.hpp"
#include "plan/layout.hpp"

namespace tessera {
namespace {

using plan::Plan;

constexpr double kAccounts = 10e6;

Plan plan_on(const Made& made, int ranks = 1) {
  return plan::plan_of(made.work, plan::default_rates(), {1, ranks, 1});
}

double seconds(const Plan& plan, const std::string& stage) {
  return std::ranges::find(plan.time, stage, &plan::StageTime::stage)->seconds;
}
double peak(const Plan& plan, const std::string& stage) {
  return std::ranges::find(plan.memory, stage, &plan::StageMemory::stage)->peak_bytes;
}

/// The same job on a later night; with a baseline as well.
void go_on(Made& made, bool is_warm) {
  made.work.before = {made.work.accounts, made.work.accounts};
  made.work.is_remembered = true;
  made.work.segmentations.front().was_there = true;
  made.work.segmentations.front().is_warm = is_warm;
}

TEST(Nights, AWarmStartTakesAFewIterationsAndOtherNightsAreReadOnce) {
  Made made(kAccounts);
  made.segmentation.refine = RefineSpec{};
  const Plan first = plan_on(made);
  go_on(made, false);
  const Plan fresh = plan_on(made);
  go_on(made, true);
  const Plan warm = plan_on(made);
  EXPECT_LT(seconds(warm, "kmeans"), 0.2 * seconds(fresh, "kmeans"));
  EXPECT_LT(seconds(warm, "refine"), seconds(fresh, "refine"));
  EXPECT_LT(seconds(warm, "prepare"), seconds(fresh, "prepare"));
  EXPECT_GT(seconds(first, "evolve"), 0.0) << "features are put in bins on a first night too";
  EXPECT_GT(seconds(fresh, "evolve"), seconds(first, "evolve") + 2.0 * kAccounts * 0.1e-6);
  EXPECT_EQ(seconds(warm, "evolve"), seconds(fresh, "evolve"));
  EXPECT_EQ(seconds(warm, "ingest"), seconds(first, "ingest"));
}

TEST(Nights, RowsOfOtherNightsAreSharedByRanks) {
  Made made(kAccounts);
  go_on(made, true);
  EXPECT_LT(seconds(plan_on(made, 4), "evolve"), 0.4 * seconds(plan_on(made), "evolve"));
  Made without_baseline(kAccounts);
  go_on(without_baseline, true);
  without_baseline.work.before.baseline_accounts = 0.0;
  EXPECT_LT(seconds(plan_on(without_baseline), "evolve"), seconds(plan_on(made), "evolve"));
}

TEST(Nights, WhereAccountsWereIsHeldToTheEnd) {
  Made made(kAccounts);
  made.work.is_matrix = true;  // whose rows are not held, so that what comes later is the most
  const Plan first = plan_on(made);
  go_on(made, true);
  const Plan then = plan_on(made);
  // Whether it was there, and three segments: for the run, for the results of the segmentation, and of the baseline.
  const double more = peak(then, "results") - peak(first, "results");
  EXPECT_GE(more, kAccounts * (13 + 12));
  EXPECT_LE(more, kAccounts * (13 + 12 + 13 + 50));
  EXPECT_EQ(peak(then, "ingest"), peak(first, "ingest"));
}

TEST(Nights, ACheckpointKeepsTheAccountsAndFallsDueInALongRun) {
  Made made(kAccounts);
  made.work.column_bytes = 64.0;
  made.work.filled_columns = 2;
  const Plan plan = plan_on(made);
  EXPECT_EQ(plan.checkpoint.bytes, kAccounts * (64 + 2 + 8 + 10));
  EXPECT_GT(plan.checkpoint.seconds, plan.checkpoint.bytes / plan::default_rates().writing_bytes_per_s);
  EXPECT_FALSE(plan.checkpoint.is_due);
  made.work.checkpoint_every_s = seconds(plan, "ingest") + 0.5 * seconds(plan, "kmeans");
  const Plan due = plan_on(made);
  EXPECT_TRUE(due.checkpoint.is_due);
  EXPECT_DOUBLE_EQ(due.seconds, plan.seconds + plan.checkpoint.seconds);
  made.work.is_matrix = true;
  EXPECT_EQ(plan_on(made).checkpoint.bytes, 0.0) << "a matrix is read again";
}

}  // namespace
}  // namespace tessera
