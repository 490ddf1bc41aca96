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

TEST(Checkpoint, EveryKeyIsReadAndComesBackFromTheResolvedJob) {
  const Job plain = load(test::kLeast);
  EXPECT_EQ(plain.checkpoint.every.seconds, 600);
  EXPECT_TRUE(plain.checkpoint.path.empty());
  EXPECT_NE(plain.resolved_toml.find("[checkpoint]\nevery = \"10 minutes\"\n"), std::string::npos);

  const JobFolder folder;
  const Job job = load_job(folder.write(with("[checkpoint]\nevery = \"2 hours\"\npath = \"kept/here\"\n")), {});
  EXPECT_EQ(job.checkpoint.every.seconds, 7200);
  EXPECT_EQ(job.checkpoint.path, folder.path() + "/kept/here");
  EXPECT_NE(job.resolved_toml.find("path = \"kept/here\"\n"), std::string::npos) << job.resolved_toml;
  EXPECT_EQ(load_job(folder.write(job.resolved_toml), {}).resolved_toml, job.resolved_toml);
}

TEST(Checkpoint, WhatIsNoTimeOrUnknownIsReportedWithItsPlace) {
  const auto no_time = mistakes_of(with("[checkpoint]\nevery = \"often\"\n"));
  ASSERT_EQ(no_time.size(), 1U);
  EXPECT_NE(no_time[0].find(":3:9: every of [checkpoint]"), std::string::npos) << no_time[0];
  const auto unknown = mistakes_of(with("[checkpoint]\nevry = \"1 hour\"\n"));
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_NE(unknown[0].find("every"), std::string::npos) << unknown[0];
}

}  // namespace
}  // namespace tessera
