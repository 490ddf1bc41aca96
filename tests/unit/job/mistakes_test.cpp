#include <gtest/gtest.h>
#include <stdlib.h>  // unsetenv

#include <string>
#include <vector>

#include "job/parquet_support.hpp"
#include "job_text.hpp"

namespace tessera {
namespace {

using test::kLeast;
using test::least_with;
using test::mistakes_of;

/// A text swapped into the least job, and the one mistake that it makes: how its line begins, and a part of the rest.
struct Case {
  std::string_view before, after, begins, tells;
};

class Mistake : public ::testing::TestWithParam<Case> {};

TEST_P(Mistake, IsReportedOnceWithItsPlace) {
  const Case& one = GetParam();
  const auto lines = mistakes_of(least_with(one.before, one.after));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].rfind(one.begins, 0), 0U) << lines[0];
  EXPECT_NE(lines[0].find(one.tells), std::string::npos) << lines[0];
}

constexpr std::string_view kSeed = "seed = 1\n";
constexpr std::string_view kKey = "key = \"account_id\"\n";
constexpr std::string_view kFeatures = "features = [\"employees\"]\n";
constexpr std::string_view kK = "k = 3\n";

const Case kTop[] = {
    {"name = \"nightly\"\n", "", "job.toml:1:1: ", "lacks the key \"name\""},
    {"\"nightly\"", "\"a/b\"", "job.toml:1:8: ", "cannot stand in a path; got \"a/b\""},
    {"\"nightly\"", "\"\"", "job.toml:1:8: ", "empty"},
    {"\"nightly\"", "\"..\"", "job.toml:1:8: ", "cannot stand in a path"},
    {"\"nightly\"", "\"a\\u0000b\"", "job.toml:1:8: ", "control character"},
    {"\"nightly\"", "7", "job.toml:1:8: ", "wrong type; got 7; expected"},
    {"seed = 1", "sead = 1", "job.toml:2:1: ", "unknown key \"sead\" in the job file; did you mean \"seed\"?"},
    {"seed = 1", "colour = 1", "job.toml:2:1: ", "unknown key \"colour\" in the job file; expected one of: name, seed"},
    {"seed = 1", "seed = -1", "job.toml:2:8: ", "out of range; got -1; expected a whole number from 0"},
    {"seed = 1", "seed = 1.5", "job.toml:2:8: ", "wrong type; got 1.5; expected a whole number"},
    {"seed = 1", "seed = 2026-01-01", "job.toml:2:8: ", "wrong type; got a date"},
    {kSeed, "ingest.max_quarantined = 1.01\n",
     "job.toml:2:26: ", "out of range; got 1.01; expected a share from 0 to 1"},
    {kSeed, "ingest.max_quarantined = nan\n", "job.toml:2:26: ", "out of range"},
    {kSeed, "ingest = 3\n", "job.toml:2:10: ", "wrong type"},
    {kSeed, "output.path = \"x/{date}.h5\"\n", "job.toml:2:15: ", "unknown placeholder; got \"{date}\""},
    {kSeed, "output.path = \"{night}/{name}/r.h5\"\n",
     "job.toml:2:15: ", "path of [output] has {night} in the name of a folder"},
    {kSeed, "output.path = \"x/\"\n", "job.toml:2:15: ", "folder"},
    {kSeed, "columns.a = 3\n", "job.toml:2:13: ", "expected [columns.NAME]"},
};
INSTANTIATE_TEST_SUITE_P(Top, Mistake, ::testing::ValuesIn(kTop));

