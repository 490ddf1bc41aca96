#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;

TEST(Join, FurtherSourcesAddColumnsToAccountsTheyKnow) {
  Sources sources;
  sources.write("crm.csv", "id,employees,sector\n1,10,tech\n2,20,bank\n3,,tech\n2,25,bank\n");
  sources.write("web.csv", "id,clicks,seen\n3,7,2024-01-02\n9,1,2024-01-01\n2,5,2024-01-05\n9,2,2024-01-01\n2,6,NA\n");
  sources.source("crm.csv");
  sources.source("web.csv");
  sources.type("seen", ColumnType::kDate);
  const Ingested ingested = sources.ingest(8);
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order({"1 employees=10 sector=tech clicks=~ seen=~",
                                      "2 employees=25 sector=bank clicks=6 seen=~",
                                      "3 employees=~ sector=tech clicks=7 seen=19724"}));
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), "4 3 1 0 0");
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "5 2 1 2 0");
  EXPECT_EQ(ingested.accounts.columns[2].full_name(), "web.clicks");
}

TEST(Join, TheLastRowWinsWhicheverRankReadsItUnlessItIsQuarantined) {
  Sources sources;
  std::string text = "id,x\n";
  for (int i = 0; i < 200; ++i) text += fmt::format("A,{}\nB{},{}\nA,bad\n", i, i, i);
  sources.write("crm.csv", text);
  sources.source("crm.csv");
  sources.type("x", ColumnType::kNumber);
  const Ingested ingested = sources.ingest(16);
  const Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(accounts.size(), 201U);
  EXPECT_NE(std::find(accounts.begin(), accounts.end(), "A x=199"), accounts.end());
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), "600 201 199 0 200");
}

TEST(Join, MissingMarksAndCellsSetMissing) {
  Sources sources;
  sources.write("crm.csv",
                "id,x,f,d,c\n1,NA,n/a,null,None\n2,nan, - ,.,?\n3, ,,N/A,\n4,oops,perhaps,30/30/2024,fine\n"
                "5,-3,yes,2024-01-01,fine \n6,1,no,2024-01-01,typo\n7,,no,2024-01-01,fine\n");
  sources.source("crm.csv");
  ColumnSpec& x = sources.column("x");
  x.type = ColumnType::kNumber;
  x.min = 0.0;
  x.bad_cell_becomes_missing = true;
  ColumnSpec& f = sources.column("f");
  f.type = ColumnType::kFlag;
  f.bad_cell_becomes_missing = true;
  ColumnSpec& d = sources.column("d");
  d.type = ColumnType::kDate;
  d.bad_cell_becomes_missing = true;
  ColumnSpec& c = sources.column("c");
  c.type = ColumnType::kCategory;
  c.merge = {{"typo", "fine"}};
  const Ingested ingested = sources.ingest(4);
  EXPECT_EQ(
      test::accounts_of(ingested.accounts),
      test::in_canonical_order({"1 x=~ f=~ d=~ c=~", "2 x=~ f=~ d=~ c=~", "3 x=~ f=~ d=~ c=~", "4 x=~ f=~ d=~ c=fine",
                                "5 x=~ f=1 d=19723 c=fine", "6 x=1 f=0 d=19723 c=fine", "7 x=~ f=0 d=19723 c=fine"}));
  EXPECT_TRUE(test::quarantine_of(ingested.report).empty());
}

TEST(Join, MissingIsRefusedWhereTheJobSaysSo) {
  Sources sources;
  sources.write("crm.csv", "id,x\n1,5\n2,NA\n3,-1\n4,101\n5,inf\n6,1e400\n");
  sources.source("crm.csv");
  ColumnSpec& x = sources.column("x");
  x.type = ColumnType::kNumber;
  x.missing = MissingPolicy::kQuarantine;
  x.min = 0.0;
  x.max = 100.0;
  const Ingested ingested = sources.ingest(3);
  EXPECT_EQ(test::accounts_of(ingested.accounts), Texts{"1 x=5"});
  EXPECT_EQ(test::quarantine_of(ingested.report),
            (Texts{"crm.csv:3 x: missing [NA]", "crm.csv:4 x: below the minimum of 0 [-1]",
                   "crm.csv:5 x: above the maximum of 100 [101]", "crm.csv:6 x: not a number [inf]",
                   "crm.csv:7 x: not a number [1e400]"}));
}

