#include "core/threads.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "core/cgroup.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

/// Sets an environment variable for the life of the object.
class WithVariable {
 public:
  WithVariable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    if (value == nullptr) unsetenv(name);
    if (value != nullptr) setenv(name, value, 1);
  }
  ~WithVariable() {
    unsetenv(name_);
    if (before_) setenv(name_, before_->c_str(), 1);
  }
  WithVariable(const WithVariable&) = delete;
  WithVariable& operator=(const WithVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

/// A made-up /proc and /sys/fs/cgroup.
class CgroupTest : public testing::Test {
 protected:
  CgroupTest() { fs::create_directories(root_); }
  ~CgroupTest() override { fs::remove_all(root_); }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  [[nodiscard]] std::optional<double> quota() const {
    return cgroup_quota((root_ / "cgroup").string(), (root_ / "mountinfo").string());
  }
  /// A line of mountinfo for a hierarchy of this type, mounted on the folder `point`.
  [[nodiscard]] std::string mount(const std::string& type, const std::string& options, const std::string& point,
                                  const std::string& group = "/") const {
    return "31 23 0:28 " + group + " " + (root_ / point).string() + " rw,relatime shared:4 - " + type + " none " +
           options + "\n";
  }

  const fs::path root_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(CgroupTest, WithoutListsThereIsNoLimit) {
  EXPECT_EQ(quota(), std::nullopt);
}

TEST_F(CgroupTest, VersionTwoTakesTheTightestOfTheGroupsAbove) {
  write("cgroup", "0::/user.slice/job_7/step\n");
  write("mountinfo", mount("cgroup2", "rw", "unified"));
  write("unified/user.slice/cpu.max", "400000 100000\n");
  write("unified/user.slice/job_7/cpu.max", "150000 100000\n");
  write("unified/user.slice/job_7/step/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), 1.5);
  write("unified/user.slice/cpu.max", "50000 100000\n");
  EXPECT_EQ(quota(), 0.5);
}

TEST_F(CgroupTest, VersionOneReadsTheCpuController) {
  write("cgroup", "4:memory:/m\n3:cpuset:/other\n2:cpu,cpuacct:/slurm/job_7\n0::/\n");
  write("mountinfo", mount("cgroup", "rw,cpuset", "cpuset") + mount("cgroup", "rw,cpu,cpuacct", "cpu"));
  write("cpuset/slurm/job_7/cpu.cfs_quota_us", "1\n");
  write("cpuset/slurm/job_7/cpu.cfs_period_us", "100000\n");
  write("cpu/slurm/job_7/cpu.cfs_quota_us", "-1\n");
  write("cpu/slurm/job_7/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("cpu/slurm/cpu.cfs_quota_us", "250000\n");
  write("cpu/slurm/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 2.5);
}

TEST_F(CgroupTest, InAContainerTheMountShowsItsOwnGroup) {
  write("cgroup", "2:cpu:/docker/abc/inner\n");
  write("mountinfo", mount("cgroup", "rw,cpu", "cpu", "/docker/abc"));
  write("cpu/cpu.cfs_quota_us", "300000\n");
  write("cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 3.0);
  write("cpu/inner/cpu.cfs_quota_us", "200000\n");
  write("cpu/inner/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 2.0);
}

TEST_F(CgroupTest, NonsenseIsNoLimit) {
  write("cgroup", "nonsense\n0::/a\n");
  write("mountinfo", "short line\n" + mount("cgroup2", "rw", "unified"));
  write("unified/a/cpu.max", "");
  write("unified/cpu.max", "0 0\n");
  EXPECT_EQ(quota(), std::nullopt);
}

TEST(ThreadBudget, IsTheSmallestOfMaskAndWishes) {
  const WithVariable no_slurm("SLURM_CPUS_PER_TASK", nullptr);
  ThreadBudget unasked;
  {
    const WithVariable no_omp("OMP_NUM_THREADS", nullptr);
    unasked = thread_budget();
    EXPECT_GE(unasked.threads, 1);
    EXPECT_LE(unasked.threads, unasked.affinity);
    EXPECT_EQ(unasked.asked, 0);
  }
  const WithVariable omp("OMP_NUM_THREADS", "100000,2");
  const ThreadBudget greedy = thread_budget();
  EXPECT_EQ(greedy.threads, unasked.threads);
  EXPECT_EQ(greedy.asked, 100000);
  const WithVariable slurm("SLURM_CPUS_PER_TASK", "1");
  const ThreadBudget modest = thread_budget();
  EXPECT_EQ(modest.threads, 1);
  EXPECT_EQ(modest.asked, 1);
  EXPECT_STREQ(modest.decided_by, unasked.threads > 1 ? "SLURM_CPUS_PER_TASK" : unasked.decided_by);
}

TEST(ThreadBudget, IgnoresWishesThatAreNoCount) {
  const WithVariable slurm("SLURM_CPUS_PER_TASK", "many");
  for (const char* wish : {"", "0", "-3", "two", "4x"}) {
    const WithVariable omp("OMP_NUM_THREADS", wish);
    EXPECT_EQ(thread_budget().asked, 0) << wish;
  }
}

TEST(ThreadBudget, FollowsTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const ThreadBudget budget = thread_budget();
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(budget.affinity, 1);
  EXPECT_EQ(budget.threads, 1);
  EXPECT_STREQ(budget.decided_by, "affinity mask");
}

TEST(SharedBudget, RanksThatAreNotBoundDivideTheCores) {
  ThreadBudget alone;
  alone.threads = alone.affinity = 8;
  alone.decided_by = "affinity mask";
  EXPECT_EQ(shared_budget(alone, 1, 8, 8).threads, 8);
  EXPECT_EQ(shared_budget(alone, 4, 8, 32).threads, 2);
  EXPECT_STREQ(shared_budget(alone, 4, 8, 32).decided_by, "ranks that share the cores");
  EXPECT_EQ(shared_budget(alone, 16, 8, 128).threads, 1);
  EXPECT_EQ(shared_budget(alone, 4, 32, 32).threads, 8) << "bound to cores of their own";
  EXPECT_STREQ(shared_budget(alone, 4, 32, 32).decided_by, "affinity mask");
  alone.asked = 8;
  EXPECT_EQ(shared_budget(alone, 4, 8, 32).threads, 8) << "asked for";
}

TEST(PeakMemory, GrowsWithWhatIsTouched) {
  const auto before = peak_memory_bytes();
  EXPECT_GT(before, 1u << 20);
  // More than ever before, whatever the tests before this one have let go.
  const std::vector<char> touched(before + (64u << 20), 1);
  const auto after = peak_memory_bytes();
  EXPECT_GE(after, before + (60u << 20)) << static_cast<int>(touched.back());
  EXPECT_LE(after, 2 * before + (68u << 20)) << "no more than was there and what was touched";
}

/// Touches 256 MiB and becomes this test program anew, which runs one test with `variable` set.
[[noreturn]] void restart_from_a_large_process(const char* variable, const char* filter) {
  const std::vector<char> touched(256u << 20, 1);
  setenv(variable, touched.back() == 1 ? "1" : "", 1);
  execl("/proc/self/exe", "test_core", filter, nullptr);
  _exit(127);
}

TEST(PeakMemory, IsNotThatOfTheProcessWhichStartedThisOne) {
  constexpr const char* kRestarted = "TESSERA_TEST_RESTARTED";
  if (std::getenv(kRestarted) != nullptr) {
    EXPECT_LT(peak_memory_bytes(), 200u << 20);
    return;
  }
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    restart_from_a_large_process(kRestarted, "--gtest_filter=PeakMemory.IsNotThatOfTheProcessWhichStartedThisOne");
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace tessera