const Case kSource[] = {
    {"[[source]]", "[source]", "job.toml:4:1: ", "expected one [[source]] or more"},
    {"[[source]]\nname = \"crm\"\npath = \"crm/accounts-*.csv\"\nkey = \"account_id\"\n", "",
     "job.toml:1:1: ", "lacks the key \"source\"; expected one [[source]] or more"},
    {kKey, "", "job.toml:4:1: ", "[[source]] \"crm\" lacks the key \"key\""},
    {"name = \"crm\"\n", "", "job.toml:4:1: ", "[[source]] number 1 lacks the key \"name\""},
    {"\"crm\"", "\"c.rm\"", "job.toml:5:8: ", "has a dot"},
    {kKey, "key = \"id\"\nkey_format = \"uper\"\n", "job.toml:8:14: ", "did you mean \"upper\"?"},
    {kKey, "key = \"id\"\ndelimiter = \",,\"\n", "job.toml:8:13: ", "got \",,\""},
    {kKey, "key = \"id\"\ndelimiter = \"\\n\"\n", "job.toml:8:13: ", "cannot part fields"},
    {kKey, "key = \"id\"\nheader = []\n", "job.toml:8:10: ", "is empty; expected the names of all columns"},
    {kKey, "key = \"id\"\nheader = \"id\"\n", "job.toml:8:10: ", "expected the names of all columns"},
    {kKey, "key = \"id\"\nheader = [\"id\", 3]\n", "job.toml:8:17: ", "a name that is no text; got 3"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"id\"]\n", "job.toml:8:17: ", "two columns of a header have one name"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"x\"]\nwidths = [6]\n", "job.toml:9:10: ", "too few columns; got 1"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"x\"]\nwidths = [6, 2, 3]\n", "job.toml:9:10: ", "3 widths for 2 names"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"x\"]\nwidths = [6, 0]\n",
     "job.toml:9:14: ", "cannot be; got 0; expected a whole number from 1 to 1000000"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"x\"]\nwidths = [6, 2.5]\n", "job.toml:9:14: ", "got 2.5"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"x\"]\nwidths = 6\n",
     "job.toml:9:10: ", "the number of characters of each"},
    {kKey, "key = \"id\"\nwidths = [6, 2]\n", "job.toml:8:10: ", "needs a header; expected header = the names"},
    {kKey, "key = \"id\"\nheader = [\"id\", \"x\"]\nwidths = [6, 2]\ndelimiter = \",\"\n",
     "job.toml:10:13: ", "the widths part the fields"},
    {kKey, "kind = \"matrix\"\ndataset = \"X\"\nwidths = [6, 2]\n", "job.toml:9:10: ", "row number is the key"},
    {kKey, "key = \"id\"\ndataset = \"X\"\n", "job.toml:8:11: ", "only kind = \"matrix\""},
    {kKey, "key = \"id\"\nkind = \"acounts\"\n", "job.toml:8:8: ", "did you mean \"accounts\"?"},
    {"accounts-*.csv", "${TESSERA_NOT_SET}.csv", "job.toml:6:8: ", "not set; got \"crm/${TESSERA_NOT_SET}.csv\""},
    {"accounts-*.csv", "${HOME", "job.toml:6:8: ", "not closed"},
    {kKey, "key = \"id\"\n[[source]]\nname = \"night\"\npath = \"n-*.h5\"\nkey = \"account_id\"\ndelimiter = \";\"\n",
     "job.toml:12:13: ", "the file names and parts its columns itself"},
    {kKey,
     "key = \"id\"\n[[source]]\nname = \"night\"\npath = \"n.hdf5\"\nkey = \"account_id\"\nheader = [\"account_id\"]\n",
     "job.toml:12:10: ", "the file names and parts its columns itself"},
    {kKey, "key = \"id\"\n[[source]]\nname = \"crm\"\npath = \"b\"\nkey = \"id\"\n",
     "job.toml:9:8: ", "two sources have one name; \"crm\", first on line 5"},
    {kKey, "key = \"id\"\n[[source]]\nname = \"m\"\npath = \"b\"\nkind = \"matrix\"\ndataset = \"X\"\n",
     "job.toml:8:1: ", "a matrix may only be the population in this version"},
    {kKey, "kind = \"matrix\"\ndataset = \"X\"\n[[source]]\nname = \"b\"\npath = \"b\"\nkey = \"id\"\n",
     "job.toml:9:1: ", "a matrix may only be the population, alone, in this version"},
    {kKey, "kind = \"matrix\"\n", "job.toml:4:1: ", "lacks the key \"dataset\""},
    {kKey, "kind = \"matrix\"\ndataset = \"X\"\nkey = \"id\"\n", "job.toml:9:7: ", "row number is the key"},
};
INSTANTIATE_TEST_SUITE_P(Source, Mistake, ::testing::ValuesIn(kSource));

TEST(Parquet, IsRefusedWithWhatToDoWhereTheBuildReadsNone) {
  const std::string text = least_with("accounts-*.csv", "a.parquet");
  if (!job::parquet_library().empty()) {
    EXPECT_NO_THROW((void)test::load(text));
    return;
  }
  const auto lines = mistakes_of(text);
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0],
            "job.toml:6:8: path of [[source]] \"crm\" cannot be read, as this build of Tessera reads no Parquet; "
            "got \"crm/a.parquet\"; " +
                std::string(job::kHowToReadParquet));
}

