#include "job/planned.hpp"

#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::least_with;
using test::load;
using test::mistakes_of;

/// The least job with the planned key in its place, with `value`.
std::string job_with(const job::Planned& planned, const std::string& value) {
  const std::string line = std::string(planned.key) + " = " + value + "\n";
  if (planned.section == "source") return least_with("key = \"account_id\"\n", "key = \"id\"\n" + line);
  if (planned.section == "segmentation") return least_with("k = 3\n", "k = 3\n" + line);
  const std::string inner = std::string(planned.key) + " = " + value;
  if (planned.section == "segmentation.refine") return least_with("k = 3\n", "k = 3\nrefine = { " + inner + " }\n");
  if (planned.section == "segmentation.features")
    return least_with("[\"employees\"]", "[{ column = 'a', " + inner + " }]");
  if (planned.section == "value") return least_with("seed = 1\n", "[value]\n" + line);
  EXPECT_EQ(planned.section, "");
  return least_with("seed = 1\n", "[" + std::string(planned.key) + "]\nx = 1\n");
}

TEST(Planned, EveryKeyIsRefusedInPlainWordsAndNeverCalledUnknown) {
  for (const job::Planned& one : job::planned()) {
    const std::string value = one.value.empty() ? "\"something else\"" : std::string(one.value);
    const auto lines = mistakes_of(job_with(one, value));
    ASSERT_EQ(lines.size(), 1U) << one.section << " " << one.key << " " << ::testing::PrintToString(lines);
    EXPECT_NE(lines[0].find("not built yet in this version; "), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find(one.key), std::string::npos) << lines[0];
    EXPECT_EQ(lines[0].find("unknown"), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find(one.remedy), std::string::npos) << lines[0];
  }
}

TEST(Planned, TheBuiltDefaultWrittenOutIsTaken) {
  int taken = 0;
  for (const job::Planned& one : job::planned()) {
    if (one.built.empty()) continue;
    EXPECT_NO_THROW((void)load(job_with(one, std::string(one.built)))) << one.key;
    ++taken;
  }
  EXPECT_GE(taken, 1);
  EXPECT_NO_THROW((void)load(least_with("k = 3\n", "k = 3\nrefine = { min_value = 0.0 }\n")));
}

TEST(Planned, ASourceOfAnUnknownKindIsReportedOnceNotKeyByKey) {
  const auto lines = mistakes_of(least_with("[[segmentation]]",
                                            "[[source]]\nname = \"orders\"\nkind = \"enrichmnt\"\npath = \"o.csv\"\n"
                                            "via = { source = \"heads\" }\nanything = 1\n[[segmentation]]"));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find("job.toml:10:8: kind of [[source]] \"orders\" is not known; got \"enrichmnt\""), 0U)
      << lines[0];
  EXPECT_NE(lines[0].find("did you mean \"enrichment\"?"), std::string::npos) << lines[0];
}

TEST(Planned, AMisspeltPlannedKeyIsUnknownWithItsName) {
  const auto lines = mistakes_of(least_with("seed = 1\n", "[afinity]\n"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], "job.toml:2:2: unknown key \"afinity\" in the job file; did you mean \"affinity\"?");
}

}  // namespace
}  // namespace tessera
