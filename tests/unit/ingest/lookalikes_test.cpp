#include "ingest/lookalikes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "ingest/folded_text.hpp"

namespace tessera::intake {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// "value > suggestion" for each, in the order of the spellings.
std::vector<std::string> found_in(const Counts& counts) {
  std::vector<std::string> spellings;
  std::vector<std::uint64_t> accounts;
  for (const auto& [spelling, count] : counts) {
    spellings.push_back(spelling);
    accounts.push_back(count);
  }
  std::vector<std::string> found;
  for (const Lookalike& one : lookalikes(spellings, accounts))
    found.push_back(spellings[one.spelling] + (one.likeness == Likeness::kOneEdit ? " ~ " : " = ") +
                    spellings[one.meant]);
  return found;
}

using Found = std::vector<std::string>;

TEST(Folded, IsLowerCaseWithSingleSpaces) {
  EXPECT_EQ(folded(" \t Ärger  IN\u00A0Łódź "), U"ärger in łódź");
  EXPECT_EQ(folded("ΑΘΗΝΑ МОСКВА İ Ÿ Ž ×"), U"αθηνα москва i ÿ ž ×");
  EXPECT_EQ(folded("𝒳 日本"), U"𝒳 日本");
  EXPECT_EQ(folded(" "), U"");
  std::u32string bare;
  for (const char32_t c : folded("Çağrı Łódź Ørsted Ñandú ßÞ÷")) bare += without_accent(c);
  EXPECT_EQ(bare, U"cagri lodz orsted nandu st÷");
}

TEST(Lookalikes, CaseAndSpacesAloneFollowTheCommonest) {
  EXPECT_EQ(found_in({{"Software", 5}, {"software", 5}, {"SOFTWARE", 9}, {" soft  ware", 1}, {"Retail", 1}}),
            (Found{" soft  ware = SOFTWARE", "Software = SOFTWARE", "software = SOFTWARE"}));
  EXPECT_EQ(found_in({{"ab", 2}, {"AB", 2}}), Found{"ab = AB"}) << "of equals the first by bytes stays";
}

TEST(Lookalikes, OneEditOfARareSpelling) {
  EXPECT_EQ(
      found_in(
          {{"software", 1000}, {"sofware", 9}, {"softwware", 8}, {"softwere", 7}, {"sfotware", 6}, {"sfotwere", 5}}),
      (Found{"sfotware ~ software", "softwere ~ software", "softwware ~ software", "sofware ~ software"}));
  EXPECT_EQ(found_in({{"Hamburg", 100}, {"Homburg", 11}}), Found{}) << "as many as that are meant";
  EXPECT_EQ(found_in({{"Hamburg", 110}, {"Homburg", 11}}), Found{"Homburg ~ Hamburg"});
  EXPECT_EQ(found_in({{"Bäckerei", 100}, {"Backerei", 2}}), Found{"Backerei ~ Bäckerei"});
}

TEST(Lookalikes, TheCommonestIsMeantAndTheGroupCounts) {
  EXPECT_EQ(found_in({{"Manager", 50}, {"Manages", 500}, {"Managed", 1}}),
            (Found{"Managed ~ Manages", "Manager ~ Manages"}));
  EXPECT_EQ(found_in({{"Berlin", 60}, {"BERLIN", 50}, {"Berlln", 11}}), (Found{"BERLIN = Berlin", "Berlln ~ Berlin"}));
}

TEST(Lookalikes, NeitherCodesNorDigitsNorShortWords) {
  for (const auto& [rare, common] : std::vector<std::pair<std::string, std::string>>{{"A1", "A2"},
                                                                                     {"Phase 1", "Phase 2"},
                                                                                     {"Region 10", "Region 1"},
                                                                                     {"2020s1", "2020s"},
                                                                                     {"Type A", "Type B"},
                                                                                     {"Iran", "Iraq"},
                                                                                     {"Class AB", "Class A"},
                                                                                     {"10kg bag", "10k bag"},
                                                                                     {"Sale", "Sales"},
                                                                                     {"", "a"}})
    EXPECT_EQ(found_in({{rare, 1}, {common, 10000}}), Found{}) << rare << " and " << common;
  EXPECT_EQ(found_in({{"health-care", 1}, {"health_care", 99}}), Found{"health-care ~ health_care"});
}

/// Two texts within one insertion, deletion, substitution or exchange, found by trying all of them.
bool one_edit_apart(const std::u32string& a, const std::u32string& b) {
  for (std::size_t i = 0; i <= a.size(); ++i) {
    if (i < a.size()) {
      std::u32string shorter = a;
      if (shorter.erase(i, 1) == b) return true;
      std::u32string other = a;
      if (i < b.size()) other[i] = b[i];
      if (other == b && a != b) return true;
      other = a;
      if (i + 1 < a.size()) std::swap(other[i], other[i + 1]);
      if (other == b && a != b) return true;
    }
    std::u32string longer = a;
    if (i < b.size() && longer.insert(i, 1, b[i]) == b) return true;
  }
  return false;
}

TEST(Lookalikes, AgreeWithAPlainSearchOfAllPairs) {
  std::mt19937_64 random(17);
  std::size_t slips = 0;
  for (int round = 0; round < 60; ++round) {
    Counts counts;
    for (int i = 0; i < 60; ++i) {
      std::string word;
      while (word.size() < 5 + random() % 2) word += static_cast<char>('a' + random() % 3);
      counts[word] = std::uint64_t{1} << random() % 12;
    }
    Found expected;
    for (const auto& [rare, rare_count] : counts) {
      std::string best;
      for (const auto& [common, count] : counts) {
        if (!one_edit_apart(folded(rare), folded(common)) || rare_count * kRarer > count || rare == common) continue;
        if (best.empty() || count > counts[best]) best = common;
      }
      if (!best.empty()) expected.push_back(rare + " ~ " + best);
    }
    slips += expected.size();
    EXPECT_EQ(found_in(counts), expected);
  }
  EXPECT_GT(slips, 500U);
}

TEST(Lookalikes, ManyNeighboursAreBoundedWork) {
  Counts counts{{"xxxxx", 1000000}};
  for (char32_t c = 0x4E00; c < 0x4E00 + 20000; ++c) {
    std::string letter;
    letter += static_cast<char>(0xE0 | c >> 12);
    letter += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    letter += static_cast<char>(0x80 | (c & 0x3F));
    counts["xxxx" + letter] = 1;
  }
  EXPECT_EQ(found_in(counts).size(), 20000U);
}

TEST(NearestSpelling, PrefersTheSameLettersThenTheCommonest) {
  const std::vector<std::string> spellings{"BANKING", "bankin", "banking", "bonking"};
  const std::vector<std::uint64_t> accounts{5, 900, 3, 1000};
  const auto meant = [&](std::string_view text) {
    const auto found = nearest_spelling(text, spellings, accounts);
    return found ? spellings[found->meant] : std::string("none");
  };
  EXPECT_EQ(meant("Banking"), "BANKING");
  EXPECT_EQ(meant("banklng"), "BANKING");
  EXPECT_EQ(meant("bank"), "none");
  EXPECT_FALSE(nearest_spelling("x", {}, {}));
}

}  // namespace
}  // namespace tessera::intake
