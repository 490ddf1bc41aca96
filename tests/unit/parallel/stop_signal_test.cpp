#include "parallel/stop_signal.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace tessera::parallel {
namespace {

/// Sends itself a signal and ends with 75 if it was noted, 1 if not. In a process of its own: the flag is never
/// lowered.
[[noreturn]] void note(int signal) {
  catch_stop_signals();
  catch_stop_signals();
  if (stop_requested()) _exit(1);
  raise(signal);
  _exit(stop_requested() ? 75 : 1);
}

TEST(StopSignal, IsNotedInsteadOfEndingTheProcess) {
  EXPECT_EXIT(note(SIGUSR1), testing::ExitedWithCode(75), "");
  EXPECT_EXIT(note(SIGTERM), testing::ExitedWithCode(75), "");
  EXPECT_EXIT(note(SIGINT), testing::ExitedWithCode(75), "");
}

/// A signal between main() and the session: it is kept until the run takes stops.
[[noreturn]] void note_early(bool held_back) {
  if (held_back) hold_back_stop_signals();
  if (!held_back) note_stop_signals();
  raise(SIGUSR1);
  note_stop_signals();
  if (stop_requested()) _exit(1);
  catch_stop_signals();
  _exit(stop_requested() ? 75 : 1);
}

TEST(StopSignal, IsKeptUntilStopsAreTaken) {
  EXPECT_EXIT(note_early(false), testing::ExitedWithCode(75), "");
  EXPECT_EXIT(note_early(true), testing::ExitedWithCode(75), "");
}

TEST(StopSignal, OthersStillEndTheProcess) {
  EXPECT_EXIT(note(SIGHUP), testing::KilledBySignal(SIGHUP), "");
}

TEST(StopSignal, WithoutOneNothingIsRequested) {
  EXPECT_FALSE(stop_requested());
}

}  // namespace
}  // namespace tessera::parallel
