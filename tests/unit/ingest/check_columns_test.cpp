#include <gtest/gtest.h>

#include <string>

#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera {
namespace {

class CheckColumns : public testing::Test {
 protected:
  CheckColumns() {
    job_.file = "night.toml";
    job_.sources.resize(2);
    job_.sources[0].name = "crm";
    job_.sources[0].key = "account_id";
    job_.sources[0].line = 5;
    job_.sources[1].name = "marketing";
    job_.sources[1].key = "account_id";
    job_.sources[1].line = 11;
    heads_.resize(2);
    heads_[0] = {"crm", {"account_id", "employees", "industry", "score", "crm.odd"}, {"accounts.csv"}, 1, 0, 0};
    heads_[1] = {"marketing", {"account_id", "clicks", "score"}, {"engagement.csv"}, 1, 0, 0};
  }

  std::string mistakes() {
    try {
      check_columns(job_, heads_);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadJob);
      return error.what();
    }
    return "";
  }
  void name_feature(const std::string& text, int line = 30) {
    job_.segmentations.resize(1);
    job_.segmentations[0].name = "expansion";
    FeatureSpec feature;
    feature.column = {text, line, 7};
    job_.segmentations[0].features.push_back(feature);
  }

  Job job_;
  std::vector<SourceHead> heads_;
};

TEST_F(CheckColumns, GoodNamesPass) {
  name_feature("employees");
  name_feature("crm.score");
  name_feature("marketing.score");
  name_feature("clicks");
  name_feature("crm.odd");
  job_.value.column = {"marketing.clicks", 20, 3};
  EXPECT_EQ(mistakes(), "");
}

TEST_F(CheckColumns, EveryMistakeAtOnceWithItsPlaceAndTheNearestName) {
  name_feature("employes", 31);
  name_feature("score", 32);
  job_.value.customer = {"crm.industri", 21, 12};
  job_.macros.resize(1);
  job_.macros[0].name = "size";
  job_.macros[0].column = {"headcount_total", 15, 10};
  job_.kpis.resize(1);
  job_.kpis[0].name = "engagement";
  job_.kpis[0].kind = KpiKind::kRatio;
  job_.kpis[0].numerator = {"clicks", 25, 1};
  job_.kpis[0].denominator = {"clikcs", 25, 30};
  job_.columns.resize(1);
  job_.columns[0].column = {"employee", 13, 10};
  job_.sources[1].key = "acount_id";
  const std::string text = mistakes();
  for (const char* part :
       {"night.toml:31:7: features of \"expansion\"", "did you mean \"employees\"?",
        "night.toml:32:7: ", "\"score\" is in several sources: write crm.score or marketing.score",
        "night.toml:21:12: [value] customer: no source has a column \"crm.industri\"; did you mean \"crm.industry\"?",
        "night.toml:15:10: [[macro]] \"size\"", "there are: account_id, employees",
        "night.toml:25:30: [kpi] engagement", "did you mean \"clicks\"?", "night.toml:13:10: [columns.employee]",
        "night.toml:11: source \"marketing\": key \"acount_id\" is no column of engagement.csv",
        "did you mean \"account_id\"?"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
}

TEST_F(CheckColumns, OneColumnHasOneTable) {
  job_.columns.resize(2);
  job_.columns[0].column = {"employees", 13, 10};
  job_.columns[1].column = {"crm.employees", 17, 10};
  EXPECT_NE(mistakes().find("night.toml:17:10: [columns.crm.employees]"), std::string::npos) << mistakes();
}

TEST_F(CheckColumns, AMatrixStandsAlone) {
  job_.sources[1].kind = SourceKind::kMatrix;
  EXPECT_NE(mistakes().find("night.toml:11: source \"marketing\": a matrix can only be the first"), std::string::npos);
  job_.sources[1].kind = SourceKind::kAccounts;
  job_.sources[0].kind = SourceKind::kMatrix;
  name_feature("employees");
  const std::string text = mistakes();
  EXPECT_NE(text.find("nothing can be joined to a matrix"), std::string::npos) << text;
  EXPECT_NE(text.find("use features = \"all\""), std::string::npos) << text;
}

TEST_F(CheckColumns, AllFeaturesNeedAMatrix) {
  job_.segmentations.resize(1);
  job_.segmentations[0].name = "expansion";
  job_.segmentations[0].all_features = true;
  job_.segmentations[0].line = 40;
  EXPECT_NE(mistakes().find("night.toml:40: segmentation \"expansion\": features = \"all\" needs a matrix"),
            std::string::npos);
}

}  // namespace
}  // namespace tessera
