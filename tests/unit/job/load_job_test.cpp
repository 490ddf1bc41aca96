#include <gtest/gtest.h>
#include <stdlib.h>  // setenv

#include <filesystem>
#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::kLeast;
using test::load;

/// Every key that this version takes, none at its default where it has one.
constexpr std::string_view kWhole = R"(name = "nightly"
seed = 20260101
[ingest]
max_quarantined = 0.25
[[source]]
name = "crm"
path = "${TESSERA_TEST_ROOT}/accounts-*.csv"
key = "account id"
key_format = "upper"
delimiter = "\t"
[[source]]
name = "marketing"
path = "/map/engagement.csv"
key = "account_id"
header = ["account_id", "opened"]
widths = [6, 1000000]
[columns.employees]
type = "number"
min = 1
max = 1e6
on_error = "missing"
missing = "constant"
constant = 12.5
decimal = ","
[columns."crm.since"]
date_order = "mdy"
[columns."crm.Größe"]
type = "category"
missing = "unknown"
merge = { technolgy = "technology", "soft ware" = "software \"x\"" }
[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Micro", below = 10 }, { name = "SME", from = 10, below = 51.5 }, { name = "Large", from = 100 } ]
[[macro]]
name = "sector"
column = "crm.industry"
groups = { Zeta = ["software", "hardware"], "A / B" = ["banking"] }
[value]
column = "revenue"
customer = "is_customer"
suppress = "do_not_contact"
best_share_of_value = 0.7
[duplicates]
name = "crm.company"
place = "city"
least = 0.9
[kpi]
zeta = { numerator = "clicks", denominator = "sent" }
conversion = { column = "converted", kind = "rate" }
clv = { column = "clv" }
nps = { column = "score", kind = "nps" }
[[segmentation]]
name = "expansion"
population = "customers"
features = [ { column = "employees", transform = "log1p", winsorise = 0.01, weight = 2.0 }, "crm.industry" ]
scale = "robust"
scope = "all"
k = 8
starts = 2
max_iterations = 20
tolerance = 1e-7
quality = "best"
names = { "Software · few visits" = "Tech \"Startups\"" }
refine = { criterion = "bic", min_accounts = 50, min_value = 0.0, max_micro = 90, features = [] }
[[segmentation]]
name = "prospects"
population = "prospects"
features = ["crm.industry"]
scale = "minmax"
k = 4
starts = 9
initial = "c:entroids.h5:/deep/C0"
[output]
path = "out/{name}-{night}.h5"
)";

class WholeJob : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(setenv("TESSERA_TEST_ROOT", "/data", 1), 0); }
};