const Case kColumn[] = {
    {kSeed, "[columns.a]\ntype = \"numbr\"\n", "job.toml:3:8: ", "did you mean \"number\"?"},
    {kSeed, "[columns.a]\nmin = 2\nmax = 1\n", "job.toml:4:7: ", "below min; got min = 2 and max = 1"},
    {kSeed, "[columns.a]\ntype = \"date\"\nmin = 2\n", "job.toml:4:7: ", "only type = \"number\""},
    {kSeed, "[columns.a]\ndecimal = \";\"\n", "job.toml:3:11: ", "expected"},
    {kSeed, "[columns.a]\ntype = \"date\"\ndecimal = \",\"\n", "job.toml:4:11: ", "only type = \"number\""},
    {kSeed, "[columns.a]\ntype = \"text\"\ndate_order = \"dmy\"\n", "job.toml:4:14: ", "only type = \"date\""},
    {kSeed, "[columns.a]\ndecimal = \",\"\ndate_order = \"dmy\"\n", "job.toml:4:14: ", "cannot go with decimal"},
    {kSeed, "[columns.a]\nmissing = \"constant\"\n", "job.toml:3:11: ", "expected constant = a number"},
    {kSeed, "[columns.a]\nconstant = 1\n", "job.toml:3:12: ", "goes with missing = \"constant\""},
    {kSeed, "[columns.a]\ntype = \"category\"\nmissing = \"median\"\n", "job.toml:4:11: ", "does not fit"},
    {kSeed, "[columns.a]\ntype = \"text\"\nmissing = \"unknown\"\n", "job.toml:4:11: ", "does not fit"},
    {kSeed, "[columns.a]\nmerge = { a = 3 }\n", "job.toml:3:15: ", "got \"a\" = 3"},
    {kSeed, "[columns.a]\nmerge = { a = \"b\", b = \"c\" }\n", "job.toml:3:15: ", "merged itself; got \"b\""},
    {kSeed, "[columns.a]\nonerror = \"missing\"\n", "job.toml:3:1: ", "did you mean \"on_error\"?"},
    {kSeed, "[columns.crm.a]\nmin = 1\n", "job.toml:2:10: ", "in quotes, such as [columns.\"crm.a\"]"},
};
INSTANTIATE_TEST_SUITE_P(Column, Mistake, ::testing::ValuesIn(kColumn));

