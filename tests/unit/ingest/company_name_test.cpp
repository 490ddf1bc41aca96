#include "ingest/company_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "ingest/name_blocks.hpp"

namespace tessera::intake {
namespace {

TEST(CompanyWords, WithoutLegalFormPunctuationAndAccents) {
  const std::vector<std::pair<std::string, std::u32string>> cases{{"Müller & Söhne GmbH & Co. KG", U"muller sohne"},
                                                                  {"ACME, Inc.", U"acme"},
                                                                  {"Acme  S. p. A.", U"acme"},
                                                                  {"Acme S.A.", U"acme"},
                                                                  {"O'Neil L.L.C.", U"oneil"},
                                                                  {"Oneil’s A/S", U"oneils"},
                                                                  {"3 M Company", U"3m"},
                                                                  {"I.B.M. Corp", U"ibm"},
                                                                  {"GmbH", U"gmbh"},
                                                                  {"Co. Ltd", U"co"},
                                                                  {"Société Générale SA", U"societe generale"},
                                                                  {"日本 株式会社", U"日本 株式会社"},
                                                                  {"Inc. Magazine", U"inc magazine"},
                                                                  {" - ", U""},
                                                                  {"", U""}};
  for (const auto& [name, words] : cases) EXPECT_EQ(company_words(name), words) << name;
}

int like(const std::string& a, const std::string& b, int least = 500) {
  const std::u32string words_a = company_words(a);
  const std::u32string words_b = company_words(b);
  const int score = likeness(comparable(words_a), comparable(words_b), least);
  EXPECT_EQ(score, likeness(comparable(words_b), comparable(words_a), least)) << a << " and " << b;
  return score;
}

TEST(Likeness, OfNames) {
  EXPECT_EQ(like("Nordlicht Technik GmbH", "NORDLICHT-TECHNIK"), 1000);
  EXPECT_EQ(like("Technik Nordlicht", "Nordlicht Technik AG"), 1000);
  EXPECT_EQ(like("Nordlicht Technik", "Nordlciht Technik"), 1000 * 15 / 16) << "an exchange is one edit";
  EXPECT_EQ(like("abcdefghij", "abcdefgh"), 800);
  EXPECT_EQ(like("abcdefghij", "abcdefgh", 800), 800);
  EXPECT_EQ(like("abcdefghij", "abcdefgh", 801), 0);
  EXPECT_EQ(like("Acme Foods Europe", "Acme Foods"), 2000 * 9 / 24) << "letters in words of both";
  EXPECT_EQ(like("Plant 12", "Plant 13"), 0);
  EXPECT_EQ(like("Plant 12", "Plant"), 0);
  EXPECT_EQ(like("Alpha", "Omega"), 0);
  EXPECT_EQ(like(std::string(500, 'x'), std::string(600, 'x')), 1000) << "cut";
}

/// Edits by the plain table over whole texts.
int plain_edits(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      int& cell = table[i][j];
      if (i == 0 || j == 0) {
        cell = static_cast<int>(i + j);
        continue;
      }
      cell = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cell = std::min(cell, table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

TEST(Likeness, AgreesWithThePlainTableOfEdits) {
  std::mt19937_64 random(5);
  int alike = 0;
  for (int round = 0; round < 20000; ++round) {
    std::u32string a;
    std::u32string b;
    while (a.size() < 6 + random() % 8) a += U'a' + static_cast<char32_t>(random() % 3);
    b = a;
    for (std::uint64_t changes = random() % 5; changes > 0; --changes)
      b[random() % b.size()] = U'a' + static_cast<char32_t>(random() % 3);
    if (random() % 2 == 0) b.erase(random() % b.size(), 1);
    const auto longer = static_cast<int>(std::max(a.size(), b.size()));
    const int least = 500 + static_cast<int>(random() % 500);
    int expected = 1000 * (longer - plain_edits(a, b)) / longer;
    if (expected < least) expected = 0;
    EXPECT_EQ(likeness(comparable(a), comparable(b), least), expected);
    alike += expected > 0 ? 1 : 0;
  }
  EXPECT_GT(alike, 2000);
}

TEST(Blocks, AreSharedByNamesThatBeginOrEndAlikeInOnePlace) {
  const auto share = [](const std::u32string& a, const std::u32string& b, const std::u32string& place) {
    const Blocks of_a = blocks_of(a, U"bonn", 1);
    const Blocks of_b = blocks_of(b, place, 1);
    return std::ranges::count_if(
        of_a, [&](std::uint64_t block) { return block != kNoBlock && std::ranges::find(of_b, block) != of_b.end(); });
  };
  EXPECT_EQ(share(U"nord technik", U"nord technik", U"bonn"), 4);
  EXPECT_EQ(share(U"nord technik", U"nordlicht tek", U"bonn"), 1) << "begin alike";
  EXPECT_EQ(share(U"nord technik", U"technik nord", U"bonn"), 1) << "the longest word";
  EXPECT_EQ(share(U"nord technik", U"technikum", U"bonn"), 1) << "the longest word of one begins the other";
  EXPECT_EQ(share(U"nord technik", U"mord mechnik", U"bonn"), 1) << "end alike";
  EXPECT_EQ(share(U"nord technik", U"nord technik", U"ulm"), 0);
  EXPECT_EQ(blocks_of(U"", U"bonn", 1)[0], kNoBlock);
  EXPECT_EQ(blocks_of(U"abc", U"", 1)[3], kNoBlock) << "each once";
  EXPECT_NE(blocks_of(U"abc", U"", 1), blocks_of(U"abc", U"", 2));
  EXPECT_TRUE(std::ranges::is_sorted(blocks_of(U"nord technik", U"", 3)));
}

}  // namespace
}  // namespace tessera::intake
