#include "prepare/feature_columns.hpp"

#include <gtest/gtest.h>

#include "tessera/errors.hpp"

namespace tessera {
namespace {

AccountTable one_account() {
  AccountTable accounts;
  accounts.n_global = accounts.n_local = 1;
  accounts.columns = {{"crm", "employees", ColumnType::kNumber, NumberColumn{{5.0}}},
                      {"crm", "industry", ColumnType::kCategory, CategoryColumn{{0}, {"x"}}},
                      {"crm", "score", ColumnType::kNumber, NumberColumn{{1.0}}},
                      {"map", "score", ColumnType::kNumber, NumberColumn{{2.0}}},
                      {"crm", "note", ColumnType::kText, TextColumn{}}};
  return accounts;
}

SegmentationSpec with_features(const std::vector<std::string>& names) {
  SegmentationSpec segmentation;
  segmentation.name = "expansion";
  for (const std::string& name : names) segmentation.features.push_back({.column = {name, 7, 13}});
  return segmentation;
}

std::string refusal(const SegmentationSpec& segmentation) {
  Job job;
  job.file = "night.toml";
  try {
    static_cast<void>(feature_columns(one_account(), job, segmentation));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadJob);
    EXPECT_TRUE(error.everywhere());
    return error.what();
  }
  return "accepted";
}

TEST(FeatureColumns, TakeTheColumnsOwnPolicyOrTheDefaultOfItsType) {
  Job job;
  ColumnSpec employees;
  employees.column = {"crm.employees"};
  employees.missing = MissingPolicy::kConstant;
  employees.missing_constant = 3.0;
  ColumnSpec score;
  score.column = {"map.score"};
  score.missing = MissingPolicy::kQuarantine;
  job.columns = {employees, score};
  const AccountTable accounts = one_account();
  const auto features = feature_columns(accounts, job, with_features({"employees", "map.score", "industry"}));
  ASSERT_EQ(features.size(), 3U);
  EXPECT_EQ(features[0].name, "crm.employees");
  EXPECT_EQ(features[0].missing, MissingPolicy::kConstant);
  EXPECT_EQ(features[0].missing_constant, 3.0);
  EXPECT_EQ(features[1].source.column, &accounts.columns[3]);
  EXPECT_EQ(features[1].missing, MissingPolicy::kMedian);
  EXPECT_EQ(features[2].missing, MissingPolicy::kUnknown);
}

TEST(FeatureColumns, RefusalsNamePlaceAndColumn) {
  EXPECT_EQ(refusal(with_features({"employees"})), "accepted");
  EXPECT_TRUE(refusal(with_features({"revenue"}))
                  .starts_with("night.toml:7:13: segmentation \"expansion\": feature \"revenue\""));
  EXPECT_NE(refusal(with_features({"score"})).find("more than one source"), std::string::npos);
  EXPECT_NE(refusal(with_features({"note"})).find("is text"), std::string::npos);
  SegmentationSpec all;
  all.all_features = true;
  EXPECT_NE(refusal(all).find("matrix"), std::string::npos);
}

}  // namespace
}  // namespace tessera
