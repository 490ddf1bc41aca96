#include <fmt/format.h>
#include <gtest/gtest.h>

#include "company.hpp"

namespace tessera {
namespace {

using test::Company;
using test::feature;
using test::prepared;
using test::segmentation;

std::vector<std::string> names(const FeatureEncoding& encoding) {
  std::vector<std::string> found;
  for (const EncodedFeature& encoded : encoding.features) found.push_back(encoded.name);
  return found;
}

double squared_distance(const std::vector<float>& values, std::size_t d, std::size_t a, std::size_t b, int exponent) {
  double sum = 0.0;
  for (std::size_t f = 0; f < d; ++f) {
    const double difference = std::ldexp(static_cast<double>(values[a * d + f]) - values[b * d + f], -exponent);
    sum += difference * difference;
  }
  return sum;
}

TEST(Categories, TwoDifferentOnesLieTwoWeightsApart) {
  const Company company = Company(6).category("industry", {0, 1, 2, 0, -1, 1}, {"Größe", "bank", "软件"});
  FeatureSpec spec = feature("industry");
  spec.weight = 3.0;
  const std::vector<std::pair<Scale, double>> expected = {
      {Scale::kStandard, 6.0}, {Scale::kRobust, 6.0}, {Scale::kMinMax, 3.0}, {Scale::kNone, 6.0}};
  for (const auto& [scale, distance] : expected) {
    const Prepared result = prepared(company.even_slice(), segmentation(scale, {spec})).prepared;
    ASSERT_EQ(names(result.encoding), (std::vector<std::string>{"crm.industry = Größe", "crm.industry = bank",
                                                                "crm.industry = 软件", "crm.industry = (unknown)"}));
    const std::vector<float> values = test::all_values(result.tiles);
    const int exponent = result.encoding.exponent;
    EXPECT_NEAR(squared_distance(values, 4, 0, 1, exponent), distance, 1e-5);
    EXPECT_NEAR(squared_distance(values, 4, 2, 4, exponent), distance, 1e-5);
    EXPECT_EQ(squared_distance(values, 4, 0, 3, exponent), 0.0);
  }
}

TEST(Categories, TheRarestShareOneIndicator) {
  // 70 categories: c00 … c59 twice, c60 … c69 once. Four of the latter get an indicator, the first by name.
  std::vector<std::int32_t> codes;
  std::vector<std::string> texts;
  for (std::int32_t code = 0; code < 72; ++code) texts.push_back(fmt::format("c{:02}", code));  // two are in no account
  for (std::int32_t code = 0; code < 60; ++code) codes.insert(codes.end(), {code, code});
  for (std::int32_t code = 60; code < 70; ++code) codes.push_back(code);
  const Company company = Company(codes.size()).category("industry", codes, texts);
  const test::Outcome result = prepared(company.even_slice(), segmentation(Scale::kStandard, {feature("industry")}));
  const auto& features = result.prepared.encoding.features;
  ASSERT_EQ(features.size(), 65U);
  EXPECT_EQ(features[63].category, "c63");
  EXPECT_TRUE(features[64].is_other);
  EXPECT_DOUBLE_EQ(features[64].offset, 6.0 / 130.0);
  const std::vector<float> values = test::all_values(result.prepared.tiles);
  for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(values[i * 65 + 64] > 0.0F, codes[i] >= 64) << i;
}

TEST(Categories, OneAloneTellsNothing) {
  const Company company = Company(4)
                              .category("same", {0, 0, 0, 0}, {"x", "y"})
                              .category("gone", {-1, -1, -1, -1}, {})
                              .flag("f", {1, 0, 1, 1});
  const test::Outcome result =
      prepared(company.even_slice(), segmentation(Scale::kStandard, {feature("same"), feature("gone"), feature("f")}));
  EXPECT_EQ(names(result.prepared.encoding), std::vector<std::string>{"crm.f"});
  ASSERT_EQ(result.warnings.size(), 2U);
  EXPECT_EQ(result.warnings[0], "segmentation \"expansion\": crm.same is \"x\" for every account, and is left out");
  EXPECT_EQ(result.warnings[1], "segmentation \"expansion\": crm.gone has no value, and is left out");
}

TEST(Categories, ACategoryCalledOtherHasItsOwnName) {
  std::vector<std::int32_t> codes;
  std::vector<std::string> texts = {"(other)"};
  for (std::int32_t code = 0; code < 70; ++code) codes.push_back(code);
  for (std::int32_t code = 1; code < 70; ++code) texts.push_back(fmt::format("c{:02}", code));
  const Company company = Company(codes.size()).category("c", codes, texts);
  const Prepared result = prepared(company.even_slice(), segmentation(Scale::kNone, {feature("c")})).prepared;
  EXPECT_EQ(result.encoding.features.front().name, "crm.c = (other)");
  EXPECT_EQ(result.encoding.features.back().name, "crm.c = (other) (2)");
}

}  // namespace
}  // namespace tessera
