#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "ingest/company_name.hpp"
#include "ingest/folded_text.hpp"
#include "ingest/likely_duplicates.hpp"
#include "ingest/name_blocks.hpp"
#include "parallel/communicator.hpp"
#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;

/// "kind column value > suggestion (accounts, suggestion_accounts) score".
Texts texts_of(const std::vector<SpellingSuggestion>& suggestions) {
  Texts texts;
  for (const SpellingSuggestion& one : suggestions)
    texts.push_back(fmt::format("{} {} {} > {} ({}, {}) {:.4f}",
                                one.kind == SpellingSuggestion::Kind::kGroup ? "group" : "category", one.column,
                                one.value, one.suggestion, one.accounts, one.suggestion_accounts, one.score));
  return texts;
}

MacroSpec sectors(const Texts& values) {
  MacroSpec macro;
  macro.name = "sector";
  macro.column.text = "sector";
  macro.groups = {{"All", values}};
  return macro;
}

TEST(Suggestions, CountAccountsOfAllRanksAndChangeNothing) {
  Sources sources;
  std::string text = "id,sector,note\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("s{},software,x{}\n", i, i);
  text += "t1,Software,y\nt2,sofware,y\nt3,sofware,y\nt1,SOFTWARE,y\nt4,,y\nt5,retail,y\n";
  sources.write("crm.csv", text);
  sources.source("crm.csv");
  sources.type("sector", ColumnType::kCategory);
  sources.job.macros = {sectors({"software", "Retail", "retial", "banking"})};
  const Ingested ingested = sources.ingest(32);
  EXPECT_EQ(texts_of(ingested.report.spellings), (Texts{"category crm.sector sofware > software (2, 40) 0.8333",
                                                        "category crm.sector SOFTWARE > software (1, 40) 0.9756",
                                                        "group crm.sector Retail > retail (0, 1) 1.0000",
                                                        "group crm.sector retial > retail (0, 1) 0.8333"}));
  EXPECT_EQ(std::get<CategoryColumn>(ingested.accounts.columns[0].data).categories,
            (Texts{"SOFTWARE", "retail", "software", "sofware"}));
}

TEST(Suggestions, WhatTheJobMergesIsNotSuggestedAgain) {
  Sources sources;
  std::string text = "id,sector\nt1,Software\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("s{},software\n", i);
  sources.write("crm.csv", text);
  sources.source("crm.csv");
  ColumnSpec& spec = sources.column("sector");
  spec.type = ColumnType::kCategory;
  spec.merge = {{"Software", "software"}};
  EXPECT_TRUE(sources.ingest(32).report.spellings.empty());
}

/// Names of planted companies, some of them more than once with slips, in a few places.
std::string planted(int companies, std::uint64_t seed) {
  static const Texts kWords{"Nord", "Licht", "Technik", "Foods", "Global", "Öko", "Data", "Stahl", "Bau", "Media"};
  static const Texts kForms{"GmbH", "Inc.", "Ltd", "S.A.", "AG & Co. KG", ""};
  static const Texts kPlaces{"Bonn", "BONN ", "Ulm", ""};
  std::mt19937_64 random(seed);
  const auto one_of = [&](const Texts& texts) { return texts[random() % texts.size()]; };
  std::string text = "id,company_name,city\n";
  for (int i = 0; i < companies; ++i) {
    const std::string name = one_of(kWords) + one_of(kWords) + " " + one_of(kWords) + (i % 9 == 0 ? " 7" : "");
    const std::string place = one_of(kPlaces);
    for (int copy = 0; copy <= (i % 3 == 0 ? 1 : 0); ++copy) {
      std::string slip = name;
      if (copy > 0 && random() % 2 == 0) slip.erase(random() % 3 + 1, 1);
      text += fmt::format("{}-{},\"{} {}\",{}\n", i, copy, slip, one_of(kForms), place);
    }
  }
  return text;
}

struct Company {
  std::string id;
  std::u32string words, place;
};

/// Collective. The accounts of all ranks as the search sees them, in canonical order.
std::vector<Company> companies_of(const AccountTable& accounts) {
  std::vector<Company> companies;
  for (const std::string& line : test::accounts_of(accounts)) {
    const std::size_t name = line.find(" company_name=");
    const std::size_t city = line.find(" city=");
    const std::string place = line.substr(city + 6);
    companies.push_back({line.substr(0, name), intake::company_words(line.substr(name + 14, city - name - 14)),
                         place == "~" ? U"" : intake::folded(place)});
  }
  return companies;
}

Texts texts_of(const std::vector<LikelyDuplicate>& pairs) {
  Texts texts;
  for (const LikelyDuplicate& pair : pairs)
    texts.push_back(fmt::format("{:.3f} {} {}", pair.score, pair.account_id, pair.other_id));
  return texts;
}

