#include "tessera/stored_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "sample_run.hpp"
#include "storage/scratch.hpp"
#include "tessera/errors.hpp"
#include "tessera/resolved_job.hpp"
#include "tessera/results.hpp"

namespace tessera {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();
constexpr const char* kJob = R"(name = "nightly"
[[source]]
name = "crm"
path = "${NOBODY_SETS_THIS}/crm.csv"
key = "account_id"
[[macro]]
name = "sector"
column = "industry"
groups = { Tech = ["software/cloud"] }
[[segmentation]]
name = "alpha"
features = ["revenue", "industry"]
k = 2
refine = { outliers = 3.0 }
[[segmentation]]
name = "coarse"
)";

/// A night of two core segments, the first of which has two micro segments and outliers.
RunResults night() {
  RunResults run = test::sample_run(60, 0, 60);
  run.job.resolved_toml = read_resolved_job(kJob, "test").resolved_toml;
  run.ingest.sources[0].as_of = 20'000;
  SegmentationResult alpha = run.segmentations[1];
  SegmentationResult coarse = alpha;
  alpha.macro_of_core = {-1, -1};
  auto& segments = alpha.insight.segments;
  segments.resize(3);
  for (int m = 0; m < 4; ++m) {
    Segment& micro = segments.emplace_back();
    micro.id = "S-001" + std::to_string(m);
    micro.level = Level::kMicro;
    micro.parent = m < 3 ? 1 : 2;
  }
  alpha.insight.neighbours.clear();
  alpha.insight.categories.clear();
  alpha.tree.d = 2;
  alpha.tree.nodes = {{-1, 2, 3, 0, -1, 30}, {-1, -1, -1, 1, 3, 30}, {0, -1, -1, 0, 0, 20}, {0, -1, -1, 0, 1, 10}};
  alpha.tree.centroids = {0.125, 0.25, 0.5, 1.0, 0.1, 0.2, 0.3, 0.4};
  alpha.tree.n_micro = 4;
  alpha.tree.bounds = {{1.5, 2}, {kEndless, 2}, {kEndless, -1}, {2.0, -1}};
  alpha.tree.centres = {0.1, 0.2, 0.3, 0.4, 0.0, 0.0, 0.5, 1.0};
  alpha.assignment.micro.assign(60, -1);
  coarse.spec.name = "coarse";
  coarse.k = 0;
  coarse.insight.segments.resize(1);
  coarse.insight.neighbours.clear();
  coarse.insight.examples.clear();
  coarse.insight.map = {};
  run.segmentations = {alpha, coarse};
  return run;
}

StoredModels stored(RunResults run) {
  const test::Scratch scratch;
  run.job.output_path = scratch.file("night.h5");
  Journal journal(false);
  return read_stored_models(write_results({test::world(), journal, 1}, run).path);
}

