#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::least_with;
using test::load;
using test::mistakes_of;

/// The least job with criteria, a value, and `refine`.
std::string job_with(const std::string& refine) {
  return least_with("[[segmentation]]\n",
                    "[[macro]]\nname = \"size\"\ncolumn = \"employees\"\nbands = [ { name = \"All\" } ]\n"
                    "[value]\ncolumn = \"revenue\"\n[[segmentation]]\nrefine = " +
                        refine + "\n");
}

TEST(Refine, EveryKeyIsReadAndWrittenOutAgain) {
  const std::string text = job_with(
      R"({ criterion = "anderson_darling", min_accounts = 9, min_customers = 3, min_value = 2.5, max_micro = 40, )"
      R"(features = ["visits", { column = "calls", weight = 2.0 }], outliers = 3.0, depth_by = "stage", )"
      R"x(stop_at_macro = ["visitor"], stop_at_core = ["lead", "(unknown)"] })x");
  const Job job = load(text);
  const RefineSpec& refine = *job.segmentations.front().refine;
  EXPECT_EQ(refine.criterion, SplitCriterion::kAndersonDarling);
  EXPECT_EQ(refine.min_accounts, 9);
  EXPECT_EQ(refine.min_customers, 3);
  EXPECT_EQ(refine.min_value, 2.5);
  EXPECT_EQ(refine.max_micro, 40);
  ASSERT_EQ(refine.features.size(), 2U);
  EXPECT_EQ(refine.features[1].weight, 2.0);
  EXPECT_EQ(refine.outliers, 3.0);
  EXPECT_EQ(refine.depth_by.text, "stage");
  EXPECT_EQ(refine.stop_at_macro, std::vector<std::string>{"visitor"});
  EXPECT_EQ(refine.stop_at_core, (std::vector<std::string>{"lead", "(unknown)"}));
  const JobFolder folder;
  const std::string resolved = load_job(folder.write(text), {}).resolved_toml;
  EXPECT_EQ(load_job(folder.write(resolved), {}).resolved_toml, resolved);
  for (const char* part : {"criterion = \"anderson_darling\"", "min_customers = 3", "min_value = 2.5", "outliers = 3.0",
                           "stop_at_core = [\"lead\", \"(unknown)\"]", "column = \"calls\""})
    EXPECT_NE(resolved.find(part), std::string::npos) << part << "\nis not in\n" << resolved;
}

TEST(Refine, DefaultsAskForNothing) {
  const Job job = load(job_with("{}"));
  const RefineSpec& refine = *job.segmentations.front().refine;
  EXPECT_EQ(refine.criterion, SplitCriterion::kBic);
  EXPECT_EQ(refine.min_customers, 0);
  EXPECT_EQ(refine.outliers, 0.0);
  EXPECT_TRUE(refine.features.empty());
  EXPECT_TRUE(refine.depth_by.empty());
}

TEST(Refine, MistakesSayWhatWasExpected) {
  const auto only_mistake = [](const std::string& text) {
    const auto lines = mistakes_of(text);
    EXPECT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
    return lines.empty() ? "" : lines[0];
  };
  for (const auto& [refine, words] :
       {std::pair{R"({ criterion = "aic" })", "\"anderson_darling\""},
        {R"({ outliers = 0.5 })", "would be most accounts; got 0.5"},
        {R"({ min_customers = -1 })", "out of range"},
        {R"({ min_value = -0.1 })", "0 or above"},
        {R"({ stop_at_core = ["lead"] })", "expected depth_by"},
        {R"({ depth_by = "s", stop_at_core = [3] })", "no text; got 3"},
        {R"({ depth_by = "s", stop_at_macro = ["a"], stop_at_core = ["a"] })", "has \"a\", as has stop_at_macro"},
        {R"({ features = ["a", "a"] })", "named twice"}})
    EXPECT_NE(only_mistake(job_with(refine)).find(words), std::string::npos) << refine;
  const std::string without = least_with("k = 3\n", "k = 3\nrefine = { min_value = 5 }\n");
  EXPECT_NE(only_mistake(without).find("expected column in [value]"), std::string::npos);
  const std::string nowhere = least_with("k = 3\n", "k = 3\nrefine = { depth_by = \"s\", stop_at_macro = [\"a\"] }\n");
  EXPECT_NE(only_mistake(nowhere).find("expected a [[macro]]"), std::string::npos);
}

}  // namespace
}  // namespace tessera
