#include "nights/lock_file.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <memory>
#include <thread>

#include "night_folder.hpp"
#include "nights/staged.hpp"
#include "tessera/errors.hpp"

namespace tessera::nights {
namespace {

using namespace std::chrono_literals;

constexpr LockTimes kQuick{20ms, 200ms};

/// Somebody on another machine, of whom nothing is known but the heartbeat.
Owner elsewhere(const std::string& run_id) {
  Owner owner = this_process(run_id);
  owner.host = "node-of-" + run_id;
  owner.machine = "another boot";
  return owner;
}

class LockFileTest : public test::NightFolder {
 protected:
  [[nodiscard]] std::unique_ptr<LockFile> lock(Owner owner) {
    return std::make_unique<LockFile>(
        file("night.h5"), std::move(owner), [this](const std::string& said) { said_.push_back(said); }, kQuick);
  }
  /// The lock of an attempt that was killed: nobody renews it.
  void leave_lock(const Owner& owner) const {
    put("night.h5.lock-00000" + std::to_string(owner.attempt), written(owner));
  }
  std::string refusal(Owner owner) {
    try {
      (void)lock(std::move(owner));
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
      return error.what();
    }
  }
  std::vector<std::string> said_;
};

TEST_F(LockFileTest, IsThereWhileItIsHeldAndGoneAfterwards) {
  {
    const auto mine = lock(this_process("a"));
    EXPECT_EQ(mine->owner().attempt, 1);
    EXPECT_FALSE(mine->taken_from());
    EXPECT_EQ(listing(), std::vector<std::string>{"night.h5.lock-000001"});
    const auto owner = read_owner(text_of("night.h5.lock-000001"));
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->run_id, "a");
    EXPECT_EQ(owner->pid, ::getpid());
    EXPECT_NO_THROW(mine->check());
  }
  EXPECT_TRUE(listing().empty());
}

TEST_F(LockFileTest, ASecondRunIsToldWhoIsAtWork) {
  const auto mine = lock(this_process("a"));
  const std::string here = refusal(this_process("b"));
  EXPECT_NE(here.find("being written by run a on "), std::string::npos) << here;
  EXPECT_NE(here.find("process " + std::to_string(::getpid())), std::string::npos) << here;
  // Seen from another machine, the heartbeat alone tells that it lives.
  EXPECT_NE(refusal(elsewhere("c")).find("being written by run a on "), std::string::npos);
  EXPECT_EQ(listing(), std::vector<std::string>{"night.h5.lock-000001"});
  EXPECT_NO_THROW(mine->check());
}

TEST_F(LockFileTest, AnOwnerElsewhereThatGivesSignsOfLifeIsNotTakenOver) {
  const auto theirs = lock(elsewhere("a"));
  EXPECT_NE(refusal(this_process("b")).find("run a on node-of-a"), std::string::npos);
}

TEST_F(LockFileTest, AProcessThatEndedHereIsTakenOverAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) {
    leave_lock([] {
      Owner dead = this_process("dead");
      dead.attempt = 4;
      return dead;
    }());
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const auto before = std::chrono::steady_clock::now();
  const auto mine = lock(this_process("b"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, kQuick.silence);
  EXPECT_EQ(mine->owner().attempt, 5);
  ASSERT_TRUE(mine->taken_from());
  EXPECT_EQ(mine->taken_from()->run_id, "dead");
  EXPECT_EQ(listing(), std::vector<std::string>{"night.h5.lock-000005"});
}

TEST_F(LockFileTest, APidThatIsUsedAgainIsNotItsFormerOwner) {
  Owner former = this_process("former");
  former.attempt = 1;
  former.born -= 1;
  leave_lock(former);
  EXPECT_EQ(lock(this_process("b"))->owner().attempt, 2);
}

TEST_F(LockFileTest, SilenceIsWaitedForAndThenTakenOver) {
  Owner silent = elsewhere("silent");
  silent.attempt = 1;
  leave_lock(silent);
  const auto mine = lock(this_process("b"));
  EXPECT_EQ(mine->owner().attempt, 2);
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_NE(said_[0].find("locked by run silent on node-of-silent"), std::string::npos) << said_[0];
}

TEST_F(LockFileTest, WhoWaitsForSilenceCanBeStopped) {
  Owner silent = elsewhere("silent");
  silent.attempt = 1;
  leave_lock(silent);
  try {
    const LockFile mine(
        file("night.h5"), this_process("b"), [](const std::string&) {}, {20ms, 60s}, [] { return true; });
    FAIL() << "nobody knew whether the owner lives";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kStopped);
  }
  EXPECT_EQ(listing(), std::vector<std::string>{"night.h5.lock-000001"});
}

TEST_F(LockFileTest, ARequeuedJobTakesItsFormerStartOverThoughThatGivesSignsOfLife) {
  Owner first = elsewhere("first"), again = this_process("again"), other = this_process("other");
  first.slurm_job = again.slurm_job = "cluster/77";
  other.slurm_job = "cluster/78";
  again.slurm_restart = other.slurm_restart = 1;
  const auto cut_off = lock(first);
  EXPECT_NE(refusal(other).find("Slurm job cluster/77 (restart 0)"), std::string::npos) << "another job waits";
  const auto mine = lock(again);
  EXPECT_EQ(mine->owner().attempt, 2);
  // The node is back in the network, and its attempt goes on where it was.
  try {
    cut_off->check();
    FAIL() << "two attempts at one night";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
    EXPECT_NE(std::string(error.what()).find("run again on "), std::string::npos) << error.what();
  }
  std::this_thread::sleep_for(3 * kQuick.heartbeat);
  EXPECT_EQ(listing(), std::vector<std::string>{"night.h5.lock-000002"}) << "a heartbeat does not bring a lock back";
  EXPECT_NO_THROW(mine->check());
}

TEST_F(LockFileTest, AnAttemptThatWasTakenOverIsRefusedAlsoAfterTheOtherHasEnded) {
  Owner first = elsewhere("first"), again = this_process("again");
  first.slurm_job = again.slurm_job = "7";
  again.slurm_restart = 1;
  auto cut_off = lock(first);
  lock(again).reset();
  EXPECT_THROW(cut_off->check(), Error);
  const auto third = lock(this_process("third"));
  EXPECT_EQ(third->owner().attempt, 1) << "the number of the first, but not its run";
  EXPECT_THROW(cut_off->check(), Error);
  cut_off.reset();
  EXPECT_NO_THROW(third->check()) << "who was taken over gives up nobody else's lock";
}

TEST_F(LockFileTest, TheHeartbeatOutlivesAFileSystemThatIsAwayForAWhile) {
  namespace fs = std::filesystem;
  const auto mine = lock(elsewhere("a"));
  const std::string folder = fs::path(file("x")).parent_path();
  fs::rename(folder, folder + "-away");
  std::this_thread::sleep_for(3 * kQuick.heartbeat);
  fs::rename(folder + "-away", folder);
  std::this_thread::sleep_for(kQuick.silence);
  EXPECT_NE(refusal(this_process("b")).find("being written by run a on "), std::string::npos)
      << "it gives signs of life";
  EXPECT_NO_THROW(mine->check());
}

TEST_F(LockFileTest, OfManyAtOnceOneHasIt) {
  Owner silent = elsewhere("silent");
  silent.attempt = 1;
  leave_lock(silent);
  std::atomic<int> have{0}, refused{0};
  {
    std::vector<std::unique_ptr<LockFile>> held(8);
    std::vector<std::jthread> runs;
    for (std::size_t i = 0; i < held.size(); ++i)
      runs.emplace_back([&, i] {
        try {
          held[i] = std::make_unique<LockFile>(
              file("night.h5"), elsewhere("run" + std::to_string(i)), [](const std::string&) {}, kQuick);
          ++have;
        } catch (const Error&) {
          ++refused;
        }
      });
    runs.clear();
    EXPECT_EQ(have, 1);
    EXPECT_EQ(refused, 7);
  }
  EXPECT_TRUE(listing().empty());
}

TEST_F(LockFileTest, AnythingMayStandInALock) {
  for (const std::string text : {"", "{", "[]", "{\"format\":\"tessera-lock\"}", "{\"format\":7}", "\xff\xfe"}) {
    put("night.h5.lock-000003", text);
    EXPECT_EQ(lock(this_process("b"))->owner().attempt, 4) << text;
  }
  put("night.h5.lock-name", "");
  put("other.h5.lock-000009", "");
  EXPECT_EQ(lock(this_process("b"))->owner().attempt, 1) << "no locks of this night";
}

TEST_F(LockFileTest, WhereNobodyMayWriteItSaysSo) {
  try {
    const LockFile mine("/proc/night.h5", this_process("a"), [](const std::string&) {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
  }
}

TEST_F(LockFileTest, WhatIsStagedOfThisNightIsRemovedAndNothingElse) {
  Owner dead = this_process("dead");
  dead.attempt = 2;
  put(std::filesystem::path(staged_path("night.h5", dead, "json")), "");
  put("night.h5.partial-of-an-older-version", "");
  put("night.h5", "");
  put("night2.h5.partial-1-x.h5", "");
  EXPECT_EQ(remove_staged(file("night.h5")), 2);
  EXPECT_EQ(listing(), (std::vector<std::string>{"night.h5", "night2.h5.partial-1-x.h5"}));
}

}  // namespace
}  // namespace tessera::nights
