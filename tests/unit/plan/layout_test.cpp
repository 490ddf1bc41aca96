#include "plan/layout.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "made_work.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

using plan::NodeSize;
using plan::Plan;

constexpr double kGibi = 1024.0 * 1024.0 * 1024.0;

Plan cheapest(const Made& made, const NodeSize& node, const plan::Given& given = {}) {
  return plan::cheapest_plan(made.work, plan::default_rates(), node, given);
}

TEST(Layouts, OneNodeWhereItFitsAndAsFewAsWillDoElse) {
  const Made made(20e6);
  const Plan roomy = cheapest(made, {8, 64 * kGibi});
  EXPECT_EQ(roomy.layout.nodes, 1);
  EXPECT_EQ(roomy.layout.tasks_per_node * roomy.layout.cpus_per_task, 8);
  const Plan tight = cheapest(made, {8, 2 * kGibi});
  EXPECT_GT(tight.layout.nodes, 1);
  EXPECT_LE(asked_bytes(tight) * tight.layout.tasks_per_node, 2 * kGibi);
  // One node fewer does not do.
  EXPECT_THROW((void)cheapest(made, {8, 2 * kGibi}, {.nodes = tight.layout.nodes - 1, .tasks_per_node = {}}), Error);
  EXPECT_EQ(cheapest(made, {8, 64 * kGibi}, {.nodes = 3, .tasks_per_node = {}}).layout.nodes, 3);
  EXPECT_EQ(cheapest(made, {8, 64 * kGibi}, {.nodes = {}, .tasks_per_node = 3}).layout.cpus_per_task, 2);
}

TEST(Layouts, MoreRanksAreFasterAndTakeMoreMemoryTogether) {
  const Made made(20e6);
  const plan::Rates rates = plan::default_rates();
  const Plan few = plan::plan_of(made.work, rates, {1, 1, 8}), many = plan::plan_of(made.work, rates, {1, 8, 1});
  EXPECT_LT(many.seconds, few.seconds);
  EXPECT_GT(8.0 * many.peak_bytes, few.peak_bytes);
  EXPECT_LT(many.peak_bytes, few.peak_bytes);
}

TEST(Layouts, ATaskADomainOfMemoryUnlessMoreSaveAMinute) {
  const auto tasks = [](double accounts, int cores, int domains) {
    return cheapest(Made(accounts), {cores, 1024 * kGibi, domains}).layout;
  };
  EXPECT_EQ(tasks(20'000, 32, 1).tasks_per_node, 1);
  EXPECT_EQ(tasks(20'000, 32, 1).cpus_per_task, 32);
  EXPECT_EQ(tasks(20'000, 32, 2).tasks_per_node, 2);
  EXPECT_EQ(tasks(20'000, 6, 4).tasks_per_node, 4) << "cores that are no multiple of the domains";
  const plan::Layout large = tasks(500e6, 32, 2);
  EXPECT_GT(large.tasks_per_node, 2);
  EXPECT_EQ(large.tasks_per_node % 2, 0) << "no task spans two domains";
}

/// What is said of a job that does not fit; empty: it does.
std::string told(const Made& made, const NodeSize& node, const plan::Given& given = {}) {
  try {
    (void)cheapest(made, node, given);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUnavailable);
    return error.what();
  }
  return "";
}

TEST(Layouts, WhatFitsNowhereSaysWhatATaskIsShortOf) {
  const std::string nowhere = told(Made(1e12), {8, 2 * kGibi});
  EXPECT_NE(nowhere.find("on any number of nodes up to 256"), std::string::npos) << nowhere;
  EXPECT_NE(nowhere.find("and has 2048 MiB"), std::string::npos) << nowhere;
  EXPECT_EQ(nowhere.find("--nodes"), std::string::npos) << "there are no more: " << nowhere;
  const Made made(20e6);
  const double needed = asked_bytes(plan::plan_of(made.work, plan::default_rates(), {256, 1, 8}));
  const std::string hint = told(made, {8, needed - 1048576.0});
  const auto mebibytes = static_cast<std::int64_t>(needed / 1048576.0);
  EXPECT_NE(hint.find(fmt::format("{} MiB, and has {} MiB", mebibytes, mebibytes - 1)), std::string::npos) << hint;
}

TEST(Layouts, TheHintIsOneThatHelps) {
  const Made made(20e6);
  const NodeSize node{8, 2 * kGibi};
  const int enough = cheapest(made, node).layout.nodes;
  ASSERT_GT(enough, 1);
  const std::string more = told(made, node, {.nodes = 1, .tasks_per_node = {}});
  EXPECT_TRUE(more.ends_with(fmt::format("give --nodes {}", enough))) << more;
  const std::string fewer = told(made, node, {.nodes = enough, .tasks_per_node = 8});
  EXPECT_TRUE(fewer.ends_with("leave --tasks out, for fewer of them")) << fewer;

  const std::string larger = told(Made(1e12), node);
  const std::string option = "--memory ";
  const double memory = std::stod(larger.substr(larger.find(option) + option.size()));
  EXPECT_TRUE(told(Made(1e12), {8, memory * kGibi}).empty());
  EXPECT_FALSE(told(Made(1e12), {8, (memory - 0.1) * kGibi}).empty());

  const std::string accounts = "enough for about ";
  const double fit = std::stod(larger.substr(larger.find(accounts) + accounts.size()));
  EXPECT_TRUE(told(Made(0.9 * fit), node).empty());
  EXPECT_FALSE(told(Made(1.1 * fit), node).empty());
}

TEST(Layouts, AMachineTwiceAsFastTakesHalfAsLong) {
  const Made made(20e6);
  plan::Rates twice = plan::default_rates();
  for (double plan::Rates::*rate :
       {&plan::Rates::memory_bytes_per_s, &plan::Rates::fused_per_s, &plan::Rates::reading_bytes_per_s,
        &plan::Rates::shuffled_rows_per_s, &plan::Rates::writing_bytes_per_s})
    twice.*rate *= 2.0;
  const Plan slow = plan::plan_of(made.work, plan::default_rates(), {1, 2, 1});
  const Plan fast = plan::plan_of(made.work, twice, {1, 2, 1});
  EXPECT_NEAR(fast.seconds / slow.seconds, 0.5, 0.02);
}

TEST(Layouts, TheLineAsksForWhatWasPlanned) {
  Plan plan;
  plan.layout = {2, 4, 8};
  plan.peak_bytes = 1000.0 * 1024 * 1024;
  plan.seconds = 1800.0;
  EXPECT_EQ(plan::sbatch_line(plan, "/opt/nightly.sbatch", "jobs/company.toml"),
            "sbatch --nodes=2 --ntasks-per-node=4 --cpus-per-task=8 --mem=5000M --time=01:35:00 "
            "/opt/nightly.sbatch jobs/company.toml");
  const std::string line = plan::sbatch_line(plan, "/opt/nightly.sbatch", "Ada's jobs/a.toml");
  EXPECT_TRUE(line.ends_with(" /opt/nightly.sbatch 'Ada'\\''s jobs/a.toml'")) << line;
}

TEST(Layouts, ThisMachineHasCoresAndMemory) {
  const NodeSize node = plan::this_machine();
  EXPECT_GE(node.cores, 1);
  EXPECT_GT(node.memory_bytes, 0.1 * kGibi);
}

}  // namespace
}  // namespace tessera