/// All pairs that share a block, by all pairs of accounts.
Texts expected_pairs(const std::vector<Company>& companies, int least) {
  std::vector<std::pair<int, std::string>> pairs;
  for (std::size_t i = 0; i < companies.size(); ++i) {
    for (std::size_t j = i + 1; j < companies.size(); ++j) {
      const Company& a = companies[i];
      const Company& b = companies[j];
      const intake::Blocks of_b = intake::blocks_of(b.words, b.place, 77);
      const intake::Blocks of_a = intake::blocks_of(a.words, a.place, 77);
      if (std::ranges::none_of(of_a, [&](std::uint64_t block) {
            return block != intake::kNoBlock && std::ranges::find(of_b, block) != of_b.end();
          }))
        continue;
      const int score = intake::likeness(intake::comparable(a.words), intake::comparable(b.words), least);
      if (score > 0) pairs.emplace_back(score, fmt::format("{:.3f} {} {}", score / 1000.0, a.id, b.id));
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater(), &std::pair<int, std::string>::first);
  Texts texts;
  for (auto& [score, text] : pairs) texts.push_back(std::move(text));
  return texts;
}

void ask_for_duplicates(Sources& sources, bool with_place) {
  sources.source("crm.csv");
  sources.type("company_name", ColumnType::kText);
  sources.type("city", ColumnType::kCategory);
  sources.job.seed = 77;
  sources.job.duplicates.emplace();
  sources.job.duplicates->name.text = "company_name";
  if (with_place) sources.job.duplicates->place.text = "crm.city";
}

class Duplicates : public ::testing::Test {
 protected:
  DuplicateSearch search(const intake::DuplicateLimits& limits) {
    Journal journal(false);
    return intake::likely_duplicates({test::world(), journal, test::threads()}, sources_.job, ingested_.accounts,
                                     limits);
  }
  void take_in(const std::string& text) {
    sources_.write("crm.csv", text);
    if (sources_.job.sources.empty()) ask_for_duplicates(sources_, true);
    ingested_ = sources_.ingest(128);
  }
  Sources sources_;
  Ingested ingested_;
};

TEST_F(Duplicates, AreThoseThatAPlainSearchOfAllPairsFinds) {
  take_in(planted(220, 3));
  const Texts expected = expected_pairs(companies_of(ingested_.accounts), 850);
  EXPECT_GT(expected.size(), 60U);
  ASSERT_TRUE(ingested_.report.duplicate_search);
  const DuplicateSearch whole = search({4096, 4096, 1U << 18U, 10000});
  EXPECT_EQ(texts_of(whole.pairs), expected);
  EXPECT_EQ(whole.pairs_found, expected.size());
  EXPECT_EQ(whole.pairs_skipped, 0U);
  EXPECT_EQ(whole.accounts_skipped, 0U);
  const DuplicateSearch in_rounds = search({4096, 4096, 16, 10000});
  EXPECT_EQ(texts_of(in_rounds.pairs), expected);
}

TEST_F(Duplicates, TheListIsCutByScoreAndKey) {
  take_in(planted(220, 3));
  const Texts expected = expected_pairs(companies_of(ingested_.accounts), 850);
  const DuplicateSearch cut = search({4096, 4096, 64, 20});
  const Texts listed = texts_of(cut.pairs);
  EXPECT_EQ(cut.pairs_found, expected.size());
  ASSERT_LE(listed.size(), 20U);
  ASSERT_GT(listed.size(), 12U);
  EXPECT_EQ(listed, Texts(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(listed.size())));
}

TEST_F(Duplicates, WhatTheBoundsLeaveOutIsCounted) {
  std::string text = "id,company_name,city\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("{},Same Name,Bonn\n", i);
  take_in(text);
  // All 30 are in the same four blocks, but a pair counts in one of them.
  const DuplicateSearch whole = search({30, 29, 1U << 18U, 10000});
  EXPECT_EQ(whole.pairs_found, 30U * 29U / 2U);
  EXPECT_EQ(whole.pairs_skipped, 0U);
  const DuplicateSearch windowed = search({30, 2, 1U << 18U, 10000});
  EXPECT_EQ(windowed.pairs_found, 29U + 28U);
  EXPECT_EQ(windowed.pairs_skipped, 4U * (30U * 29U / 2U - 29U - 28U));
  const DuplicateSearch crowded = search({29, 2, 1U << 18U, 10000});
  EXPECT_EQ(crowded.pairs_found, 0U);
  EXPECT_EQ(crowded.accounts_skipped, 120U);
}

TEST_F(Duplicates, OfOneAccountAndOfNamesWithoutWords) {
  take_in("id,company_name,city\n1,Acme,Bonn\n");
  EXPECT_EQ(search({}).pairs_found, 0U);
  take_in("id,company_name,city\n1,---,Bonn\n2,---,Bonn\n3,,Bonn\n4,,Bonn\n");
  EXPECT_EQ(search({}).pairs_found, 0U);
}

TEST(DuplicateSearch, ReadsPlaceFromTheJobAndIsAbsentWithoutIt) {
  Sources sources;
  sources.write("crm.csv", "id,company_name,city\n1,Acme GmbH,Bonn\n2,ACME,bonn\n3,Acme,Ulm\n");
  ask_for_duplicates(sources, true);
  EXPECT_EQ(sources.ingest().report.duplicate_search->pairs_found, 1U);
  sources.job.duplicates->place.text.clear();
  EXPECT_EQ(sources.ingest().report.duplicate_search->pairs_found, 3U);
  sources.job.duplicates.reset();
  EXPECT_FALSE(sources.ingest().report.duplicate_search);
}

TEST(DuplicateSearch, TakesTextOrCategories) {
  Sources sources;
  sources.write("crm.csv", "id,company_name,city\n1,2,Bonn\n2,3,Bonn\n");
  ask_for_duplicates(sources, true);
  sources.job.columns[0].type = ColumnType::kNumber;
  test::expect_error(ExitCode::kBadJob, {"[duplicates] name", "a text or category"}, [&] { (void)sources.ingest(); });
}

}  // namespace
}  // namespace tessera
