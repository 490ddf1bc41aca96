#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::least_with;
using test::load;
using test::mistakes_of;

const std::string kKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

std::string with_privacy(const std::string& lines) {
  return least_with("seed = 1\n", "[privacy]\n" + lines);
}

TEST(Privacy, IsReadAndWrittenOut) {
  const Job job =
      load(with_privacy("pseudonymise = true\nkey_file = 'secrets/p.key'\nsensitive = ['phone', 'crm.email']\n"));
  EXPECT_TRUE(job.privacy.pseudonymise);
  EXPECT_TRUE(job.privacy.key_file.ends_with("/secrets/p.key")) << job.privacy.key_file;
  ASSERT_EQ(job.privacy.sensitive.size(), 2U);
  EXPECT_EQ(job.privacy.sensitive[1].text, "crm.email");
  EXPECT_EQ(job.privacy.sensitive[1].line, 5);
  EXPECT_NE(job.resolved_toml.find("[privacy]\npseudonymise = true\nkey_file = \"secrets/p.key\"\n"
                                   "sensitive = [\"phone\", \"crm.email\"]\n"),
            std::string::npos)
      << job.resolved_toml;
  EXPECT_EQ(load(job.resolved_toml).resolved_toml, job.resolved_toml);
}

TEST(Privacy, IsOffByDefault) {
  const Job job = load(test::kLeast);
  EXPECT_FALSE(job.privacy.pseudonymise);
  EXPECT_TRUE(job.privacy.sensitive.empty());
  EXPECT_NE(job.resolved_toml.find("[privacy]\npseudonymise = false\nsensitive = []\n"), std::string::npos);
}

TEST(Privacy, EveryMistakeSaysWhatToDo) {
  const auto said = [](const std::string& lines) {
    const auto mistakes = mistakes_of(with_privacy(lines));
    return mistakes.size() == 1 ? mistakes.front() : ::testing::PrintToString(mistakes);
  };
  EXPECT_EQ(said("pseudonymise = true\n"),
            "job.toml:3:16: pseudonymise of [privacy] = true lacks a key; expected key_file = \"PATH\" or key_env = "
            "\"VARIABLE\", where 64 hexadecimal digits stand, as `openssl rand -hex 32` gives them");
  EXPECT_EQ(
      said("key_file = 'a'\nkey_env = 'B'\n"),
      "job.toml:4:11: key_env of [privacy] cannot go with key_file; the key is in one place; remove one of the two");
  EXPECT_NE(said("key_env = 'TWO WORDS'\n").find("is no such name; got \"TWO WORDS\""), std::string::npos);
  EXPECT_NE(said("sensitive = ['a', 'a']\n").find("sensitive names a column twice"), std::string::npos);
  EXPECT_NE(said("sensitive = [1]\n").find("an entry that is no text; got 1"), std::string::npos);
  EXPECT_NE(said("key = 'x'\n").find("unknown key \"key\" in [privacy]"), std::string::npos);
}

TEST(Privacy, AKeyInTheWrongPlaceIsNotSaidAgain) {
  for (const std::string key : {"key_file", "key_env"}) {
    std::string line = key;
    line.append(" = '").append(kKey).append("'\n");
    std::string set = "privacy.";
    set.append(key).append("=").append(kKey);
    for (const auto& mistakes : {mistakes_of(with_privacy(line)), mistakes_of(test::kLeast, {set})}) {
      ASSERT_EQ(mistakes.size(), 1U);
      EXPECT_NE(mistakes[0].find(key + " of [privacy] looks like a key itself"), std::string::npos) << mistakes[0];
      EXPECT_EQ(mistakes[0].find(kKey.substr(0, 8)), std::string::npos) << mistakes[0];
    }
  }
}

TEST(Privacy, AMatrixHasNoIdsToHide) {
  const auto mistakes = mistakes_of(
      "name = 'm'\n[privacy]\npseudonymise = true\nkey_env = 'K'\n[[source]]\nname = 'm'\nkind = 'matrix'\npath = "
      "'x.h5'\ndataset = 'X'\n[[segmentation]]\nname = 'a'\nfeatures = 'all'\nk = 2\n");
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_NE(mistakes[0].find("has no meaning for a matrix"), std::string::npos);
}

TEST(TimeSpan, TakesMinutesToYears) {
  const auto seconds = [](const std::string& text) {
    const Job job = load(least_with("key = \"account_id\"\n", "key = \"account_id\"\nmax_age = \"" + text + "\"\n"));
    EXPECT_NE(job.resolved_toml.find("max_age = \"" + text + "\"\n"), std::string::npos);
    return job.sources.front().max_age.value().seconds;
  };
  EXPECT_EQ(seconds("2 days"), 172800);
  EXPECT_EQ(seconds("1 day"), 86400);
  EXPECT_EQ(seconds("36 hours"), 129600);
  EXPECT_EQ(seconds("90minutes"), 5400);
  EXPECT_EQ(seconds("30 seconds"), 30);
  EXPECT_EQ(seconds("1 week"), 604800);
  EXPECT_EQ(seconds("6 months"), 15552000);
  EXPECT_EQ(seconds("1 year"), 31536000);
  EXPECT_FALSE(load(test::kLeast).sources.front().max_age);
}

TEST(TimeSpan, RefusesWhatIsNoTime) {
  for (const std::string text : {"2", "days", "0 days", "-1 days", "1.5 days", "2 moons", "2 days 3 hours",
                                 "100001 days", "99999999999999999999 days", " 2 days", "2 dayss"}) {
    const auto mistakes =
        mistakes_of(least_with("key = \"account_id\"\n", "key = \"account_id\"\nmax_age = \"" + text + "\"\n"));
    ASSERT_EQ(mistakes.size(), 1U) << text;
    EXPECT_EQ(mistakes[0], "job.toml:8:11: max_age of [[source]] \"crm\" is no time; got \"" + text +
                               "\"; expected a time such as \"2 days\", \"36 hours\", \"90 minutes\" or \"6 months\"");
  }
}

}  // namespace
}  // namespace tessera
