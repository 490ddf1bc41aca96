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

void expect_same_resolved(const std::string& text) {
  const JobFolder folder;
  const std::string resolved = load_job(folder.write(text), {}).resolved_toml;
  EXPECT_EQ(load_job(folder.write(resolved), {}).resolved_toml, resolved);
}

TEST(Gate, EveryLimitHasADefaultAndCanBeSwitchedOff) {
  EXPECT_FALSE(load(test::kLeast).gate);
  const GateSpec plain = load(with("[gate]\n")).gate.value();
  EXPECT_EQ(plain.max_moved, 0.25);
  EXPECT_EQ(plain.max_rows_changed, 0.5);
  EXPECT_EQ(plain.warn_at, 0.6);
  const std::string text = with(
      "[gate]\nmax_moved = 1\nmin_agreement = \"off\"\nmax_drift = \"off\"\nmax_accounts_changed = 3.5\n"
      "max_rows_changed = \"off\"\nmax_segment_changed = \"off\"\nmax_quarantined = 0.0\nwarn_at = 1.0\n");
  const GateSpec gate = load(text).gate.value();
  EXPECT_EQ(gate.max_moved, 1.0);
  EXPECT_FALSE(gate.min_agreement || gate.max_drift || gate.max_rows_changed || gate.max_segment_changed);
  EXPECT_EQ(gate.max_accounts_changed, 3.5);
  EXPECT_EQ(gate.max_quarantined, 0.0);
  EXPECT_EQ(gate.warn_at, 1.0);
  expect_same_resolved(text);
  EXPECT_FALSE(load(with("[gate]\n"), {"gate.max_moved=\"off\""}).gate->max_moved);
}

TEST(Review, NamesTheLastApprovedResults) {
  EXPECT_FALSE(load(test::kLeast).review);
  const std::string text =
      with("[gate]\n[review]\nbaseline = \"results/baseline.h5\"\nevery = \"90 days\"\nhold = false\n");
  const Job job = load(text);
  ASSERT_TRUE(job.review);
  EXPECT_TRUE(job.review->baseline.ends_with("/results/baseline.h5"));
  EXPECT_EQ(job.review->baseline.front(), '/');
  EXPECT_EQ(job.review->every.seconds, 90 * 86400);
  EXPECT_FALSE(job.review->hold);
  expect_same_resolved(text);
  const Job plain = load(with("[gate]\n[review]\nbaseline = \"{name}/{name}.h5\"\n"));
  EXPECT_TRUE(plain.review->baseline.ends_with("/nightly/nightly.h5")) << plain.review->baseline;
  EXPECT_EQ(plain.review->every.seconds, 180 * 86400);
  EXPECT_TRUE(plain.review->hold);
}

struct Wrong {
  std::string lines, mistake;
};
class WrongGate : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongGate, IsReportedWithItsPlace) {
  const auto lines = mistakes_of(with(GetParam().lines));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find(GetParam().mistake), 0U) << lines[0];
}

INSTANTIATE_TEST_SUITE_P(
    Keys, WrongGate,
    ::testing::Values(
        Wrong{"[gate]\nmax_moved = 1.5\n",
              "job.toml:3:13: max_moved of [gate] is out of range; got 1.5; expected a share from 0 to 1, or \"off\""},
        Wrong{"[gate]\nmax_moved = \"of\"\n",
              "job.toml:3:13: max_moved of [gate] is of the wrong type; got \"of\"; "
              "expected a share from 0 to 1, or \"off\""},
        Wrong{"[gate]\nmin_agreement = 1.0\n", "job.toml:3:17: min_agreement of [gate] is out of range; got 1.0"},
        Wrong{"[gate]\nmax_drift = 0\n", "job.toml:3:13: max_drift of [gate] is out of range; got 0"},
        Wrong{"[gate]\nmax_accounts_changed = 0\n", "job.toml:3:24: max_accounts_changed of [gate] is out of range"},
        Wrong{"[gate]\nmax_quarantined = false\n", "job.toml:3:19: max_quarantined of [gate] is of the wrong type"},
        Wrong{"[gate]\nwarn_at = 0\n", "job.toml:3:11: warn_at of [gate] is out of range; got 0"},
        Wrong{"[gate]\nmax_move = 0.1\n",
              "job.toml:3:1: unknown key \"max_move\" in [gate]; did you mean \"max_moved\"?"},
        Wrong{"gate = 1\n", "job.toml:2:8: gate of the job file is of the wrong type"},
        Wrong{"[gate]\n[review]\nevery = \"1 week\"\n", "job.toml:3:1: [review] lacks the key \"baseline\""},
        Wrong{"[gate]\n[review]\nbaseline = \"b.h5\"\nevery = \"soon\"\n",
              "job.toml:5:9: every of [review] is no time; got \"soon\""},
        Wrong{"[gate]\n[review]\nbaseline = \"${NO_SUCH_VARIABLE_HERE}/b.h5\"\n", "job.toml:4:12: "},
        Wrong{"[gate]\n[review]\nbaseline = \"{night}.h5\"\n",
              "job.toml:4:12: baseline of [review] cannot have {night}, as it is one file for many nights"},
        Wrong{"[gate]\n[review]\nbaseline = \"{nam}.h5\"\n",
              "job.toml:4:12: baseline of [review] has an unknown placeholder; got \"{nam}\" in \"{nam}.h5\""},
        Wrong{"[review]\nbaseline = \"b.h5\"\n", "job.toml:2:1: [review] goes by the limits of [gate]"}));

}  // namespace
}  // namespace tessera
