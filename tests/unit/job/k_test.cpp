#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"
#include "tessera/macro.hpp"

namespace tessera {
namespace {

using test::least_with;
using test::load;
using test::mistakes_of;

constexpr const char* kMacro =
    "[[macro]]\nname = \"size\"\ncolumn = \"employees\"\nbands = [ { name = \"Small\", below = 10 } ]\n";

std::string with_k(const std::string& lines, bool has_macro = false) {
  std::string job = least_with("k = 3\n", lines);
  return has_macro ? job + kMacro : job;
}

void expect_mistake(const std::string& job, const std::string& what) {
  const auto lines = mistakes_of(job);
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_NE(lines[0].find(what), std::string::npos) << lines[0];
}

TEST(JobK, AutoSweepsFromTwoToThirtyTwoUnlessTheJobSays) {
  const SegmentationSpec usual = load(with_k("k = \"auto\"\n")).segmentations.front();
  EXPECT_TRUE(usual.auto_k);
  EXPECT_EQ(usual.k, 0);
  EXPECT_EQ(usual.k_min, 2);
  EXPECT_EQ(usual.k_max, 32);
  const SegmentationSpec said = load(with_k("k = \"auto\"\nk_min = 4\nk_max = 9\n")).segmentations.front();
  EXPECT_EQ(said.k_min, 4);
  EXPECT_EQ(said.k_max, 9);
  EXPECT_EQ(load(with_k("k = \"auto\"\nk_min = 40\n")).segmentations.front().k_max, 40);
}

TEST(JobK, MistakesAreNamed) {
  expect_mistake(with_k("k = \"many\"\n"), "got \"many\"; expected a whole number from 1 to 1000000, or \"auto\"");
  expect_mistake(with_k("k = 3\nk_max = 9\n"), "has no meaning with k = 3; expected k = \"auto\"");
  expect_mistake(with_k("k = \"auto\"\nk_min = 9\nk_max = 4\n"), "is above k_max; got 9 with k_max = 4");
  expect_mistake(with_k("k = \"auto\"\ninitial = \"a.h5:C\"\n"), "expected a number as k");
  expect_mistake(with_k("k = 3\nscope = \"macro\"\n"), "needs macro segments; expected a [[macro]]");
  expect_mistake(with_k("k = 3\nscope = \"macro\"\ninitial = \"a.h5:C\"\n", true), "expected a number as k, and scope");
  expect_mistake(with_k(""), "lacks the key \"k\"");
}

TEST(JobK, MacroSegmentsAloneNeedCriteriaAndNothingElse) {
  const std::string features = "features = [\"employees\"]\n";
  std::string job = with_k("", true);
  job.erase(job.find(features), features.size());
  EXPECT_TRUE(is_macro_only(load(job).segmentations.front()));
  std::string bare = with_k("");
  bare.erase(bare.find(features), features.size());
  expect_mistake(bare, "expected both, or a [[macro]] for macro segments alone");
  std::string refined = with_k("refine = {}\n", true);
  refined.erase(refined.find(features), features.size());
  expect_mistake(refined, "has no meaning without features and k");
}

TEST(JobK, TheResolvedJobIsTheSameJob) {
  const std::string features = "features = [\"employees\"]\n";
  std::string macro_only = with_k("", true);
  macro_only.erase(macro_only.find(features), features.size());
  for (const std::string& text : {with_k("k = \"auto\"\nk_max = 9\nscope = \"macro\"\n", true),
                                  with_k("k = 3\nscope = \"macro\"\n", true), macro_only}) {
    const Job job = load(text);
    EXPECT_EQ(load(job.resolved_toml).resolved_toml, job.resolved_toml);
  }
  EXPECT_NE(load(with_k("k = \"auto\"\n")).resolved_toml.find("k = \"auto\"\nk_min = 2\nk_max = 32\n"),
            std::string::npos);
}

}  // namespace
}  // namespace tessera
