#include "parallel/agreement.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "parallel/stop_signal.hpp"
#include "ranks_test.hpp"

namespace tessera::parallel {
namespace {

using test::world;

/// The error that `act` throws; a failure of the test if it throws none.
template <class Act>
Error error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "rank " << world().rank() << " threw nothing";
  return {ExitCode::kDone, "", false};
}

/// Afterwards the ranks must still be in step.
void expect_in_step() {
  EXPECT_EQ(world().all_reduce<Reduce::kSum>(std::int32_t{1}), world().size());
}

TEST(ThrowTogether, WithoutErrorsNobodyThrows) {
  EXPECT_NO_THROW(throw_together(world(), std::nullopt));
  expect_in_step();
}

TEST(ThrowTogether, OneRanksErrorIsEverybodys) {
  for (int culprit = 0; culprit < world().size(); ++culprit) {
    const std::string text =
        "accounts.csv, line 7, column 3: \"zwölf\" is no number (rank " + std::to_string(culprit) + ")";
    std::optional<Error> mine;
    if (world().rank() == culprit) mine.emplace(ExitCode::kBadData, text);
    const Error error = error_of([&] { throw_together(world(), mine); });
    EXPECT_EQ(error.what(), text);
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_TRUE(error.everywhere());
    expect_in_step();
  }
}

TEST(ThrowTogether, TheLowestRanksErrorWins) {
  std::optional<Error> mine;
  if (world().rank() >= world().size() / 2) mine.emplace(ExitCode::kNoInput, "rank " + std::to_string(world().rank()));
  const Error error = error_of([&] { throw_together(world(), mine); });
  EXPECT_EQ(error.what(), "rank " + std::to_string(world().size() / 2));
  EXPECT_EQ(error.code(), ExitCode::kNoInput);
}

TEST(RunTogether, WorkIsDoneOnEveryRank) {
  int done = 0;
  run_together(world(), [&] { ++done; });
  EXPECT_EQ(done, 1);
  EXPECT_EQ(compute_together(world(), [] { return world().rank() * 10; }), world().rank() * 10);
}

TEST(RunTogether, AnErrorKeepsItsCodeAndText) {
  const Error error = error_of([] {
    run_together(world(), [] {
      if (world().rank() == world().size() - 1) throw Error(ExitCode::kCannotWrite, "disk full");
    });
  });
  EXPECT_STREQ(error.what(), "disk full");
  EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
  EXPECT_TRUE(error.everywhere());
  expect_in_step();
}

TEST(RunTogether, OtherExceptionsBecomeInternalErrorsThatNameTheRank) {
  const int culprit = world().size() - 1;
  const std::string rank = "rank " + std::to_string(culprit);
  const auto thrown_by = [&](auto throw_it) {
    const Error error = error_of([&] {
      run_together(world(), [&] {
        if (world().rank() == culprit) throw_it();
      });
    });
    EXPECT_EQ(error.code(), ExitCode::kInternal);
    EXPECT_NE(std::string(error.what()).find(rank), std::string::npos) << error.what();
    return std::string(error.what());
  };
  EXPECT_NE(thrown_by([] { throw std::logic_error("counts differ"); }).find("counts differ"), std::string::npos);
  EXPECT_NE(thrown_by([] { throw std::bad_alloc(); }).find("memory"), std::string::npos);
  (void)thrown_by([] { throw 42; });
  expect_in_step();
}

TEST(StopTogether, OneRanksWishStopsAllAtTheSamePlaceAndOnce) {
  for (int asked = 0; asked < world().size(); ++asked) {
    catch_stop_signals();
    stop_also_when({});
    EXPECT_NO_THROW(stop_together(world()));
    int safe_points = 0;
    stop_also_when([&] { return ++safe_points == 3 && world().rank() == asked; });
    EXPECT_NO_THROW(stop_together(world()));
    EXPECT_NO_THROW(run_together(world(), [] {}));
    const Error error = error_of([] { run_together(world(), [] {}); });
    EXPECT_EQ(error.code(), ExitCode::kStopped);
    EXPECT_TRUE(error.everywhere());
    stop_also_when([] { return true; });
    EXPECT_NO_THROW(stop_together(world())) << "what is done about a stop is not stopped";
  }
  stop_also_when({});
  expect_in_step();
}

TEST(StopTogether, AStopThatOneRanksWorkWasLeftForIsTakenOnce) {
  catch_stop_signals();
  stop_also_when([] { return true; });
  const Error error = error_of([] {
    run_together(world(), [] {
      if (world().is_root()) throw Error(ExitCode::kStopped, "stopped while it waited");
    });
  });
  EXPECT_EQ(error.code(), ExitCode::kStopped);
  EXPECT_NO_THROW(stop_together(world())) << "what is done about a stop is not stopped";
  stop_also_when({});
  expect_in_step();
}

TEST(StopTogether, AnErrorGoesBeforeAStop) {
  catch_stop_signals();
  stop_also_when([] { return world().rank() == 0; });
  const Error error = error_of([] {
    run_together(world(), [] {
      if (world().rank() == world().size() - 1) throw Error(ExitCode::kCannotWrite, "disk full");
    });
  });
  stop_also_when({});
  EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
}

TEST(ComputeTogether, TakesResultsThatOnlyMove) {
  const auto result = compute_together(world(), [] { return std::make_unique<int>(5); });
  EXPECT_EQ(*result, 5);
}

}  // namespace
}  // namespace tessera::parallel