TEST_F(WholeJob, KeepsEverySourceColumnAndCriterion) {
  const JobFolder folder;
  const Job job = load_job(folder.write(kWhole), {});
  EXPECT_EQ(job.name, "nightly");
  EXPECT_EQ(job.seed, 20260101U);
  EXPECT_EQ(job.max_quarantined, 0.25);
  EXPECT_EQ(job.file, folder.path() + "/job.toml");
  EXPECT_EQ(job.output_path, folder.path() + "/out/{name}-{night}.h5");

  ASSERT_EQ(job.sources.size(), 2U);
  EXPECT_EQ(job.sources[0].path, "/data/accounts-*.csv");
  EXPECT_EQ(job.sources[0].path_as_written, "${TESSERA_TEST_ROOT}/accounts-*.csv");
  EXPECT_EQ(job.sources[0].key, "account id");
  EXPECT_EQ(job.sources[0].key_format, KeyFormat::kUpper);
  EXPECT_EQ(job.sources[0].delimiter, '\t');
  EXPECT_EQ(job.sources[0].line, 5);
  EXPECT_EQ(job.sources[1].path, "/map/engagement.csv");
  EXPECT_EQ(job.sources[1].key_format, KeyFormat::kText);
  EXPECT_EQ(job.sources[1].delimiter, 0);
  EXPECT_EQ(job.sources[1].header, (std::vector<std::string>{"account_id", "opened"}));
  EXPECT_EQ(job.sources[1].widths, (std::vector<std::int64_t>{6, 1'000'000}));

  ASSERT_EQ(job.columns.size(), 3U);
  EXPECT_EQ(job.columns[0].column.text, "employees");
  EXPECT_EQ(job.columns[0].column.line, 17);
  EXPECT_EQ(job.columns[0].type, ColumnType::kNumber);
  EXPECT_EQ(job.columns[0].min, 1.0);
  EXPECT_EQ(job.columns[0].max, 1e6);
  EXPECT_TRUE(job.columns[0].bad_cell_becomes_missing);
  EXPECT_EQ(job.columns[0].missing, MissingPolicy::kConstant);
  EXPECT_EQ(job.columns[0].missing_constant, 12.5);
  EXPECT_EQ(job.columns[0].decimal, DecimalMark::kComma);
  EXPECT_EQ(job.columns[1].date_order, DateOrder::kMonthFirst);
  EXPECT_EQ(job.columns[2].column.text, "crm.Größe");
  EXPECT_EQ(job.columns[2].merge.at("soft ware"), "software \"x\"");

  ASSERT_EQ(job.macros.size(), 2U);
  ASSERT_EQ(job.macros[0].bands.size(), 3U);
  EXPECT_FALSE(job.macros[0].bands[0].from.has_value());
  EXPECT_EQ(job.macros[0].bands[1].below, 51.5);
  EXPECT_FALSE(job.macros[0].bands[2].below.has_value());
  ASSERT_EQ(job.macros[1].groups.size(), 2U);
  EXPECT_EQ(job.macros[1].groups[0].name, "Zeta") << "the order of the file, not of the alphabet";
  EXPECT_EQ(job.macros[1].groups[1].name, "A / B");
  EXPECT_EQ(job.macros[1].groups[0].values, (std::vector<std::string>{"software", "hardware"}));
}

TEST_F(WholeJob, KeepsValueKpisAndSegmentations) {
  const JobFolder folder;
  const Job job = load_job(folder.write(kWhole), {});
  EXPECT_EQ(job.value.column.text, "revenue");
  EXPECT_EQ(job.value.customer.text, "is_customer");
  EXPECT_EQ(job.value.suppress.text, "do_not_contact");
  EXPECT_EQ(job.value.best_share_of_value, 0.7);
  ASSERT_TRUE(job.duplicates);
  EXPECT_EQ(job.duplicates->name.text, "crm.company");
  EXPECT_EQ(job.duplicates->place.text, "city");
  EXPECT_EQ(job.duplicates->least, 0.9);
  ASSERT_EQ(job.kpis.size(), 4U);
  EXPECT_EQ(job.kpis[0].name, "zeta");
  EXPECT_EQ(job.kpis[0].kind, KpiKind::kRatio);
  EXPECT_EQ(job.kpis[0].denominator.text, "sent");
  EXPECT_EQ(job.kpis[1].kind, KpiKind::kRate);
  EXPECT_EQ(job.kpis[2].kind, KpiKind::kMean);
  EXPECT_EQ(job.kpis[3].kind, KpiKind::kNps);

  ASSERT_EQ(job.segmentations.size(), 2U);
  const SegmentationSpec& first = job.segmentations[0];
  EXPECT_EQ(first.population, Population::kCustomers);
  ASSERT_EQ(first.features.size(), 2U);
  EXPECT_EQ(first.features[0].transform, Transform::kLog1p);
  EXPECT_EQ(first.features[0].winsorise, 0.01);
  EXPECT_EQ(first.features[0].weight, 2.0);
  EXPECT_EQ(first.features[1].column.text, "crm.industry");
  EXPECT_EQ(first.features[1].weight, 1.0);
  EXPECT_EQ(first.scale, Scale::kRobust);
  EXPECT_EQ(first.k, 8);
  EXPECT_EQ(first.starts, 2);
  EXPECT_EQ(first.max_iterations, 20);
  EXPECT_EQ(first.tolerance, 1e-7);
  EXPECT_EQ(first.quality, Quality::kBest);
  EXPECT_EQ(first.names.at("Software · few visits"), "Tech \"Startups\"");
  EXPECT_EQ(job.segmentations[1].quality, Quality::kPlain);
  ASSERT_TRUE(first.refine.has_value());
  EXPECT_EQ(first.refine->min_accounts, 50);
  EXPECT_EQ(first.refine->max_micro, 90);
  const SegmentationSpec& second = job.segmentations[1];
  EXPECT_FALSE(second.refine.has_value());
  ASSERT_TRUE(second.initial.has_value());
  EXPECT_EQ(second.initial->path, folder.path() + "/c:entroids.h5") << "the last colon parts file and data set";
  EXPECT_EQ(second.initial->dataset, "/deep/C0");
  EXPECT_EQ(second.starts, 1) << "with initial every start would be the same";
}

