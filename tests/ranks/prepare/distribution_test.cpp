#include <gtest/gtest.h>

#include <bit>

#include "company.hpp"

namespace tessera {
namespace {

using test::Company;
using test::feature;
using test::Outcome;
using test::prepared;
using test::segmentation;

Company company_of_all_kinds(std::size_t n) {
  std::vector<double> skewed = test::normals(1, n, 3.0, 2.0);
  std::vector<double> huge = test::normals(2, n, 1.0, 1e18);
  std::vector<std::int32_t> codes(n);
  std::vector<std::int8_t> flags(n);
  std::vector<std::int32_t> days(n);
  for (std::size_t i = 0; i < n; ++i) {
    skewed[i] = i % 9 == 4 ? kNaN : std::exp(skewed[i]);
    codes[i] = static_cast<std::int32_t>(i * i % 7) - 1;
    flags[i] = static_cast<std::int8_t>(static_cast<int>(i % 5) - 1 > 0 ? 1 : static_cast<int>(i % 5) - 1);
    days[i] = i % 11 == 0 ? kMissingDate : static_cast<std::int32_t>(i * 37 % 5000);
  }
  return Company(n)
      .number("skewed", skewed)
      .number("huge", huge)
      .category("industry", codes, {"a", "b", "c", "d", "e", "f"})
      .flag("is_customer", flags)
      .date("since", days);
}

std::vector<FeatureSpec> all_features() {
  std::vector<FeatureSpec> features = {feature("skewed"), feature("huge"), feature("industry"), feature("is_customer"),
                                       feature("since")};
  features[0].transform = Transform::kLog1p;
  features[1].winsorise = 0.01;
  features[2].weight = 0.3;
  return features;
}

void expect_same_bits(const Outcome& a, const Outcome& b) {
  ASSERT_EQ(a.prepared.encoding.exponent, b.prepared.encoding.exponent);
  ASSERT_EQ(a.prepared.encoding.d(), b.prepared.encoding.d());
  for (std::size_t f = 0; f < a.prepared.encoding.features.size(); ++f) {
    const EncodedFeature& x = a.prepared.encoding.features[f];
    const EncodedFeature& y = b.prepared.encoding.features[f];
    EXPECT_EQ(x.name, y.name);
    for (const auto member :
         {&EncodedFeature::fill, &EncodedFeature::low, &EncodedFeature::high, &EncodedFeature::offset,
          &EncodedFeature::scale, &EncodedFeature::clip, &EncodedFeature::weight})
      EXPECT_EQ(std::bit_cast<std::uint64_t>(x.*member), std::bit_cast<std::uint64_t>(y.*member)) << x.name;
    EXPECT_EQ(x.clipped, y.clipped);
  }
  EXPECT_EQ(test::all_values(a.prepared.tiles), test::all_values(b.prepared.tiles));
  EXPECT_EQ(a.warnings, b.warnings);
}

TEST(Distribution, TheSameBitsHoweverAccountsLieOnRanksAndThreads) {
  const int last_rank = test::world().size() - 1;
  for (const std::size_t n : {std::size_t{2}, std::size_t{5}, std::size_t{1500}}) {
    const Company company = company_of_all_kinds(n);
    for (const Scale scale : {Scale::kStandard, Scale::kRobust, Scale::kMinMax, Scale::kNone}) {
      const SegmentationSpec spec = segmentation(scale, all_features());
      const Outcome together = prepared(company.all_on(0), spec);
      expect_same_bits(together, prepared(company.even_slice(), spec));
      expect_same_bits(together, prepared(company.even_slice(), spec, {}, 3));
      expect_same_bits(together, prepared(company.all_on(last_rank), spec));
    }
  }
}

TEST(Distribution, RowsKeysAndCountAreThePopulations) {
  constexpr std::size_t kAccounts = 101;
  Job job;
  job.value.customer = {"is_customer"};
  SegmentationSpec spec = segmentation(Scale::kStandard, all_features());
  spec.population = Population::kCustomers;
  const AccountTable accounts = company_of_all_kinds(kAccounts).even_slice();
  const Prepared result = prepared(accounts, spec, job).prepared;
  EXPECT_EQ(result.rows, population_rows(accounts, job.value, Population::kCustomers));
  EXPECT_EQ(result.n_global, 60U);  // i % 5 in {2, 3, 4}
  ASSERT_EQ(result.keys.size(), result.rows.size());
  EXPECT_EQ(result.tiles.n_local(), result.rows.size());
  for (std::size_t i = 0; i < result.rows.size(); ++i) EXPECT_EQ(result.keys[i], accounts.key(result.rows[i]));
}

}  // namespace
}  // namespace tessera
