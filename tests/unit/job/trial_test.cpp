#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::least_with;
using test::load;
using test::mistakes_of;

/// The least job with [trial] on lines 2 and on.
std::string with_trial(const std::string& lines) {
  return least_with("seed = 1\n", "[trial]\n" + lines);
}

/// The least job with a KPI on line 3, and `lines` in its segmentation from line 14 on.
std::string with_objective(const std::string& lines) {
  std::string text = least_with("k = 3\n", "k = 3\n" + lines);
  return text.replace(text.find("seed = 1\n"), 9, "[kpi]\nlifetime_value = { column = \"clv\" }\n");
}

void expect_same_resolved(const std::string& text) {
  const JobFolder folder;
  const std::string resolved = load_job(folder.write(text), {}).resolved_toml;
  EXPECT_EQ(load_job(folder.write(resolved), {}).resolved_toml, resolved);
}

TEST(Trial, ControlComesFirstAndTheOrderOfTheFileMeansNothing) {
  const std::string text = with_trial(
      "campaign = \"spring-2026\"\narms = { b = 0.45, \"a b\" = 0.45, none = 0.1 }\ncontrol = \"none\"\n"
      "results = { source = \"crm\", response = \"responded\", sent = \"day\", revenue = \"eur\", cost = \"c\", arm = "
      "\"arm\", expected = 0.03 }\n");
  const Job job = load(text);
  ASSERT_TRUE(job.trial && job.trial->results);
  const TrialSpec& trial = *job.trial;
  ASSERT_EQ(trial.arms.size(), 3U);
  EXPECT_EQ(trial.arms[0].name, "none");
  EXPECT_EQ(trial.arms[1].name, "a b");
  EXPECT_EQ(trial.arms[2].name, "b");
  EXPECT_EQ(trial.arms[2].share, 0.45);
  EXPECT_EQ(trial.results->response.text, "responded");
  EXPECT_EQ(trial.results->arm.text, "arm");
  EXPECT_EQ(trial.results->expected, 0.03);
  expect_same_resolved(text);
  expect_same_resolved(with_trial("campaign = \"x\"\narms = { control = 0.5, a = 0.5 }\n"));
  EXPECT_FALSE(load(test::kLeast).trial);
}

TEST(Objective, AndTheSegmentsOfToday) {
  const std::string text = with_objective(
      "existing = \"legacy\"\nobjective = { goal = \"Find who leaves\", kpi = \"lifetime_value\", target = \"low\" "
      "}\n");
  const SegmentationSpec spec = load(text).segmentations[0];
  EXPECT_EQ(spec.existing.text, "legacy");
  ASSERT_TRUE(spec.objective);
  EXPECT_EQ(spec.objective->goal, "Find who leaves");
  EXPECT_EQ(spec.objective->kpi, "lifetime_value");
  EXPECT_FALSE(spec.objective->high);
  expect_same_resolved(text);
  EXPECT_TRUE(load(with_objective("objective = { kpi = \"lifetime_value\" }\n")).segmentations[0].objective->high);
}

struct Wrong {
  std::string text, mistake;
};
class WrongTrial : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongTrial, IsReportedWithItsPlace) {
  const auto lines = mistakes_of(GetParam().text);
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find(GetParam().mistake), 0U) << lines[0];
}

const std::string arms = "arms = { control = 0.5, a = 0.5 }\n";
INSTANTIATE_TEST_SUITE_P(
    Keys, WrongTrial,
    ::testing::Values(
        Wrong{with_trial(arms), "job.toml:2:1: [trial] lacks the key \"campaign\""},
        Wrong{with_trial("campaign = \"x\"\n"), "job.toml:2:1: [trial] lacks the key \"arms\""},
        Wrong{with_trial("campaign = \"x\"\narms = { control = 0.5, a = 0.4 }\n"),
              "job.toml:4:8: arms of [trial] does not share out all accounts; the shares add up to 0.9; expected 1"},
        Wrong{with_trial("campaign = \"x\"\narms = { control = 1.0, a = 0.5 }\n"),
              "job.toml:4:20: control of arms of [trial] is out of range; got 1.0"},
        Wrong{with_trial("campaign = \"x\"\narms = { a = 0.5, b = 0.5 }\n"),
              "job.toml:4:8: arms of [trial] has no arm \"control\", which is the control"},
        Wrong{with_trial("campaign = \"x\"\ncontrol = \"contrl\"\n" + arms),
              "job.toml:4:11: control of [trial] has no arm \"contrl\", which is the control; expected an arm of that "
              "name; did you mean \"control\"?"},
        Wrong{with_trial("campaign = \"x\"\narms = { control = 0.5, \"\" = 0.5 }\n"),
              "job.toml:4:25: the name of an arm is empty"},
        Wrong{with_trial("campaign = \"x\"\n" + arms + "results = { source = \"crn\", response = \"r\" }\n"),
              "job.toml:5:22: source of results of [trial] is no source of accounts; got \"crn\""},
        Wrong{with_trial("campaign = \"x\"\n" + arms + "results = { cost = \"c\" }\n"),
              "job.toml:5:11: results of [trial] lacks the key \"response\""},
        Wrong{with_trial("campaign = \"x\"\n" + arms + "result = 1\n"), "job.toml:5:1: unknown key \"result\""},
        Wrong{with_objective("objective = { goal = \"grow\" }\n"), "job.toml:13:13: objective of [[segmentation]]"},
        Wrong{with_objective("objective = { kpi = \"lifetime\" }\n"),
              "job.toml:13:21: kpi of objective of [[segmentation]] \"one\" is no KPI; got \"lifetime\""},
        Wrong{with_objective("objective = { kpi = \"lifetime_value\", target = \"up\" }\n"),
              "job.toml:13:48: target of objective"}));

}  // namespace
}  // namespace tessera
