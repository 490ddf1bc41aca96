#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::least_with;
using test::load;
using test::mistakes_of;

/// The least job with `lines` from line 2 on.
std::string with(const std::string& lines) {
  return least_with("seed = 1\n", lines);
}

TEST(Previous, EveryKeyIsReadAndComesBackFromTheResolvedJob) {
  EXPECT_FALSE(load(test::kLeast).previous);
  const PreviousSpec plain = load(with("[previous]\n")).previous.value();
  EXPECT_TRUE(plain.path.ends_with("/results/nightly/latest.h5")) << plain.path;
  EXPECT_EQ(plain.max_moved_by_model, 1.0);
  EXPECT_TRUE(plain.warm_start);
  EXPECT_TRUE(plain.notes.empty());
  EXPECT_FALSE(plain.fresh_every);

  const std::string text = with(
      "[previous]\npath = \"old/{name}-{name}.h5\"\nmax_moved_by_model = 0.02\nwarm_start = false\nmax_worse = 0.5\n"
      "fresh_every = \"1 month\"\nfirst_night = \"2026-02-01\"\nnotes = \"people/segments.csv\"\n");
  const JobFolder folder;
  const Job job = load_job(folder.write(text), {});
  ASSERT_TRUE(job.previous);
  EXPECT_EQ(job.previous->path, folder.path() + "/old/nightly-nightly.h5");
  EXPECT_EQ(job.previous->max_moved_by_model, 0.02);
  EXPECT_FALSE(job.previous->warm_start);
  EXPECT_EQ(job.previous->max_worse, 0.5);
  EXPECT_EQ(job.previous->fresh_every->seconds, 30 * 86400);
  EXPECT_EQ(job.previous->first_night, "2026-02-01");
  EXPECT_EQ(job.previous->notes, folder.path() + "/people/segments.csv");
  EXPECT_EQ(load_job(folder.write(job.resolved_toml), {}).resolved_toml, job.resolved_toml);
  EXPECT_NE(job.resolved_toml.find("path = \"old/{name}-{name}.h5\""), std::string::npos) << job.resolved_toml;
}

struct Wrong {
  std::string lines, mistake;
};
class WrongPrevious : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongPrevious, IsReportedWithItsPlace) {
  const auto lines = mistakes_of(with("[previous]\n" + GetParam().lines));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find(GetParam().mistake), 0U) << lines[0];
}

INSTANTIATE_TEST_SUITE_P(
    Keys, WrongPrevious,
    ::testing::Values(
        Wrong{"path = \"results/{night}.h5\"\n",
              "job.toml:3:8: path of [previous] cannot have {night}, which is tonight; got \"{night}\" in "
              "\"results/{night}.h5\"; expected {name} alone"},
        Wrong{"path = \"results/{nam}.h5\"\n",
              "job.toml:3:8: path of [previous] has an unknown placeholder; got \"{nam}\" in \"results/{nam}.h5\"; "
              "expected {name} alone"},
        Wrong{"path = 3\n", "job.toml:3:8: path of"},
        Wrong{"max_moved_by_model = 1.5\n", "job.toml:3:22: max_moved_by_model of [previous] is out of range; got 1.5"},
        Wrong{"max_worse = -1\n", "job.toml:3:13: max_worse of [previous] is out of range; got -1"},
        Wrong{"warm_start = 1\n", "job.toml:3:14: warm_start of [previous] is of the wrong type"},
        Wrong{"fresh_every = \"often\"\n", "job.toml:3:15: fresh_every of [previous] is no time; got \"often\""},
        Wrong{"first_night = \"tomorrow\"\n", "job.toml:3:15: first_night of [previous] is no date; got \"tomorrow\""},
        Wrong{"notes = \"${NO_SUCH_VARIABLE_HERE}/s.csv\"\n", "job.toml:3:9: notes of [previous]"},
        Wrong{"note = \"s.csv\"\n", "job.toml:3:1: unknown key \"note\" in [previous]; did you mean \"notes\"?"}));

}  // namespace
}  // namespace tessera
