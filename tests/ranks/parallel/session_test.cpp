#include "parallel/session.hpp"

#include <gtest/gtest.h>
#include <omp.h>
#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "core/threads.hpp"
#include "parallel/stage_clock.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera::parallel {
namespace {

using namespace std::chrono_literals;
using test::world;

TEST(Session, OpenMpAndOneTbbKeepToTheBudget) {
  EXPECT_EQ(omp_get_max_threads(), test::threads());
  EXPECT_EQ(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism),
            static_cast<std::size_t>(test::threads()));
}

TEST(Session, RanksOfOneNodeDoNotUseMoreCoresThanThereAre) {
  if (std::getenv("OMP_NUM_THREADS") != nullptr) GTEST_SKIP() << "the number of threads was asked for";
  const int cores = cores_in(affinity_mask());
  EXPECT_LE(world().all_reduce<Reduce::kSum>(test::threads()), std::max(cores, world().size()));
}

TEST(StageClock, AddsUpByStageAndTakesTheExtremesOverRanks) {
  StageClock clock;
  const auto mine = std::chrono::milliseconds(100 * (world().rank() + 1));
  clock.add("ingest", mine);
  clock.add("prepare", 2s);
  clock.add("ingest", mine);
  const std::vector<StageTime> stages = clock.all_stages(world());
  ASSERT_EQ(stages.size(), 2u);
  EXPECT_EQ(stages[0].stage, "ingest");
  EXPECT_EQ(stages[1].stage, "prepare");
  EXPECT_NEAR(stages[0].seconds_min, 0.2, 1e-12);
  EXPECT_NEAR(stages[0].seconds_max, 0.2 * world().size(), 1e-12);
  EXPECT_EQ(stages[1].seconds_min, 2.0);
  EXPECT_EQ(stages[1].seconds_max, 2.0);
  EXPECT_GT(stages[0].peak_memory_bytes, 1u << 20);
  EXPECT_EQ(world().all_reduce<Reduce::kMax>(stages[0].peak_memory_bytes), stages[0].peak_memory_bytes);
}

TEST(StageClock, ScopesCountTheirLifetime) {
  StageClock clock;
  {
    const StageClock::Scope scope(clock, "kmeans");
    std::this_thread::sleep_for(20ms);
  }
  const std::vector<StageTime> stages = clock.all_stages(world());
  ASSERT_EQ(stages.size(), 1u);
  EXPECT_GE(stages[0].seconds_min, 0.02);
  EXPECT_LT(stages[0].seconds_max, 10.0);
}

TEST(StageClock, TellsWhenAnotherStageBeginsAndWhatTheLastMade) {
  StageClock clock;
  std::string told;
  clock.tell({[&](const std::string& stage) { told += stage + "( "; },
              [&](const std::string& stage, double, const std::string& made) { told += made + ")" + stage + ' '; }});
  int n = 0;
  for (const char* stage : {"prepare", "kmeans", "kmeans", "prepare"}) {
    const StageClock::Scope scope(clock, stage);
    clock.made(std::to_string(++n));
  }
  EXPECT_EQ(told, "prepare( 1)prepare kmeans( 3)kmeans prepare( ");
  clock.close();
  clock.close();
  EXPECT_EQ(told, "prepare( 1)prepare kmeans( 3)kmeans prepare( 4)prepare ");
}

TEST(StageClock, OfNoStageIsEmpty) {
  EXPECT_TRUE(StageClock().all_stages(world()).empty());
}

TEST(StageClock, RanksThatPassedOtherStagesSaySoTogether) {
  if (world().size() == 1) GTEST_SKIP() << "one rank agrees with itself";
  StageClock clock;
  clock.add(world().is_root() ? "ingest" : "macro", 1s);
  EXPECT_THROW((void)clock.all_stages(world()), Error);
  EXPECT_EQ(world().all_reduce<Reduce::kSum>(std::int32_t{1}), world().size());
}

}  // namespace
}  // namespace tessera::parallel
