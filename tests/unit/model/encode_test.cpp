#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "core/grid.hpp"
#include "core/special_numbers.hpp"
#include "model/block_encoder.hpp"
#include "model/encoder.hpp"
#include "tessera/errors.hpp"
#include "tessera/model.hpp"

namespace tessera {
namespace {

AccountTable table(std::size_t n, std::vector<Column> columns) {
  AccountTable accounts;
  accounts.n_global = accounts.n_local = n;
  accounts.keys.resize(n);
  accounts.columns = std::move(columns);
  return accounts;
}

Column numbers(const std::string& name, std::vector<double> values) {
  return {"crm", name, ColumnType::kNumber, NumberColumn{std::move(values)}};
}

Column categories(const std::string& name, std::vector<std::int32_t> codes, std::vector<std::string> texts) {
  return {"crm", name, ColumnType::kCategory, CategoryColumn{std::move(codes), std::move(texts)}};
}

std::vector<std::uint32_t> all_rows(const AccountTable& accounts) {
  std::vector<std::uint32_t> rows(accounts.n_local);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

std::vector<double> unrounded(const FeatureEncoding& encoding, const AccountTable& accounts,
                              const std::vector<std::uint32_t>& rows) {
  std::vector<double> out(rows.size() * encoding.features.size(), kNaN);
  BlockEncoder(encoding, accounts).encode(rows, 1, {nullptr, out, {}});
  return out;
}

EncodedFeature indicator(const std::string& column, const std::string& category) {
  EncodedFeature feature;
  feature.column = column;
  feature.name = column + " = " + category;
  feature.category = category;
  feature.is_indicator = true;
  return feature;
}

TEST(Encode, ANumberGoesThroughItsStepsInOrder) {
  const std::vector<double> cells = {kNaN, 0.0, 3.0, -3.0, 1e6, -1e6, 1e18};
  const AccountTable accounts = table(cells.size(), {numbers("employees", cells)});
  FeatureEncoding encoding;
  EncodedFeature& feature = encoding.features.emplace_back();
  feature.column = "crm.employees";
  feature.transform = Transform::kLog1p;
  feature.fill = 7.0;
  feature.low = -2.0;
  feature.high = 12.0;
  feature.offset = 1.5;
  feature.scale = 0.75;
  feature.clip = 6.0;
  feature.weight = 2.0;
  const std::vector<double> out = unrounded(encoding, accounts, all_rows(accounts));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    double x = std::isnan(cells[i]) ? 7.0 : cells[i];
    x = std::copysign(std::log1p(std::fabs(x)), x);
    x = std::clamp(x, -2.0, 12.0);
    const double expected = std::clamp((x - 1.5) / 0.75, -6.0, 6.0) * std::sqrt(2.0);
    EXPECT_NEAR(out[i], expected, 1e-14) << "cell " << cells[i];
  }
  EXPECT_EQ(out[6], 6.0 * std::sqrt(2.0));
}

TEST(Encode, ClippedAccountsAreCounted) {
  const AccountTable accounts = table(5, {numbers("x", {-9.0, -2.0, 0.0, 2.0, 9.0})});
  FeatureEncoding encoding;
  encoding.features.emplace_back().column = "x";
  encoding.features[0].clip = 2.0;
  std::vector<std::int64_t> clipped(1, 0);
  const FeatureTiles tiles = encode_counting(encoding, accounts, all_rows(accounts), 1, clipped);
  EXPECT_EQ(clipped[0], 2);
  EXPECT_EQ(tiles.at(0, 0), -2.0F);
  EXPECT_EQ(tiles.at(3, 0), 2.0F);
}

TEST(Encode, TilesHoldTheRoundedUnroundedValues) {
  constexpr std::size_t kAccounts = 1003;  // neither whole blocks nor whole tiles
  std::mt19937_64 bits(5);
  std::vector<double> cells(kAccounts);
  std::vector<std::int32_t> codes(kAccounts);
  std::vector<std::int8_t> flags(kAccounts);
  std::vector<std::int32_t> days(kAccounts);
  for (std::size_t i = 0; i < kAccounts; ++i) {
    cells[i] = bits() % 11 == 0 ? kNaN : static_cast<double>(bits() % 100000) / 7.0;
    codes[i] = static_cast<std::int32_t>(bits() % 4) - 1;
    flags[i] = static_cast<std::int8_t>(static_cast<int>(bits() % 3) - 1);
    days[i] = bits() % 5 == 0 ? kMissingDate : static_cast<std::int32_t>(bits() % 20000) - 10000;
  }
  const AccountTable accounts = table(kAccounts, {numbers("x", cells),
                                                  categories("c", codes, {"a", "b", "ç"}),
                                                  {"crm", "f", ColumnType::kFlag, FlagColumn{flags}},
                                                  {"crm", "t", ColumnType::kDate, DateColumn{days}}});
  FeatureEncoding encoding;
  encoding.exponent = -3;
  for (const char* column : {"x", "f", "t"}) {
    EncodedFeature& feature = encoding.features.emplace_back();
    feature.column = column;
    feature.fill = 0.5;
    feature.offset = 0.1;
    feature.scale = 1234.5;
    feature.weight = 3.0;
  }
  encoding.features.push_back(indicator("c", "ç"));
  encoding.features.back().offset = 1.0 / 3.0;
  std::vector<std::uint32_t> rows = all_rows(accounts);
  std::erase_if(rows, [](std::uint32_t row) { return row % 7 == 3; });
  const std::vector<double> own_units = unrounded(encoding, accounts, rows);
  for (const int threads : {1, 3}) {
    const FeatureTiles tiles = encode(encoding, accounts, rows, threads);
    ASSERT_EQ(tiles.n_local(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (int f = 0; f < encoding.d(); ++f)
        ASSERT_EQ(tiles.at(i, f), from_grid(to_grid(std::ldexp(own_units[i * 4 + static_cast<std::size_t>(f)], -3))));
    const std::size_t last = tiles.n_tiles() - 1;
    for (std::size_t lane = tiles.accounts_in(last); lane < FeatureTiles::kTileAccounts; ++lane)
      EXPECT_EQ(tiles.tile(last)[lane], 0.0F);
  }
}

TEST(Encode, CategoriesAreMatchedByTextInAnotherTable) {
  FeatureEncoding encoding;
  encoding.features = {indicator("industry", "bank"), indicator("industry", "Größe"), indicator("industry", "(other)"),
                       indicator("industry", "(unknown)")};
  encoding.features[2].is_other = true;
  encoding.features[3].is_unknown = true;
  // Another night: "bank" has another code, "Größe" is gone, "new" was never seen.
  const AccountTable accounts = table(3, {categories("industry", {1, 2, -1}, {"aero", "bank", "new"})});
  EXPECT_EQ(unrounded(encoding, accounts, all_rows(accounts)),
            (std::vector<double>{1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}));

  encoding.features.resize(2);
  EXPECT_EQ(unrounded(encoding, accounts, all_rows(accounts)), (std::vector<double>{1, 0, 0, 0, 0, 0}));
}

TEST(Encode, RowsMayBeAnySelectionInAnyOrder) {
  const AccountTable accounts = table(4, {numbers("x", {10, 11, 12, 13})});
  FeatureEncoding encoding;
  encoding.features.emplace_back().column = "x";
  EXPECT_EQ(unrounded(encoding, accounts, {3, 0, 3}), (std::vector<double>{13, 10, 13}));
  EXPECT_TRUE(unrounded(encoding, accounts, {}).empty());
  EXPECT_EQ(encode(encoding, accounts, {}, 2).n_local(), 0U);
}

TEST(Encode, AColumnThatIsGoneOrOfAnotherTypeIsNamed) {
  const AccountTable accounts =
      table(1, {numbers("x", {1.0}), categories("c", {0}, {"a"}), {"crm", "note", ColumnType::kText, TextColumn{}}});
  const auto message = [&](EncodedFeature feature) -> std::string {
    FeatureEncoding encoding;
    encoding.features.push_back(std::move(feature));
    try {
      static_cast<void>(unrounded(encoding, accounts, {}));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      return error.what();
    }
    return "no error";
  };
  EncodedFeature number;
  number.column = "revenue";
  EXPECT_NE(message(number).find("revenue"), std::string::npos);
  number.column = "c";
  EXPECT_NE(message(number).find("is a category"), std::string::npos);
  number.column = "note";
  EXPECT_NE(message(number).find("is text"), std::string::npos);
  EXPECT_NE(message(indicator("x", "a")).find("fitted on a category"), std::string::npos);
  number.column = "crm.x";
  EXPECT_EQ(message(number), "no error");
}

}  // namespace
}  // namespace tessera