TEST(Join, CategoriesThatNoAccountHasAreForgotten) {
  Sources sources;
  sources.write("crm.csv", "id,c,x\n1,lost,1\n1,kept,1\n2,refused,bad\n3,kept,1\n4,also,1\n");
  sources.source("crm.csv");
  sources.type("c", ColumnType::kCategory);
  sources.type("x", ColumnType::kNumber);
  const Ingested ingested = sources.ingest(4);
  EXPECT_EQ(std::get<CategoryColumn>(ingested.accounts.columns[0].data).categories, (Texts{"also", "kept"}));
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order({"1 c=kept x=1", "3 c=kept x=1", "4 c=also x=1"}));
}

TEST(Join, KeysInTheirFormats) {
  Sources sources;
  sources.write("crm.csv", "id,x\n17850.0,1\n17850,2\n 17851 ,3\nC1,4\n");
  sources.source("crm.csv").key_format = KeyFormat::kInteger;
  const Ingested integers = sources.ingest(5);
  EXPECT_EQ(test::accounts_of(integers.accounts), test::in_canonical_order({"17850 x=2", "17851 x=3"}));
  EXPECT_EQ(test::quarantine_of(integers.report), Texts{"crm.csv:5 id: the key is not an integer [C1]"});

  sources.job.sources[0].key_format = KeyFormat::kUpper;
  sources.write("crm.csv", "id,x\nab,1\n AB ,2\n\"a\xC3\xA9\",3\n \t ,9\n");
  const Ingested upper = sources.ingest(5);
  EXPECT_EQ(test::accounts_of(upper.accounts), test::in_canonical_order({"AB x=2", "A\xC3\xA9 x=3"}));
  EXPECT_EQ(test::quarantine_of(upper.report), Texts{"crm.csv:5 id: blank key [ \t ]"});
}

TEST(Join, LongIdsAreQuarantinedAndLongTextsCut) {
  Sources sources;
  sources.source("crm.csv");
  sources.type("note", ColumnType::kText);
  const std::string longest(intake::kLongestId, 'k'), note = std::string(intake::kLongestText - 1, 'x');
  sources.write("crm.csv", "id,note\n" + longest + "," + note + "x\n" + longest + "k,short\nc," + note + "äx\n");
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order({longest + " note=" + note + "x", "c note=" + note}));
  EXPECT_EQ(test::quarantine_of(ingested.report),
            Texts{"crm.csv:3 id: the key is longer than 1 KiB [" + std::string(200, 'k') + "]"});
}

TEST(Join, OneAccountAndFilesWithoutRows) {
  Sources sources;
  sources.write("crm-1.csv", "id,x\n");
  sources.write("crm-2.csv", "id,x");
  sources.write("crm-3.csv", "id,x\nonly,7");
  sources.write("crm-4.csv", "id,x\r\n\r\n");
  sources.source("crm-*.csv");
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts), Texts{"only x=7"});
  EXPECT_EQ(ingested.accounts.n_global, 1U);
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), "1 1 0 0 0");
  EXPECT_EQ(ingested.report.sources[0].files.size(), 4U);
}

TEST(Join, TheContentHashIsThatOfTheBlocks) {
  std::mt19937_64 random(9);
  std::string text = "id,x\n";
  while (text.size() < (std::size_t{3} << 20) + 1234) text += fmt::format("{},{}\n", random(), random() % 10);
  Sources sources;
  sources.write("crm.csv", text);
  sources.source("crm.csv");
  unsigned __int128 sum = 0;
  for (std::size_t block = 0; block << 20U < text.size(); ++block) {
    const std::string_view bytes = std::string_view(text).substr(block << 20U, std::size_t{1} << 20);
    const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), block);
    sum += (static_cast<unsigned __int128>(hash.high64) << 64U) + hash.low64;
  }
  const std::vector<SourceFile> files = sources.ingest(std::size_t{1} << 18).report.sources[0].files;
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].content_hash,
            fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(sum >> 64U), static_cast<std::uint64_t>(sum)));
  EXPECT_EQ(files[0].bytes, text.size());
  EXPECT_GT(files[0].modified_s, 1'600'000'000);
}

}  // namespace
}  // namespace tessera
