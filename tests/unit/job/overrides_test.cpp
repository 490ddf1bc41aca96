#include <gtest/gtest.h>
#include <stdlib.h>  // setenv

#include <string>
#include <vector>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::kLeast;
using test::least_with;
using test::load;
using test::mistakes_of;

const std::string kMore = std::string(kLeast) +
                          "refine = { max_micro = 10 }\n"
                          "[[segmentation]]\nname = \"v1.2\"\nfeatures = [{ column = \"a\" }, \"b\"]\nk = 2\n"
                          "[[macro]]\nname = \"size\"\ncolumn = \"employees\"\n"
                          "bands = [{ name = \"Small\", below = 10 }, { name = \"Large\", from = 10 }]\n"
                          "[columns.\"crm.founded\"]\ntype = \"date\"\n"
                          "[kpi]\nx = { column = \"c\" }\n";

TEST(Set, ReachesEveryKindOfPlace) {
  const Job job =
      load(kMore, {"seed=7", "ingest.max_quarantined=0.1", "source.crm.key=id", "segmentation.one.k=8",
                   "segmentation.one.refine.max_micro=20", "segmentation.\"v1.2\".k=5",
                   "segmentation.'v1.2'.features.a.weight=2.5", "macro.size.column=crm.staff",
                   "macro.size.bands.Large.from=12", "columns.\"crm.founded\".on_error=missing",
                   "columns.employees.min=1", "kpi.x.column=\"d\"", "kpi.y={ column = \"e\", kind = \"rate\" }"});
  EXPECT_EQ(job.seed, 7U);
  EXPECT_EQ(job.max_quarantined, 0.1) << "a table that the file lacks is made";
  EXPECT_EQ(job.sources[0].key, "id") << "what is no TOML value is text";
  EXPECT_EQ(job.segmentations[0].k, 8);
  EXPECT_EQ(job.segmentations[0].refine->max_micro, 20);
  EXPECT_EQ(job.segmentations[1].k, 5);
  EXPECT_EQ(job.segmentations[1].features[0].weight, 2.5);
  EXPECT_EQ(job.macros[0].column.text, "crm.staff");
  EXPECT_EQ(job.macros[0].column.line, 0) << "it has no place in the file";
  EXPECT_EQ(job.macros[0].bands[1].from, 12.0);
  ASSERT_EQ(job.columns.size(), 2U);
  EXPECT_TRUE(job.columns[0].bad_cell_becomes_missing);
  EXPECT_EQ(job.columns[1].min, 1.0);
  ASSERT_EQ(job.kpis.size(), 2U);
  EXPECT_EQ(job.kpis[0].column.text, "d");
  EXPECT_EQ(job.kpis[1].kind, KpiKind::kRate);
}

TEST(Set, MendsAJobThatLacksAKey) {
  EXPECT_EQ(load(least_with("k = 3\n", ""), {"segmentation.one.k=9"}).segmentations[0].k, 9);
  EXPECT_EQ(load(least_with("name = \"nightly\"\n", ""), {"name=given"}).name, "given");
}

TEST(Set, TheLastOfTwoCounts) {
  EXPECT_EQ(load(kLeast, {"seed=1", "seed=2"}).seed, 2U);
}

TEST(Set, PathsAreRelativeToTheJobFileAndKnowTheEnvironment) {
  ASSERT_EQ(setenv("TESSERA_TEST_ROOT", "/data", 1), 0);
  const JobFolder folder;
  const std::string file = folder.write(kLeast);
  const Job job = load_job(file, {"source.crm.path=../x.csv", "output.path=out.h5"});
  EXPECT_EQ(job.sources[0].path, folder.path() + "/../x.csv");
  EXPECT_EQ(job.sources[0].path_as_written, "../x.csv");
  EXPECT_EQ(job.output_path, folder.path() + "/out.h5");
  EXPECT_EQ(load_job(file, {"source.crm.path=${TESSERA_TEST_ROOT}/x.csv"}).sources[0].path, "/data/x.csv");
}

TEST(Set, IsInTheResolvedText) {
  const std::string text = load(kLeast, {"segmentation.one.k=8"}).resolved_toml;
  EXPECT_NE(text.find("k = 8\n"), std::string::npos);
  EXPECT_EQ(text, load(least_with("k = 3", "k = 8")).resolved_toml);
}

TEST(Set, AValueCannotSmuggleInAnotherKey) {
  const auto lines = mistakes_of(kLeast, {"seed=8\nname = 'other'"});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("wrong type; got \"8\\u000Aname = 'other'\""), std::string::npos) << lines[0];
}

struct Wrong {
  std::string set, tells;
};

class WrongSet : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongSet, IsReportedAsTheSet) {
  const Wrong& wrong = GetParam();
  const auto lines = mistakes_of(kMore, {wrong.set});
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].rfind("--set ", 0), 0U) << lines[0];
  EXPECT_NE(lines[0].find(wrong.tells), std::string::npos) << lines[0];
}

INSTANTIATE_TEST_SUITE_P(
    Set, WrongSet,
    ::testing::Values(Wrong{"seed", "not key=value"}, Wrong{"=3", "not key=value"}, Wrong{"a..b=3", "not key=value"},
                      Wrong{"'seed=3", "not key=value"}, Wrong{"", "not key=value"},
                      Wrong{"sead=3", "unknown key \"sead\" in the job file; did you mean \"seed\"?"},
                      Wrong{"segmentation.onne.k=3", "no segmentation is named \"onne\"; did you mean \"one\"?"},
                      Wrong{"segmentation.one.kk=3", "unknown key \"kk\""},
                      Wrong{"segmentation.one=3", "is a whole table"},
                      Wrong{"seed.x=3", "\"seed\" has no keys of its own; got 1"},
                      Wrong{"segmentation.one.k=many", "not known; got \"many\"; expected a whole number"},
                      Wrong{"segmentation.one.k=", "not known; got \"\""},
                      Wrong{"segmentation.one.features=[{column='a',encoding='hashed'}]",
                            "not built yet in this version"},
                      Wrong{"source.crm.path=${TESSERA_NOT_SET}", "not set"}, Wrong{"seed=\xff", "is not UTF-8"},
                      Wrong{"seed=" + std::string(100'000, '['), "wrong type"},
                      Wrong{"seed.a" + std::string(100'000, '.') + "=1", "not key=value"},
                      Wrong{[] {
                              std::string deep = "a";
                              for (int i = 0; i < 100'000; ++i) deep += ".a";
                              return deep + "=1";
                            }(),
                            "more than 32 parts"}));

TEST(Set, ASourceThatTheFileLacksIsNotMade) {
  const auto lines =
      mistakes_of("name = 'x'\n[[segmentation]]\nname = 's'\nfeatures = ['a']\nk = 1\n", {"source.crm.path=x"});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find("lacks the key \"source\""), std::string::npos) << lines[0];
  EXPECT_EQ(lines[1].rfind("--set source.crm.path=x: no source is named \"crm\"", 0), 0U) << lines[1];
}

}  // namespace
}  // namespace tessera
