#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;
using test::world;

SourceSpec& enrichment(Sources& sources, const std::string& file) {
  SourceSpec& spec = sources.source(file);
  spec.kind = SourceKind::kEnrichment;
  return spec;
}

SourceSpec& by_domain(SourceSpec& spec, const std::string& key, const std::string& column) {
  spec.key = key;
  spec.match = Match::kDomain;
  spec.match_column = {column, 7, 3};
  return spec;
}

/// "source key rows why", of all ranks alike.
Texts unmatched_of(const IngestReport& report) {
  Texts texts;
  for (const UnmatchedKey& one : report.unmatched)
    texts.push_back(fmt::format("{} {} {} {}", report.sources[one.source].name, one.key, one.rows, one.why));
  return texts;
}

TEST(Enrichment, FillsWhatIsMissingAndOverwritesNothing) {
  Sources sources;
  sources.write("crm.csv",
                "id,staff,sector,client,since,note\n1,10,tech,yes,2024-01-02,a\n2,,,,,\n3,NA,bank,no,NA,c\n4,,,,,\n");
  sources.write("web.csv", "id,clicks\n1,\n2,7\n3,5\n4,\n");
  sources.write("more.csv",
                "id,staff,sector,client,since,clicks,rating,note\n1,99,farm,no,2020-01-01,3,A,x\n"
                "2,20,farm,yes,2021-01-01,9,B,y\n3,,tech,yes,NA,,C,z\n9,1,mine,no,2022-01-01,1,D,w\n");
  sources.source("crm.csv");
  sources.source("web.csv");
  enrichment(sources, "more.csv");
  for (const char* name : {"sector", "more.rating"}) sources.type(name, ColumnType::kCategory);
  sources.type("note", ColumnType::kText);
  sources.type("client", ColumnType::kFlag);
  const Ingested ingested = sources.ingest(16);
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order({"1 staff=10 sector=tech client=1 since=19724 note=a clicks=3 rating=A",
                                      "2 staff=20 sector=farm client=1 since=18628 note=y clicks=7 rating=B",
                                      "3 staff=~ sector=bank client=0 since=~ note=c clicks=5 rating=C",
                                      "4 staff=~ sector=~ client=~ since=~ note=~ clicks=~ rating=~"}));
  EXPECT_EQ(test::counts_of(ingested.report.sources[2]), "4 3 0 1 0");
  EXPECT_EQ(unmatched_of(ingested.report), Texts{"more 9 1 no account has this key"});
  std::map<std::string, std::uint64_t> filled;
  for (const ColumnFill& fill : ingested.report.fills) {
    EXPECT_EQ(fill.source, "more");
    filled[fill.column] = fill.filled;
    EXPECT_EQ(world().all_reduce<parallel::Reduce::kSum>(std::uint64_t{fill.accounts.size()}), fill.filled);
  }
  EXPECT_EQ(filled, (std::map<std::string, std::uint64_t>{{"crm.staff", 1},
                                                          {"crm.sector", 1},
                                                          {"crm.client", 1},
                                                          {"crm.since", 1},
                                                          {"crm.note", 1},
                                                          {"web.clicks", 1}}));
}

TEST(Enrichment, FillsWhatTheJobSaysAndReadsItLikeWhatItFills) {
  Sources sources;
  sources.write("crm.csv", "id,staff,sector\n1,,tech\n2,5,\n3,,\n");
  sources.write("more.csv", "id,people,branch,staff\n1,-7,Technlogy,1\n2,8,Technlogy,2\n3,9,farm,3\n");
  sources.source("crm.csv");
  enrichment(sources, "more.csv").enrichment.fills = {{{"crm.staff", 9, 1}, {"people", 9, 9}},
                                                      {{"sector", 10, 1}, {"more.branch", 10, 9}}};
  ColumnSpec& staff = sources.column("crm.staff");
  staff.min = 1;
  ColumnSpec& sector = sources.column("sector");
  sector.type = ColumnType::kCategory;
  sector.merge = {{"Technlogy", "tech"}};
  const Ingested ingested = sources.ingest(16);
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order(
                {"1 staff=~ sector=tech staff=~", "2 staff=5 sector=tech staff=2", "3 staff=9 sector=farm staff=3"}));
  EXPECT_EQ(test::quarantine_of(ingested.report), Texts{"more.csv:2 people: below the minimum of 1 [-7]"});
}