/// Plain comparison of all but places.
void expect_equal(const Job& a, const Job& b) {
  EXPECT_EQ(a.resolved_toml, b.resolved_toml);
  EXPECT_EQ(a.output_path, b.output_path);
  ASSERT_EQ(a.sources.size(), b.sources.size());
  for (std::size_t i = 0; i < a.sources.size(); ++i) {
    EXPECT_EQ(a.sources[i].path, b.sources[i].path);
    EXPECT_EQ(a.sources[i].delimiter, b.sources[i].delimiter);
    EXPECT_EQ(a.sources[i].dataset, b.sources[i].dataset);
  }
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    EXPECT_EQ(a.columns[i].column.text, b.columns[i].column.text);
    EXPECT_EQ(a.columns[i].merge, b.columns[i].merge);
    EXPECT_EQ(a.columns[i].max, b.columns[i].max);
    EXPECT_EQ(a.columns[i].decimal, b.columns[i].decimal);
    EXPECT_EQ(a.columns[i].date_order, b.columns[i].date_order);
    EXPECT_EQ(a.columns[i].missing_constant, b.columns[i].missing_constant);
  }
  ASSERT_EQ(a.macros.size(), b.macros.size());
  for (std::size_t i = 0; i < a.macros.size(); ++i) {
    ASSERT_EQ(a.macros[i].bands.size(), b.macros[i].bands.size());
    ASSERT_EQ(a.macros[i].groups.size(), b.macros[i].groups.size());
    for (std::size_t g = 0; g < a.macros[i].groups.size(); ++g) {
      EXPECT_EQ(a.macros[i].groups[g].name, b.macros[i].groups[g].name);
      EXPECT_EQ(a.macros[i].groups[g].values, b.macros[i].groups[g].values);
    }
  }
  ASSERT_EQ(a.segmentations.size(), b.segmentations.size());
  for (std::size_t i = 0; i < a.segmentations.size(); ++i) {
    EXPECT_EQ(a.segmentations[i].tolerance, b.segmentations[i].tolerance);
    EXPECT_EQ(a.segmentations[i].quality, b.segmentations[i].quality);
    EXPECT_EQ(a.segmentations[i].names, b.segmentations[i].names);
    EXPECT_EQ(a.segmentations[i].features.size(), b.segmentations[i].features.size());
    EXPECT_EQ(a.segmentations[i].initial.has_value(), b.segmentations[i].initial.has_value());
    EXPECT_EQ(a.segmentations[i].refine.has_value(), b.segmentations[i].refine.has_value());
  }
}

TEST_F(WholeJob, ResolvedTextLoadsAsAnEqualJobInTheSameFolder) {
  for (const std::string_view text : {kWhole, kLeast}) {
    const JobFolder folder;
    const Job job = load_job(folder.write(text), {});
    const Job again = load_job(folder.write(job.resolved_toml), {});
    expect_equal(job, again);
  }
}

