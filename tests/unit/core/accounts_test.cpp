#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "tessera/account_key.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera {
namespace {

TEST(AccountKey, IsXxh3OfTheBytes) {
  EXPECT_EQ(account_key(""), (AccountKey{0x99aa06d3014798d8, 0x6001c324468d497f}));  // XXH3's published empty hash
  EXPECT_NE(account_key("A-1"), account_key("a-1"));
  EXPECT_NE(account_key("Müller"), account_key("Mu\xcc\x88ller"));  // composed and decomposed are different bytes
  EXPECT_NE(account_key(std::string_view("a\0b", 3)), account_key("a"));
}

TEST(AccountKey, OrdersByTheUpperWordFirst) {
  EXPECT_LT((AccountKey{1, 9}), (AccountKey{2, 0}));
  EXPECT_LT((AccountKey{1, 1}), (AccountKey{1, 2}));
}

AccountTable table_with(std::initializer_list<std::pair<const char*, const char*>> names) {
  AccountTable table;
  for (const auto& [source, name] : names) {
    Column column;
    column.source = source;
    column.name = name;
    table.columns.push_back(std::move(column));
  }
  return table;
}

TEST(AccountTable, FindsByBareAndByFullName) {
  const AccountTable table =
      table_with({{"crm", "employees"}, {"crm", "industry"}, {"erp", "industry"}, {"x", "Umsätze"}});
  EXPECT_EQ(table.find("employees"), &table.columns[0]);
  EXPECT_EQ(table.find("crm.employees"), &table.columns[0]);
  EXPECT_EQ(table.find("erp.industry"), &table.columns[2]);
  EXPECT_EQ(table.find("Umsätze"), &table.columns[3]);
  EXPECT_EQ(table.find("industry"), nullptr) << "two sources have it";
  EXPECT_EQ(table.find("crm.revenue"), nullptr);
  EXPECT_EQ(table.find("crm_employees"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
}

TEST(AccountTable, AnExactBareNameWins) {
  const AccountTable table = table_with({{"a", "b.c"}, {"b", "c"}, {"a.b", "d"}, {"a", "b.d"}});
  EXPECT_EQ(table.find("b.c"), &table.columns[0]);
  EXPECT_EQ(table.find("c"), &table.columns[1]);
  EXPECT_EQ(table.find("a.b.c"), &table.columns[0]);
}

TEST(FeatureTiles, AreZeroAlignedAndAccountsInnermost) {
  FeatureTiles tiles(65, 3);
  EXPECT_EQ(tiles.n_tiles(), 2u);
  EXPECT_EQ(tiles.accounts_in(0), 64u);
  EXPECT_EQ(tiles.accounts_in(1), 1u);
  for (std::size_t t = 0; t < tiles.n_tiles(); ++t) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tiles.tile(t)) % 64, 0u);
    for (std::size_t i = 0; i < 3 * FeatureTiles::kTileAccounts; ++i) ASSERT_EQ(tiles.tile(t)[i], 0.0f);
  }
  tiles.set(64, 2, 0.5f);
  EXPECT_EQ(tiles.tile(1)[2 * FeatureTiles::kTileAccounts], 0.5f);
  EXPECT_EQ(tiles.at(64, 2), 0.5f);
}

TEST(FeatureTiles, OfNoAccountHaveNoTile) {
  EXPECT_EQ(FeatureTiles(0, 5).n_tiles(), 0u);
  EXPECT_EQ(FeatureTiles().n_tiles(), 0u);
}

TEST(Journal, KeepsWarningsAndRankZeroAloneSpeaks) {
  testing::internal::CaptureStderr();
  Journal quiet(false);
  Journal speaking(true);
  for (Journal* journal : {&quiet, &speaking}) {
    journal->warn("column {crm.größe} is constant");
    journal->info("reading");
    EXPECT_EQ(journal->warnings(), std::vector<std::string>{"column {crm.größe} is constant"});
  }
  const std::string said = testing::internal::GetCapturedStderr();
  const std::size_t first = said.find("column {crm.größe} is constant");
  EXPECT_NE(first, std::string::npos) << said;
  EXPECT_EQ(said.find("column {crm.größe}", first + 1), std::string::npos) << said;
  EXPECT_NE(said.find("reading"), std::string::npos) << said;
}

TEST(Journal, TellsHowFarAStageIsUntilItEnds) {
  testing::internal::CaptureStderr();
  {
    Journal journal(true, std::chrono::milliseconds(5));
    journal.at("nowhere");
    journal.begin_stage("kmeans");
    journal.at("iteration 57");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    journal.end_stage("kmeans", 0.1, "k = 8");
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_LT(said.find("stage kmeans\n"), said.find("stage kmeans: 0 s so far, iteration 57\n")) << said;
  EXPECT_LT(said.find("iteration 57\n"), said.find("stage kmeans took 0.10 s: k = 8\n")) << said;
  EXPECT_NE(said.find("took"), std::string::npos) << said;
  EXPECT_EQ(said.find("nowhere"), std::string::npos) << said;
}

}  // namespace
}  // namespace tessera