TEST(Enrichment, WhatCannotFillIsNamedWithItsPlace) {
  Sources sources;
  sources.write("crm.csv", "id,staff\n1,5\n");
  sources.write("more.csv", "id,staff,size\n1,many,7\n");
  sources.source("crm.csv");
  SourceSpec& more = enrichment(sources, "more.csv");
  test::expect_error(ExitCode::kBadJob,
                     {"source \"more\": more.staff is category", "but crm.staff, which it fills, is number"},
                     [&] { (void)sources.ingest(); });
  more.enrichment.fills = {{{"crm.stff", 9, 1}, {"siz", 9, 9}}, {{"id", 10, 1}, {"id", 10, 9}}};
  test::expect_error(
      ExitCode::kBadJob,
      {"test.toml:9:9: fills of [[source]] \"more\": \"siz\" is no column of more that can fill another; did "
       "you mean \"size\"?",
       "test.toml:9:1: fills of [[source]] \"more\": \"crm.stff\" is no column of accounts; did you mean "
       "\"crm.staff\"?",
       "test.toml:10:9: ", "test.toml:10:1: "},
      [&] { (void)sources.ingest(); });
}

TEST(Domains, AreMatchedWhereThereIsNoDoubt) {
  Sources sources;
  sources.write(
      "crm.csv",
      "id,site,size\n1,https://www.One.example/de?x=1,\n2,two.example:8080,\n3,info@three.example,\n"
      "4,WWW.SHARED.example.,\n5,shared.example,\n6,six@gmail.com,\n7,house.test,\n8,,\n9,three.example.org,\n");
  sources.write("more.csv",
                "web,size,rank\none.example,1,a\nhttp://two.example/,2,b\nThree.Example,3,c\nshared.example,4,d\n"
                "gmail.com,5,e\nhouse.test,6,f\nnobody.example,7,g\nno address,8,h\nwww.two.example,9,i\n,10,j\n"
                "x@nobody.example,11,k\n");
  sources.source("crm.csv");
  by_domain(enrichment(sources, "more.csv"), "web", "site");
  sources.type("more.rank", ColumnType::kCategory);
  sources.job.public_domains = {"House.test"};
  const Ingested ingested = sources.ingest(16);
  Texts accounts = test::accounts_of(ingested.accounts);
  for (std::string& line : accounts) line = line.substr(0, 2) + line.substr(line.find("size="));
  EXPECT_EQ(accounts, test::in_canonical_order({"1 size=1 rank=a", "2 size=~ rank=~", "3 size=3 rank=c",
                                                "4 size=~ rank=~", "5 size=~ rank=~", "6 size=~ rank=~",
                                                "7 size=~ rank=~", "8 size=~ rank=~", "9 size=~ rank=~"}));
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "11 2 0 8 1");
  EXPECT_EQ(unmatched_of(ingested.report),
            (Texts{"more gmail.com 1 a public domain, which is nobody's own",
                   "more house.test 1 a public domain, which is nobody's own",
                   "more no address 1 no web or e-mail address", "more nobody.example 2 no account has this domain",
                   "more shared.example 1 ambiguous: 2 accounts have this domain",
                   "more two.example 2 ambiguous: 2 rows have this domain"}));
}