const Case kMacro[] = {
    {kSeed, "macro = [{ name = 'm', column = 'c' }]\n", "job.toml:2:10: ", "no bands and no groups"},
    {kSeed, "macro = [{ name = 'm', column = 'c', bands = [{ name = 'a' }], groups = { x = ['y'] } }]\n",
     "job.toml:2:10: ", "both bands and groups"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\nbands = []\n", "job.toml:5:9: ", "empty"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\nbands = [{ name = 'a', below = 5 }, { name = 'b', from = 4 }]\n",
     "job.toml:5:37: ", "\"b\" from 4 to below inf overlaps \"a\" from -inf to below 5"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\nbands = [{ name = 'a', from = 5 }, { name = 'b', below = 5 }]\n",
     "job.toml:5:36: ", "out of order"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\nbands = [{ name = 'a', from = 5, below = 5 }]\n",
     "job.toml:5:10: ", "is empty; expected from < below"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\nbands = [{ name = 'a', below = 5 }, { name = 'a', from = 5 }]\n",
     "job.toml:5:46: ", "two bands have one name"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\nbands = [{ name = 'a', below = 5, form = 3 }]\n",
     "job.toml:5:35: ", "did you mean \"from\"?"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\ngroups = { A = ['x', 'y'], B = ['y'] }\n",
     "job.toml:5:33: ", "a value is named twice in groups; \"y\", first on line 5"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\ngroups = { Other = ['x'] }\n",
     "job.toml:5:12: ", "the run's own name"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\ngroups = { A = [] }\n", "job.toml:5:16: ", "has no values; got []"},
    {kSeed, "[[macro]]\nname = 'm'\ncolumn = 'c'\ngroups = { A = [3] }\n", "job.toml:5:17: ", "no text; got 3"},
    {kSeed, "macro = ['x']\n", "job.toml:2:10: ", "is no table"},
    {kSeed,
     "[[macro]]\nname = 'm'\ncolumn = 'c'\ngroups = { A = ['x'] }\n[[macro]]\nname = 'm'\ncolumn = 'd'\ngroups = { A = "
     "['x'] }\n",
     "job.toml:7:8: ", "two macros have one name; \"m\", first on line 3"},
};
INSTANTIATE_TEST_SUITE_P(Macro, Mistake, ::testing::ValuesIn(kMacro));

const Case kKpi[] = {
    {kSeed, "[kpi]\nx = { numerator = 'a' }\n", "job.toml:3:1: ", "lacks the key \"denominator\""},
    {kSeed, "[kpi]\nx = { kind = 'rate' }\n", "job.toml:3:1: ", "lacks the key \"column\""},
    {kSeed, "[kpi]\nx = { column = 'a', numerator = 'a', denominator = 'b' }\n",
     "job.toml:3:16: ", "a ratio has numerator"},
    {kSeed, "[kpi]\nx = { kind = 'mean', column = 'c', numerator = 'a' }\n",
     "job.toml:3:48: ", "only kind = \"ratio\""},
    {kSeed, "[duplicates]\nplace = 'a'\n", "job.toml:2:1: ", "lacks the key \"name\""},
    {kSeed, "[duplicates]\nname = 'a'\nleast = 0.4\n", "job.toml:4:9: ", "expected a likeness from 0.5 to 1"},
    {kSeed, "[duplicates]\nname = 'a'\nplaces = 'b'\n", "job.toml:4:1: ", "places"},
    {kSeed, "[kpi]\nx = 'clv'\n", "job.toml:3:5: ", "is no table; got \"clv\""},
    // The same key twice is a mistake of syntax, so two KPIs cannot have one name.
    {kSeed, "[kpi]\nx = { column = 'a' }\nx = { column = 'b' }\n", "job.toml:4:", "cannot redefine"},
    {kSeed, "[value]\ncolum = 'a'\n", "job.toml:3:1: ", "did you mean \"column\"?"},
};
INSTANTIATE_TEST_SUITE_P(Kpi, Mistake, ::testing::ValuesIn(kKpi));

const Case kSegmentation[] = {
    {"[[segmentation]]\nname = \"one\"\nfeatures = [\"employees\"]\nk = 3\n", "",
     "job.toml:1:1: ", "lacks the key \"segmentation\""},
    {kK, "", "job.toml:8:1: ", "lacks the key \"k\""},
    {kK, "k = 0\n", "job.toml:11:5: ", "out of range; got 0; expected a whole number from 1"},
    {kFeatures, "", "job.toml:8:1: ", "lacks the key \"features\""},
    {kFeatures, "features = []\n", "job.toml:10:12: ", "names no column; got []"},
    {kFeatures, "features = \"all\"\n", "job.toml:10:12: ", "needs a matrix as the population"},
    {kFeatures, "features = \"employees\"\n", "job.toml:10:12: ", "got \"employees\"; expected a list of columns"},
    {kFeatures, "features = [\"a\", \"a\"]\n", "job.toml:10:18: ", "named twice as a feature"},
    {kFeatures, "features = [3]\n", "job.toml:10:13: ", "neither a column nor a table; got 3"},
    {kFeatures, "features = [{ column = \"a\", weight = 0 }]\n", "job.toml:10:38: ", "expected a number above 0"},
    {kFeatures, "features = [{ column = \"a\", weight = inf }]\n", "job.toml:10:38: ", "expected a number above 0"},
    {kFeatures, "features = [{ column = \"a\", winsorise = 0.5 }]\n", "job.toml:10:41: ", "from 0 to below 0.5"},
    {kFeatures, "features = [{ column = \"a\", winsorise = -0.1 }]\n", "job.toml:10:41: ", "got -0.1"},
    {kFeatures, "features = [{ colum = \"a\", column = \"b\" }]\n", "job.toml:10:15: ", "did you mean \"column\"?"},
    {kFeatures, "features = [{ transform = \"log1p\" }]\n", "job.toml:10:13: ", "lacks the key \"column\""},
    {kK, "k = 3\nstarts = 0\n", "job.toml:12:10: ", "out of range"},
    {kK, "k = 3\nmax_iterations = 0\n", "job.toml:12:18: ", "out of range"},
    {kK, "k = 3\ntolerance = 1\n", "job.toml:12:13: ", "out of range; got 1; expected a number from 0 to below 1"},
    {kK, "k = 3\nnames = { \"Software\" = \"Tech\", \"Retail\" = \"Tech\" }\n",
     "job.toml:12:43: ", "gives two segments one name"},
    {kK, "k = 3\nnames = { \"Software\" = 3 }\n", "job.toml:12:24: ", "takes texts that are not empty"},
    {kK, "k = 3\nquality = \"good\"\n", "job.toml:12:11: ", "\"plain\", \"best\""},
    {kK, "k = 3\nscale = \"z\"\n", "job.toml:12:9: ", "\"standard\", \"robust\", \"minmax\", \"none\""},
    {kK, "k = 3\ninitial = \"c.h5\"\n", "job.toml:12:11: ", "malformed; got \"c.h5\"; expected \"file.h5:dataset\""},
    {kK, "k = 3\ninitial = \":X\"\n", "job.toml:12:11: ", "malformed"},
    {kK, "k = 3\ninitial = \"c.h5:\"\n", "job.toml:12:11: ", "malformed"},
    {kK, "k = 3\npopulation = \"prospects\"\n", "job.toml:12:14: ", "expected customer in [value]"},
    {kK, "k = 3\nrefine = { max_micro = 2 }\n", "job.toml:12:24: ", "below k; got 2 with k = 3"},
    {kK, "k = 3\nrefine = { min_account = 2 }\n", "job.toml:12:12: ", "did you mean \"min_accounts\"?"},
    {kK, "k = 3\nrefine = true\n", "job.toml:12:10: ", "wrong type; got true"},
    {kK, "k = 3\n[[segmentation]]\nname = \"one\"\nfeatures = [\"a\"]\nk = 2\n",
     "job.toml:13:8: ", "two segmentations have one name; \"one\", first on line 9"},
};
INSTANTIATE_TEST_SUITE_P(Segmentation, Mistake, ::testing::ValuesIn(kSegmentation));

TEST(Mistakes, AreAllReportedAtOnceInTheOrderOfTheFile) {
  const auto lines = mistakes_of(
      "name = \"a/b\"\n"
      "spead = 1\n"
      "[[segmentation]]\n"
      "name = \"s\"\n"
      "features = []\n"
      "k = 0\n"
      "[[source]]\n"
      "name = \"crm\"\n"
      "path = 3\n"
      "key = \"id\"\n",
      {"sed=4", "ingest.max_quarantined=2"});
  ASSERT_EQ(lines.size(), 7U) << ::testing::PrintToString(lines);
  const std::vector<std::string> begins = {
      "job.toml:1:8: ",
      "job.toml:2:1: ",
      "job.toml:5:12: ",
      "job.toml:6:5: ",
      "job.toml:9:8: ",
      "--set sed=4: unknown key \"sed\"",
      "--set ingest.max_quarantined=2: max_quarantined of [ingest] is out of range; got 2"};
  for (std::size_t i = 0; i < begins.size(); ++i) EXPECT_EQ(lines[i].rfind(begins[i], 0), 0U) << lines[i];
}

TEST(Mistakes, TheBestAreSaidOnceAndOfAValue) {
  const auto both = mistakes_of(least_with("seed = 1\n",
                                           "seed = 1\nvalue.column = \"clv\"\nvalue.best = 0.1\n"
                                           "value.best_share_of_value = 0.7\n"));
  ASSERT_EQ(both.size(), 1U) << ::testing::PrintToString(both);
  EXPECT_EQ(both[0].rfind("job.toml:5:", 0), 0U) << both[0];
  EXPECT_NE(both[0].find("best_share_of_value of [value] cannot go with best"), std::string::npos) << both[0];
  const auto alone = mistakes_of(least_with("seed = 1\n", "seed = 1\nvalue.best = 0\n"));
  ASSERT_EQ(alone.size(), 2U) << ::testing::PrintToString(alone);
  EXPECT_NE(alone[0].find("expected a share above 0, up to 1"), std::string::npos) << alone[0];
  EXPECT_NE(alone[1].find("has no meaning without column"), std::string::npos) << alone[1];
}

TEST(Mistakes, ThousandsAreCountedNotListed) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "key" + std::to_string(i) + " = 1\n";
  const auto lines = mistakes_of(text + std::string(kLeast));
  ASSERT_EQ(lines.size(), 101U);
  EXPECT_EQ(lines.back(), "job.toml: and 4900 more mistakes");
}

}  // namespace
}  // namespace tessera
