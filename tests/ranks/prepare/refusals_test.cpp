#include <gtest/gtest.h>

#include "company.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

using test::Company;
using test::feature;
using test::Outcome;
using test::prepared;
using test::segmentation;

void expect_refusal(const Company& company, const SegmentationSpec& spec, ExitCode code, const std::string& words) {
  try {
    static_cast<void>(prepared(company.even_slice(), spec));
    ADD_FAILURE() << "accepted: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_TRUE(error.everywhere());
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(Refusals, MoreSegmentsThanAccountsNamesBoth) {
  const Company company = Company(5).number("x", {1, 2, 3, 4, 5});
  expect_refusal(company, segmentation(Scale::kStandard, {feature("x")}, 6), ExitCode::kBadJob,
                 "k = 6 is more than the 5 accounts");
  EXPECT_EQ(prepared(company.even_slice(), segmentation(Scale::kStandard, {feature("x")}, 5)).prepared.n_global, 5U);
}

TEST(Refusals, AnEmptyPopulation) {
  expect_refusal(Company(0).number("x", {}), segmentation(Scale::kStandard, {feature("x")}), ExitCode::kBadData,
                 "no accounts");
  SegmentationSpec prospects = segmentation(Scale::kStandard, {feature("x")});
  prospects.population = Population::kProspects;  // without [value] customer there are none
  expect_refusal(Company(2).number("x", {1, 2}), prospects, ExitCode::kBadData, "no accounts");
}

TEST(LeftOut, WhereNothingTellsAccountsApartTheyAreAllAlike) {
  for (const Company& company : {Company(3).number("x", {7, 7, 7}), Company(1).number("x", {7}),
                                 Company(2).category("x", {0, 0}, {"a"}), Company(2).number("x", {kNaN, kNaN})}) {
    const Outcome outcome = prepared(company.even_slice(), segmentation(Scale::kStandard, {feature("x")}));
    ASSERT_EQ(outcome.prepared.encoding.d(), 1);
    EXPECT_EQ(outcome.prepared.encoding.features[0].weight, 0.0);
    for (std::size_t i = 0; i < outcome.prepared.rows.size(); ++i) EXPECT_EQ(outcome.prepared.tiles.at(i, 0), 0.0F);
    EXPECT_NE(outcome.warnings.back().find("no feature tells"), std::string::npos);
  }
}

TEST(Refusals, AColumnTooWideForDouble) {
  expect_refusal(Company(2).number("x", {-1.7e308, 1.7e308}), segmentation(Scale::kStandard, {feature("x")}),
                 ExitCode::kBadData, "crm.x");
}

TEST(Refusals, AnUnknownColumn) {
  expect_refusal(Company(2).number("x", {1, 2}), segmentation(Scale::kStandard, {feature("y")}), ExitCode::kBadJob,
                 "\"y\"");
}

TEST(LeftOut, ConstantAndEmptyColumnsAreNamed) {
  Company company(4);
  company.number("x", {1, 2, 3, 4}).number("same", {5, 5, 5, 5}).number("empty", {kNaN, kNaN, kNaN, kNaN});
  company.flag("always", {1, 1, 1, 1}).number("gaps", {kNaN, 2, 2, kNaN});
  const Outcome result =
      prepared(company.even_slice(), segmentation(Scale::kStandard, {feature("same"), feature("x"), feature("empty"),
                                                                     feature("always"), feature("gaps")}));
  EXPECT_EQ(result.prepared.encoding.d(), 1);
  EXPECT_EQ(result.warnings, (std::vector<std::string>{
                                 "segmentation \"expansion\": crm.same is 5 for every account, and is left out",
                                 "segmentation \"expansion\": crm.empty has no value, and is left out",
                                 "segmentation \"expansion\": crm.always is yes for every account, and is left out",
                                 "segmentation \"expansion\": crm.gaps is 2 for every account, and is left out"}));
}

TEST(LeftOut, BoundsThatMeetLeaveNothing) {
  std::vector<double> values(100, 0.0);
  values[0] = 9.0;
  FeatureSpec bounded = feature("rare");
  bounded.winsorise = 0.05;
  const Company company = Company(100).number("rare", values).number("x", test::normals(1, 100, 0.0, 1.0));
  const Outcome result = prepared(company.even_slice(), segmentation(Scale::kStandard, {bounded, feature("x")}));
  EXPECT_EQ(result.prepared.encoding.d(), 1);
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_NE(result.warnings[0].find("crm.rare is 0 for every account once winsorised"), std::string::npos);
}

TEST(LeftOut, AFeatureLostBesideAWiderOneIsSaid) {
  const Company company =
      Company(50).number("revenue", test::normals(1, 50, 0.0, 1e9)).number("rating", test::normals(2, 50, 3.0, 1.0));
  const Outcome result =
      prepared(company.even_slice(), segmentation(Scale::kNone, {feature("revenue"), feature("rating")}));
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_NE(result.warnings[0].find("crm.rating"), std::string::npos);
}

}  // namespace
}  // namespace tessera
