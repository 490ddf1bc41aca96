// What a segmentation is for: objective, features, the segments of today and the trial come back as they were written.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "sample_run.hpp"
#include "storage/file_reader.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;
using test::world;

RunResults run_with_purpose() {
  RunResults run = test::sample_run_of_this_rank(100);
  TrialSpec trial;
  trial.campaign = "Frühjahr 2026";
  trial.arms = {{"control", 0.25}, {"ä", 0.75}};
  run.job.trial = trial;
  SegmentationResult& one = run.segmentations[0];
  for (std::size_t i = 0; i < run.accounts.n_local; ++i)
    one.trial_arm.push_back(static_cast<std::int32_t>((run.accounts.first_global + i) % 3) - 1);
  run.segmentations[1].trial_arm = one.trial_arm;
  one.trial = {{-1, 0, 30, 0.5, 1.5, kNaN}, {-1, 1, 30, 0.5, -1.5, 0.25}, {2, 0, 0, kNaN, kNaN, kNaN}};
  one.spec.objective = ObjectiveSpec{"Wachsen", "tenure", false};
  one.objective_rank = {1, 0, 1, 1};
  one.features = {{"crm.revenue", 0.75, 0.5, 0.25, "crm.industry", -0.5, 0.25},
                  {"crm.industry", 0.25, 0.125, 0.25, "crm.revenue", kNaN, kNaN}};
  one.spec.existing = {"crm.industry"};
  one.crosswalk = {{{"", 1, 3, 0.5, 0.25, 0.125}, {"Öl", 2, 4, 1.0, 0.5, 0.5}},
                   {{Level::kMacro, 90, kNaN}, {Level::kCore, 80, -0.25}}};
  return run;
}

Published written(RunResults run, const std::string& folder) {
  Journal journal(false);
  run.job.output_path = folder + "/{night}.h5";
  return write_results({world(), journal, 1}, run);
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

TEST(Purpose, ComesBackAsItWasWritten) {
  const std::string folder =
      world().broadcast_text((fs::temp_directory_path() / ("tessera-purpose-" + std::to_string(::getpid()))).string());
  const RunResults run = run_with_purpose();
  const std::string path = written(run, folder).path;
  const ResultsSummary summary = read_summary(path);
  const SegmentationResult& from = run.segmentations[0];
  const ResultsSummary::Segmentation& back = summary.segmentations[0];
  EXPECT_EQ(back.trial_arms, (std::vector<std::string>{"control", "ä"}));
  ASSERT_EQ(back.trial.size(), from.trial.size());
  for (std::size_t i = 0; i < from.trial.size(); ++i) {
    const TrialCell &x = from.trial[i], &y = back.trial[i];
    EXPECT_TRUE(x.segment == y.segment && x.arm == y.arm && x.accounts == y.accounts && same(x.share, y.share) &&
                same(x.z, y.z) && same(x.smallest_uplift, y.smallest_uplift))
        << i;
  }
  ASSERT_TRUE(back.objective);
  EXPECT_TRUE(back.objective->goal == "Wachsen" && back.objective->kpi == "tenure" && !back.objective->high);
  EXPECT_EQ(back.objective_rank, from.objective_rank);
  ASSERT_EQ(back.features.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const FeatureLink &x = from.features[i], &y = back.features[i];
    EXPECT_TRUE(x.column == y.column && x.importance == y.importance && x.explained == y.explained &&
                x.redundancy == y.redundancy && x.redundant_with == y.redundant_with &&
                same(x.kpi_correlation, y.kpi_correlation) && same(x.kpi_explained, y.kpi_explained));
  }
  ASSERT_EQ(back.crosswalk.pairs.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Crosswalk::Pair &x = from.crosswalk.pairs[i], &y = back.crosswalk.pairs[i];
    EXPECT_TRUE(x.existing == y.existing && x.segment == y.segment && x.accounts == y.accounts &&
                x.share_of_existing == y.share_of_existing && x.share_of_segment == y.share_of_segment &&
                x.likeness == y.likeness);
  }
  ASSERT_EQ(back.crosswalk.agreement.size(), 2U);
  EXPECT_EQ(back.crosswalk.agreement[1].level, Level::kCore);
  EXPECT_EQ(back.crosswalk.agreement[1].adjusted_rand, -0.25);
  const storage::FileReader reader(path, ExitCode::kBadData, "");
  const auto arms = std::get<CategoryColumn>(reader.read("/segmentations/zeta%2Fgrowth/assignment/trial_arm", 0, 100));
  EXPECT_EQ(arms.categories, back.trial_arms);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(arms.codes[i], static_cast<std::int32_t>(i % 3) - 1);
  EXPECT_FALSE(summary.segmentations[1].objective);
  world().barrier();
  std::error_code ignored;
  if (world().is_root()) fs::remove_all(folder, ignored);
}

TEST(Purpose, IsPartOfTheDigest) {
  const auto digest_of = [](const std::function<void(SegmentationResult&)>& change) {
    RunResults run = run_with_purpose();
    change(run.segmentations[0]);
    Journal journal(false);
    return digest({world(), journal, 1}, run);
  };
  const std::string as_it_is = digest_of([](SegmentationResult&) {});
  EXPECT_EQ(digest_of([](SegmentationResult&) {}), as_it_is);
  EXPECT_NE(digest_of([](SegmentationResult& s) { s.trial[1].smallest_uplift = 0.5; }), as_it_is);
  EXPECT_NE(digest_of([](SegmentationResult& s) { s.objective_rank[1] = 2; }), as_it_is);
  EXPECT_NE(digest_of([](SegmentationResult& s) { s.features[0].importance = 0.5; }), as_it_is);
  EXPECT_NE(digest_of([](SegmentationResult& s) { s.crosswalk.pairs[0].accounts = 4; }), as_it_is);
  EXPECT_NE(digest_of([](SegmentationResult& s) {
              for (std::int32_t& arm : s.trial_arm) arm = -1;
            }),
            as_it_is);
}

}  // namespace
}  // namespace tessera
