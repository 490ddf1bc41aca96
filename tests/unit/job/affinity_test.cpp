#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::least_with;
using test::load;
using test::mistakes_of;

TEST(Affinity, LinesAreReadInTheirOrderAndWrittenOut) {
  const std::string text = least_with(
      "[[segmentation]]", "[affinity]\nproduct = \"orders.category\"\n\"wohin, wozu\" = \"kanal\"\n[[segmentation]]");
  const Job job = load(text);
  ASSERT_EQ(job.affinities.size(), 2U);
  EXPECT_EQ(job.affinities[0].name, "product");
  EXPECT_EQ(job.affinities[0].column.text, "orders.category");
  EXPECT_GT(job.affinities[0].column.line, 0);
  EXPECT_EQ(job.affinities[1].name, "wohin, wozu");
  const JobFolder folder;
  EXPECT_EQ(load_job(folder.write(job.resolved_toml), {}).resolved_toml, job.resolved_toml);
  EXPECT_NE(job.resolved_toml.find("[affinity]\nproduct = \"orders.category\"\n\"wohin, wozu\" = \"kanal\"\n"),
            std::string::npos);
  EXPECT_EQ(load(least_with("seed = 1\n", "")).resolved_toml.find("[affinity]"), std::string::npos);
}

TEST(Affinity, WhatIsNoColumnIsAMistakeWithItsPlace) {
  const auto lines =
      mistakes_of(least_with("seed = 1\n", "[affinity]\nchannel = 3\ncontent = { column = \"x\" }\n\"\" = \"y\"\n"));
  ASSERT_EQ(lines.size(), 3U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find("job.toml:3:11: the affinity \"channel\" is no column; got 3; expected"), 0U) << lines[0];
  EXPECT_EQ(lines[1].find("job.toml:4:"), 0U) << lines[1];
  EXPECT_EQ(lines[2].find("job.toml:5:"), 0U) << lines[2];
  EXPECT_EQ(mistakes_of(least_with("seed = 1\n", "affinity = \"channel\"\n")).size(), 1U);
}

}  // namespace
}  // namespace tessera