TEST(StoredModels, ComeBackAsTheyWere) {
  const RunResults run = night();
  const StoredModels models = stored(run);
  EXPECT_EQ(models.night, run.night);
  EXPECT_EQ(models.job.resolved_toml, run.job.resolved_toml);
  EXPECT_EQ(models.as_of.at("crm"), 20'000);
  ASSERT_EQ(models.columns.size(), 1U);
  EXPECT_EQ(models.columns[0].type, ColumnType::kNumber);
  ASSERT_EQ(models.segmentations.size(), 2U);
  const SegmentationResult& alpha = run.segmentations[0];
  const StoredModel& model = *models.find("alpha");
  EXPECT_EQ(model.k, 2);
  EXPECT_EQ(model.first_core, 1);
  EXPECT_EQ(model.first_micro, 3);
  EXPECT_EQ(model.centroids, alpha.centroids);
  EXPECT_EQ(model.grid_centroids()[1], std::ldexp(alpha.centroids[1], -3));
  EXPECT_EQ(model.macro_of_core, alpha.macro_of_core);
  EXPECT_EQ(model.encoding.exponent, -3);
  EXPECT_EQ(model.encoding.features[0].transform, Transform::kLog1p);
  EXPECT_EQ(model.encoding.features[0].fill, 2.5);
  EXPECT_EQ(model.encoding.features[1].category, "Öl");
  EXPECT_TRUE(model.encoding.features[1].is_indicator);
  EXPECT_EQ(model.tree.centroids, alpha.tree.centroids);
  EXPECT_EQ(model.tree.centres, alpha.tree.centres);
  EXPECT_EQ(model.tree.nodes[0].right, 3);
  EXPECT_EQ(model.tree.bounds[0].distance, 1.5);
  EXPECT_EQ(model.tree.bounds[1].distance, kEndless);
  EXPECT_TRUE(model.segments[5].is_outliers);
  EXPECT_FALSE(model.segments[4].is_outliers);
  EXPECT_NO_THROW(check_is_whole(model, "night.h5"));
  EXPECT_EQ(models.find("coarse")->k, 0);
  EXPECT_EQ(models.find("beta"), nullptr);
}

TEST(StoredModels, SensitiveFeaturesAreWithheldAndRefused) {
  RunResults run = night();
  run.job.resolved_toml =
      read_resolved_job(std::string(kJob) + "[privacy]\nsensitive = [\"revenue\"]\n", "test").resolved_toml;
  run.accounts.columns[0].is_sensitive = true;
  const StoredModels models = stored(run);
  const StoredModel& model = models.segmentations[0];
  EXPECT_EQ(model.withheld, std::vector<std::string>{"crm.revenue"});
  EXPECT_THROW(check_is_whole(model, "night.h5"), Error);
}

/// One thing of the night's model is not as it should be.
TEST(StoredModels, WhatDoesNotFitTogetherIsRefused) {
  using Spoil = std::function<void(SegmentationResult&)>;
  const std::vector<std::pair<const char*, Spoil>> ways = {
      {"a centroid that is no number", [](auto& one) { one.centroids[3] = kNaN; }},
      {"a centroid beyond the grid", [](auto& one) { one.centroids[3] = 1e9; }},
      {"a centroid too many",
       [](auto& one) {
         one.centroids.insert(one.centroids.end(), {0.0, 0.0});
       }},
      {"a scale of 0", [](auto& one) { one.encoding.features[0].scale = 0.0; }},
      {"a feature that nobody withholds", [](auto& one) { one.encoding.features[0].scale = kNaN; }},
      {"a negative weight", [](auto& one) { one.encoding.features[1].weight = -1.0; }},
      {"an exponent beyond double", [](auto& one) { one.encoding.exponent = 2000; }},
      {"a feature more than centroids have",
       [](auto& one) { one.encoding.features.push_back(one.encoding.features[0]); }},
      {"a core segment more", [](auto& one) { one.insight.segments[3].level = Level::kCore; }},
      {"levels in another order", [](auto& one) { std::swap(one.insight.segments[0], one.insight.segments[6]); }},
      {"a micro segment in a macro segment", [](auto& one) { one.insight.segments[4].parent = 0; }},
      {"a core segment in a macro segment", [](auto& one) { one.macro_of_core[1] = 0; }},
      {"a node that is its own parent", [](auto& one) { one.tree.nodes[3].parent = 3; }},
      {"a child of another", [](auto& one) { one.tree.nodes[0].right = 1; }},
      {"one child twice", [](auto& one) { one.tree.nodes[0].right = 2; }},
      {"an inner node with a micro segment", [](auto& one) { one.tree.nodes[0].micro = 0; }},
      {"a leaf without one", [](auto& one) { one.tree.nodes[2].micro = -1; }},
      {"a leaf in another core segment", [](auto& one) { one.tree.nodes[3].micro = 3; }},
      {"a bound that is no number", [](auto& one) { one.tree.bounds[3].distance = kNaN; }},
      {"outliers of another core segment", [](auto& one) { one.tree.bounds[3].outliers = 2; }},
      {"a tree of other width", [](auto& one) { one.tree.d = 4; }},
      {"no tree", [](auto& one) { one.tree = {}; }},
      {"no model", [](auto& one) { one.k = 0; }},
  };
  for (const auto& [what, spoil] : ways) {
    RunResults run = night();
    spoil(run.segmentations[0]);
    try {
      (void)stored(run);
      ADD_FAILURE() << "took " << what;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData) << what << ": " << error.what();
    }
  }
}

TEST(StoredModels, AJobThatCannotBeReadIsRefused) {
  RunResults run = night();
  for (const char* text : {"", "name = ", "name = \"x\"\n[[segmentation]]\nname = \"alpha\"\n"}) {
    run.job.resolved_toml = text;
    EXPECT_THROW((void)stored(run), Error) << text;
  }
}

}  // namespace
}  // namespace tessera
