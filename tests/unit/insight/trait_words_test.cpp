#include "insight/trait_words.hpp"

#include <gtest/gtest.h>

namespace tessera::insight {
namespace {

TEST(TraitWords, ColumnsAreReadable) {
  EXPECT_EQ(spoken_column("MonthlyCharges"), "monthly charges");
  EXPECT_EQ(spoken_column("monthly_charges_usd"), "monthly charges");
  EXPECT_EQ(spoken_column("EBITDA"), "EBITDA");
  EXPECT_EQ(spoken_column("clv"), "CLV");
  EXPECT_EQ(spoken_column("Price/Earnings"), "price/earnings");
  EXPECT_EQ(spoken_column("52 Week High"), "52 week high");
  EXPECT_EQ(spoken_column("usd"), "usd");
  EXPECT_EQ(spoken_column("Größe"), "größe");
}

TEST(TraitWords, NumbersAreSaidAsPeopleSayThem) {
  EXPECT_EQ(number_in_trait("revenue_eur", Degree::kHigh), "high revenue");
  EXPECT_EQ(number_in_trait("employees", Degree::kVeryLow), "very few employees");
  EXPECT_EQ(number_in_trait("tenure", Degree::kHigh), "long tenure");
  EXPECT_EQ(number_in_trait("founded", Degree::kHigh), "founded recently");
  EXPECT_EQ(number_in_trait("orders", Degree::kNone), "no orders");
  EXPECT_EQ(number_in_trait("visits", Degree::kSome), "with visits");
  EXPECT_EQ(number_in_trait("recency_days", Degree::kLow), "recently active");
  EXPECT_EQ(number_in_trait("profits", Degree::kBelowAverage), "below-average profits");
  EXPECT_EQ(number_in_trait("average_order", Degree::kBelowAverage), "lower average order");
  EXPECT_EQ(number_in_trait("opened", Degree::kLow), "few opened");
  EXPECT_EQ(number_in_trait("revenue", Degree::kUnknown), "revenue unknown");
  EXPECT_EQ(number_in_trait("{0} {}", Degree::kHigh), "high {0} {}");
}

TEST(TraitWords, HistoriesSpeakOfWhatPeopleDo) {
  const std::string gap = history_column("orders", "gap_days"), trend = history_column("orders", "trend"),
                    share = history_column("orders", "share_Team");
  EXPECT_EQ(history_column("orders", "frequency"), "orders");
  EXPECT_EQ(history_column("orders", "monetary"), "spend");
  EXPECT_EQ(number_in_trait(gap, Degree::kLow), "frequent orders");
  EXPECT_EQ(number_in_trait(gap, Degree::kUnknown), "no repeat orders");
  EXPECT_EQ(number_in_trait(trend, Degree::kHigh), "strong spend trend");
  EXPECT_EQ(number_in_trait(share, Degree::kNone), "no team in orders");
  EXPECT_EQ(number_in_trait(share, Degree::kHigh), "high share of team in orders");
  EXPECT_TRUE(is_identifier("share_75"));
  EXPECT_EQ(negative_in_trait("Profits"), "loss-making");
  EXPECT_EQ(negative_in_trait("balance_eur"), "negative balance");
  EXPECT_EQ(number_in_trait("52 Week High", Degree::kLow), "small 52 week high");
}

TEST(TraitWords, CategoriesStandAloneWhereTheySpeakForThemselves) {
  EXPECT_EQ(category_in_trait("city_type", "Urban"), "Urban");
  EXPECT_EQ(category_in_trait("phase", "3"), "phase 3");
  EXPECT_EQ(category_in_trait("rating", "A"), "rating A");
  EXPECT_EQ(category_in_trait("engagement_level", "High"), "engagement level High");
  EXPECT_EQ(category_in_trait("Partner", "Yes"), "partner");
  EXPECT_EQ(category_in_trait("PhoneService", "No"), "no phone service");
  EXPECT_EQ(category_in_trait("converted", "no"), "not converted");
  EXPECT_EQ(category_in_trait("is_active", "false"), "not active");
  EXPECT_EQ(category_in_trait("has_website", "no"), "no website");
  EXPECT_EQ(category_in_trait("city", "Zürich"), "Zürich");
  EXPECT_EQ(category_in_trait("city", "日本"), "日本");
  EXPECT_EQ(category_in_trait("note", " two\n\tlines "), "two lines");
}

TEST(TraitWords, IdentifiersAndRemaindersNameNobody) {
  EXPECT_TRUE(is_identifier("account_id"));
  EXPECT_TRUE(is_identifier("AccountId"));
  EXPECT_TRUE(is_identifier("zip"));
  EXPECT_FALSE(is_identifier("paid"));
  EXPECT_FALSE(is_identifier("industry"));
  EXPECT_TRUE(is_remainder("Other"));
  EXPECT_TRUE(is_remainder("N/A"));
  EXPECT_FALSE(is_remainder("Otherworld Inc"));
}

}  // namespace
}  // namespace tessera::insight
