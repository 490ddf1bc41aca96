#include <gtest/gtest.h>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::load;
using test::mistakes_of;

std::string with_output(const std::string& lines) {
  return std::string(test::kLeast) + "[output]\n" + lines;
}

TEST(Output, KeepIsReadAndWrittenOut) {
  const Job job = load(with_output("path = \"r/{night}.h5\"\nkeep = 30\n"));
  EXPECT_EQ(job.keep_nights, 30);
  EXPECT_NE(job.resolved_toml.find("keep = 30\n"), std::string::npos);
  const Job plain = load(test::kLeast);
  EXPECT_FALSE(plain.keep_nights);
  EXPECT_EQ(plain.resolved_toml.find("keep"), std::string::npos);
}

TEST(Output, ReadersAreTheOwnerUnlessItIsSaidOtherwise) {
  const Job group = load(with_output("readable_by = \"group\"\n"));
  EXPECT_TRUE(group.group_may_read);
  EXPECT_NE(group.resolved_toml.find("readable_by = \"group\"\n"), std::string::npos);
  EXPECT_FALSE(load(with_output("readable_by = \"owner\"\n")).group_may_read);
  EXPECT_FALSE(load(test::kLeast).group_may_read);
  EXPECT_EQ(mistakes_of(with_output("readable_by = \"all\"\n")).size(), 1U);
}

TEST(Output, MetricsAreOneFileForACollector) {
  const Job job = load(with_output("metrics = \"/var/lib/collector/tessera-{name}.prom\"\n"));
  EXPECT_EQ(job.metrics_path, "/var/lib/collector/tessera-{name}.prom");
  EXPECT_NE(job.resolved_toml.find("metrics = \"/var/lib/collector/tessera-{name}.prom\"\n"), std::string::npos);
  EXPECT_EQ(load(test::kLeast).metrics_path, "");
  EXPECT_EQ(mistakes_of(with_output("metrics = \"tessera.txt\"\n")).size(), 1U);
  EXPECT_EQ(mistakes_of(with_output("metrics = \"{night}.prom\"\n")).size(), 1U);
  EXPECT_EQ(mistakes_of(with_output("metrics = \"{nmae}.prom\"\n")).size(), 1U);
}

TEST(Output, WhatCannotBeIsRefusedWithItsPlace) {
  const auto lines = mistakes_of(with_output("path = \"r/all.h5\"\nkeep = 7\n"));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find("job.toml:14:8: keep of [output] has no nights to count"), 0U) << lines[0];
  EXPECT_EQ(mistakes_of(with_output("keep = 0\n")).size(), 1U);
  EXPECT_EQ(mistakes_of(with_output("path = \"{nigth}.h5\"\n")).size(), 1U);
}

}  // namespace
}  // namespace tessera