TEST_F(WholeJob, ResolvedTextDoesNotKnowTheFolderOrTheEnvironment) {
  const JobFolder folder;
  const Job here = load_job(folder.write(kWhole), {});
  EXPECT_EQ(here.resolved_toml.find(folder.path()), std::string::npos);
  ASSERT_EQ(setenv("TESSERA_TEST_ROOT", "/elsewhere", 1), 0);
  const Job there = load(kWhole);
  EXPECT_EQ(there.sources[0].path, "/elsewhere/accounts-*.csv");
  EXPECT_EQ(here.resolved_toml, there.resolved_toml);
}

TEST(LoadJob, WritesEveryDefaultOut) {
  const std::string text = load(kLeast).resolved_toml;
  for (const std::string_view line :
       {"max_quarantined = 0.05\n", "kind = \"accounts\"\n", "key_format = \"text\"\n", "delimiter = \"auto\"\n",
        "population = \"all\"\n", "scale = \"standard\"\n", "scope = \"all\"\n", "starts = 4\n",
        "max_iterations = 300\n", "tolerance = 0.0\n", "quality = \"plain\"\n",
        "path = \"results/{name}/{night}.h5\"\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
}

TEST(LoadJob, TakesAMatrixWithAllItsColumns) {
  const JobFolder folder;
  const Job job =
      load_job(folder.write("name = 'peer'\nsource = [{ name = 'm', kind = 'matrix', path = 'x.h5', dataset = 'X' }]\n"
                            "[[segmentation]]\nname = 's'\nfeatures = 'all'\nk = 2\nscale = 'none'\n"),
               {});
  EXPECT_EQ(job.sources[0].kind, SourceKind::kMatrix);
  EXPECT_EQ(job.sources[0].dataset, "X");
  EXPECT_TRUE(job.sources[0].key.empty());
  EXPECT_TRUE(job.segmentations[0].all_features);
  EXPECT_EQ(job.segmentations[0].scale, Scale::kNone);
  expect_equal(job, load_job(folder.write(job.resolved_toml), {}));
}

TEST(LoadJob, ASourceThatNamesItsColumnsResolvesToItself) {
  for (const std::string path : {"last-night.h5", "deep/other.hdf5"}) {
    std::string text(kLeast);
    const std::size_t begin = text.find("path = ");
    text.replace(begin, text.find('\n', begin) - begin, "path = '" + path + "'");
    const Job job = load(text);
    EXPECT_EQ(load(job.resolved_toml).resolved_toml, job.resolved_toml) << path;
  }
}

TEST(LoadJob, LooksForDuplicatesOnlyWhereAsked) {
  EXPECT_FALSE(load(kLeast).duplicates);
  const Job job = load(std::string(kLeast) + "[duplicates]\nname = 'company'\n");
  EXPECT_TRUE(job.duplicates->place.empty());
  EXPECT_NE(job.resolved_toml.find("[duplicates]\nname = \"company\"\nleast = 0.85\n"), std::string::npos);
}

TEST(LoadJob, TakesByteOrderMarkAndCrLf) {
  std::string text = "\xef\xbb\xbf";
  for (const char c : kLeast) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(load(text).resolved_toml, load(kLeast).resolved_toml);
}

TEST(LoadJob, APathThatCannotBeReadIsNoInput) {
  const JobFolder folder;
  for (const std::string& path : {folder.path() + "/absent.toml", folder.path()}) {
    try {
      (void)load_job(path, {});
      FAIL() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kNoInput);
      EXPECT_EQ(std::string(error.what()).rfind(path, 0), 0U) << error.what();
    }
  }
}

TEST(LoadJob, RelativePathsAreRelativeToTheJobFileNotToTheCaller) {
  const JobFolder folder;
  const std::string file = folder.write(kLeast);
  const std::string relative = std::filesystem::relative(file, std::filesystem::current_path()).string();
  const Job job = load_job(relative, {});
  EXPECT_TRUE(std::filesystem::path(job.sources[0].path).is_absolute());
  EXPECT_EQ(std::filesystem::path(job.sources[0].path).lexically_normal().string(),
            std::filesystem::weakly_canonical(folder.path()).string() + "/crm/accounts-*.csv");
}

}  // namespace
}  // namespace tessera