TEST(Domains, AreThoseOfAPlainSerialReference) {
  std::mt19937_64 random(11);
  std::string crm = "id,site\n", more = "web,x\n";
  std::map<std::string, std::vector<std::string>> holders;
  std::map<std::string, std::vector<int>> rows;
  for (int i = 0; i < 700; ++i) {
    const auto site = random() % 600;
    crm += fmt::format("a{},https://www.s{}.example/p\n", i, site);
    holders[fmt::format("s{}.example", site)].push_back(fmt::format("a{}", i));
  }
  for (int r = 0; r < 900; ++r) {
    const auto site = random() % 1200;
    more += fmt::format("S{}.example,{}\n", site, r);
    rows[fmt::format("s{}.example", site)].push_back(r);
  }
  std::map<std::string, int> expected;
  std::uint64_t unmatched = 0;
  for (const auto& [site, found] : rows) {
    const auto at = holders.find(site);
    const bool sure = at != holders.end() && at->second.size() == 1 && found.size() == 1;
    if (sure) expected[at->second.front()] = found.front();
    if (!sure) unmatched += found.size();
  }
  Sources sources;
  sources.write("crm.csv", crm);
  sources.write("more.csv", more);
  sources.source("crm.csv");
  by_domain(sources.source("more.csv"), "web", "crm.site");
  const Ingested ingested = sources.ingest(128);
  Texts lines;
  for (int i = 0; i < 700; ++i) {
    const std::string id = fmt::format("a{}", i);
    lines.push_back(fmt::format("{} x={}", id, expected.contains(id) ? std::to_string(expected[id]) : "~"));
  }
  Texts accounts = test::accounts_of(ingested.accounts);
  for (std::string& line : accounts) line = line.substr(0, line.find(' ')) + line.substr(line.rfind(" x="));
  EXPECT_EQ(accounts, test::in_canonical_order(lines));
  EXPECT_EQ(ingested.report.sources[1].used, expected.size());
  EXPECT_EQ(ingested.report.sources[1].unmatched, unmatched);
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), fmt::format("900 {} 0 {} 0", expected.size(), unmatched));
}

TEST(Domains, MatchColumnsThatCannotBe) {
  Sources sources;
  sources.write("crm.csv", "id,site\n1,one.example\n");
  sources.write("late.csv", "id,page\n1,one.example\n");
  sources.write("more.csv", "web,x\none.example,1\n");
  sources.source("crm.csv");
  by_domain(sources.source("more.csv"), "web", "late.page");
  sources.source("late.csv");
  test::expect_error(ExitCode::kBadJob,
                     {"test.toml:7:3: [[source]] \"more\" match_column: \"late.page\" is not known by then: move this"},
                     [&] { (void)sources.ingest(); });
  sources.job.sources[1].match_column.text = "sites";
  test::expect_error(ExitCode::kBadJob, {"match_column: no source has a column \"sites\"; did you mean \"site\"?"},
                     [&] { (void)sources.ingest(); });
  sources.job.sources[1].match_column.text = "late.page";
  std::swap(sources.job.sources[1], sources.job.sources[2]);
  EXPECT_EQ(test::accounts_of(sources.ingest().accounts).size(), 1U);
}

TEST(Unmatched, TheFirstThousandKeysAreListedWhateverTheRanks) {
  Sources sources;
  sources.write("crm.csv", "id,x\n1,1\n");
  std::string more = "id,y\n";
  std::map<std::string, std::uint64_t> keys;
  for (int i = 0; i < 3000; ++i) {
    ++keys[fmt::format("k{}", i * 7919 % 2500)];
    more += fmt::format("k{},{}\n", i * 7919 % 2500, i);
  }
  sources.write("more.csv", more);
  sources.source("crm.csv");
  sources.source("more.csv");
  const Ingested ingested = sources.ingest(256);
  ASSERT_EQ(ingested.report.unmatched.size(), 1000U);
  auto at = keys.begin();
  for (const UnmatchedKey& one : ingested.report.unmatched) {
    EXPECT_EQ(one.key, at->first);
    EXPECT_EQ(one.rows, at->second);
    ++at;
  }
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "3000 0 0 3000 0");
}

}  // namespace
}  // namespace tessera
