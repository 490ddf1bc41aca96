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

TEST(Output, WhatCannotBeIsRefusedWithItsPlace) {
  const auto lines = mistakes_of(with_output("path = \"r/all.h5\"\nkeep = 7\n"));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find("job.toml:14:8: keep of [output] has no nights to count"), 0U) << lines[0];
  EXPECT_EQ(mistakes_of(with_output("keep = 0\n")).size(), 1U);
  EXPECT_EQ(mistakes_of(with_output("path = \"{nigth}.h5\"\n")).size(), 1U);
}

}  // namespace
}  // namespace tessera
