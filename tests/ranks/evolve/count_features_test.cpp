#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/drift.hpp"

namespace tessera {
namespace {

using Kind = DistributionBin::Kind;

constexpr std::size_t kAccounts = 701;

double revenue_of(std::size_t i, bool later) {
  if (i % 11 == 5) return std::nan("");
  return i % 3 == 0 ? 0.0 : static_cast<double>((i * 7919) % 1000) + (later ? 100.0 : 0.0);
}
std::int32_t industry_of(std::size_t i) {
  return i % 13 == 1 ? -1 : static_cast<std::int32_t>(i % 3);
}

/// Accounts of this rank; the second of several holds nobody.
AccountTable table_of(bool later) {
  const auto ranks = static_cast<std::size_t>(test::world().size());
  const auto rank = static_cast<std::size_t>(test::world().rank());
  const auto begin_of = [&](std::size_t r) {
    return r == 2 ? kAccounts / ranks : std::min(kAccounts, r * kAccounts / ranks);
  };
  const std::size_t begin = begin_of(rank), end = rank + 1 == ranks ? kAccounts : begin_of(rank + 1);
  AccountTable table;
  table.n_global = kAccounts;
  table.first_global = begin;
  table.n_local = end - begin;
  NumberColumn revenue, secret;
  CategoryColumn industry{{}, {"banking", "mining", "software"}};
  FlagColumn customer;
  for (std::size_t i = begin; i < begin + table.n_local; ++i) {
    revenue.values.push_back(revenue_of(i, later));
    industry.codes.push_back(industry_of(i));
    customer.values.push_back(static_cast<std::int8_t>(i % 3) - 1);
    secret.values.push_back(1.0);
  }
  table.columns.push_back({"crm", "revenue", ColumnType::kNumber, std::move(revenue)});
  table.columns.push_back({"crm", "industry", ColumnType::kCategory, std::move(industry)});
  table.columns.push_back({"crm", "is_customer", ColumnType::kFlag, std::move(customer)});
  table.columns.push_back({"crm", "secret", ColumnType::kNumber, std::move(secret)});
  table.columns.back().is_sensitive = true;
  return table;
}

SegmentationSpec segmentation() {
  SegmentationSpec spec;
  for (const char* name : {"revenue", "crm.industry", "revenue", "secret"}) {
    spec.features.emplace_back();
    spec.features.back().column.text = name;
  }
  spec.refine = RefineSpec{};
  spec.refine->features.emplace_back();
  spec.refine->features.back().column.text = "is_customer";
  return spec;
}

FeatureCounts counts_of(bool later, const std::vector<std::vector<FeatureDistribution>>& nights = {}) {
  Journal journal(false);
  const Context context{test::world(), journal, test::threads()};
  const AccountTable table = table_of(later);
  std::vector<std::uint32_t> rows(table.n_local);
  std::iota(rows.begin(), rows.end(), 0U);
  return count_features(context, table, segmentation(), rows, nights);
}

/// Accounts of the whole company in a bin of a range, by what the bin says of itself.
std::int64_t by_hand(const std::vector<DistributionBin>& bins, std::size_t b, bool later) {
  const auto is_point = [&](double x) {
    return std::ranges::any_of(bins, [&](const DistributionBin& bin) {
      return bin.kind == Kind::kRange && bin.low == bin.high && bin.low == x;
    });
  };
  std::int64_t accounts = 0;
  for (std::size_t i = 0; i < kAccounts; ++i) {
    const double x = revenue_of(i, later);
    const bool is_here = bins[b].kind == Kind::kMissing ? std::isnan(x)
                         : is_point(x)                  ? bins[b].low == x && bins[b].high == x
                                                        : bins[b].low <= x && x < bins[b].high;
    accounts += is_here ? 1 : 0;
  }
  return accounts;
}

TEST(CountFeatures, EveryAccountIsInOneBin) {
  const FeatureCounts counts = counts_of(false);
  ASSERT_EQ(counts.tonight.size(), 3U) << "each once, and none of the sensitive";
  EXPECT_EQ(counts.tonight[0].column, "crm.revenue");
  EXPECT_EQ(counts.tonight[2].column, "crm.is_customer");
  for (const FeatureDistribution& feature : counts.tonight) {
    std::int64_t accounts = 0;
    for (const DistributionBin& bin : feature.bins) accounts += bin.accounts;
    EXPECT_EQ(accounts, static_cast<std::int64_t>(kAccounts)) << feature.column;
  }
  const auto& bins = counts.tonight[0].bins;
  EXPECT_TRUE(std::ranges::any_of(bins, [](const auto& bin) { return bin.low == 0.0 && bin.high == 0.0; }))
      << "a third of the accounts have 0";
  for (std::size_t b = 0; b < bins.size(); ++b) EXPECT_EQ(bins[b].accounts, by_hand(bins, b, false)) << b;
  const auto& industries = counts.tonight[1].bins;
  ASSERT_EQ(industries.size(), 5U);
  std::int64_t banking = 0;
  for (std::size_t i = 0; i < kAccounts; ++i) banking += industry_of(i) == 0 ? 1 : 0;
  EXPECT_EQ(industries[0].category, "banking");
  EXPECT_EQ(industries[0].accounts, banking);
  EXPECT_EQ(industries[3].accounts, 0) << "no other categories";
}

TEST(CountFeatures, ANightIsCountedInAnothersBins) {
  std::vector<FeatureDistribution> then = counts_of(false).tonight;
  then.push_back({"crm.gone", ColumnType::kNumber, then[0].bins});
  then[1].type = ColumnType::kFlag;
  const FeatureCounts counts = counts_of(true, {then, counts_of(true).tonight});
  ASSERT_EQ(counts.in_bins_of.size(), 2U);
  const auto& bins = counts.in_bins_of[0][0].bins;
  ASSERT_EQ(bins.size(), then[0].bins.size());
  for (std::size_t b = 0; b < bins.size(); ++b) EXPECT_EQ(bins[b].accounts, by_hand(bins, b, true)) << b;
  EXPECT_TRUE(counts.in_bins_of[0][1].bins.empty()) << "of another type";
  EXPECT_TRUE(counts.in_bins_of[0][3].bins.empty()) << "not there";
  EXPECT_GT(feature_drift(then[0], counts.in_bins_of[0][0]).index, 0.1);
  for (std::size_t f = 0; f < 3; ++f) EXPECT_EQ(feature_drift(counts.tonight[f], counts.in_bins_of[1][f]).index, 0.0);
}

}  // namespace
}  // namespace tessera
