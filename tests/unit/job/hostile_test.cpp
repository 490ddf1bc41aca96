#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::mistakes_of;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

/// One mistake of syntax, on `line`.
void expect_syntax(const std::string& text, int line, std::string_view tells) {
  const auto lines = mistakes_of(text);
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines).substr(0, 2000);
  EXPECT_EQ(lines[0].rfind("job.toml:" + std::to_string(line) + ":", 0), 0U) << lines[0];
  EXPECT_NE(lines[0].find("not TOML: "), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find(tells), std::string::npos) << lines[0];
}

TEST(Hostile, SyntaxHasItsLine) {
  expect_syntax("name = \"x\"\nseed = \n", 2, "expected value");
  expect_syntax("name = \"x\"\nname = \"y\"\n", 2, "cannot redefine");
  expect_syntax("name = \"x", 1, "end-of-file");
  expect_syntax("a = 1\nb = \"\\", 2, "");
}

TEST(Hostile, BytesThatAreNoText) {
  expect_syntax(std::string("a = 1\nb = \"x\0y\"\n", 16), 2, "control characters");
  expect_syntax("a = 1\nb = \"\xff\xfe\"\n", 2, "invalid utf-8");
  expect_syntax(std::string("\x89HDF\r\n\x1a\n\0\0\0\0", 12), 1, "");
}

TEST(Hostile, WhatTheParserTakesForImpossible) {
  for (const std::string text : {"[~x]", "[[?]]", "  [ \t=", "[#]", "[[[", "[ [a]]", "b = [}", "b = [ [\t}.1, 2], +1]"})
    expect_syntax("a = 1\n" + text, 2, "");
  expect_syntax("\xef\xbb\xbf[~]\n", 1, "");
}

TEST(Hostile, LettersWhereNoneMayBe) {
  for (const std::string text : {"[\xc3\xa9]", "b = [\xd2\x87']", "\xc3\xa9 = 1", "b\xc2\xa0= 1"})
    expect_syntax("a = '\xc3\xa9' # \xc3\xa9\n" + text, 2, "");
  expect_syntax("a = \"\"\"b\\\n\xef\xbb\xb7", 2, "");
}

TEST(Hostile, NumbersBeyond64Bits) {
  expect_syntax("seed = 99999999999999999999\n", 1, "not representable in 64 bits");
  expect_syntax("seed = 1e999\n", 1, "could not be interpreted");
}

TEST(Hostile, NestingBombs) {
  expect_syntax("a = " + repeated("[", 1'000'000), 1, "nested");
  expect_syntax(repeated("a = {", 1'000'000), 1, "");
  expect_syntax("x = 1\n[" + repeated("a.", 1'000'000) + "a]\n", 2, "more than 32 parts");
  expect_syntax("x = 1\n" + repeated("\"a\" . ", 1'000'000) + "a = 1\n", 2, "more than 32 parts");
}

TEST(Hostile, AKeyTooDeepHidesBehindNoString) {
  const std::string deep = repeated("a.", 1'000'000) + "a = 1";
  expect_syntax("x = [\"\"\"a\"\"\"\"\", {" + deep + "}]\n", 1, "more than 32 parts");
  expect_syntax("x = '''\n'a\"''''\n" + deep + "\n", 3, "more than 32 parts");
  expect_syntax("x = \"\\\"\" # \"\n" + deep + "\n", 2, "more than 32 parts");
  expect_syntax("x = 'C:\\'\n" + deep + "\n", 2, "more than 32 parts");
}

TEST(Hostile, DotsThatPartNoKeyAreFine) {
  const std::string dots = repeated("a.", 1000);
  EXPECT_NO_THROW((void)test::load("# " + dots + "\n" + std::string(test::kLeast) + "[columns.x]\nmerge = { \"" + dots +
                                   "\" = '''" + dots + "''' }\n"));
}

TEST(Hostile, LargeFiles) {
  EXPECT_FALSE(mistakes_of("x = \"" + repeated("a", 10'000'000) + "\"\n").empty());
  EXPECT_EQ(mistakes_of(repeated("[[source]]\n", 200'000)).size(), 101U);
  const auto lines = mistakes_of(repeated("\n", 17'000'000));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("larger than 16 MiB"), std::string::npos);
}

TEST(Hostile, AnEmptyFileLacksWhatIsRequired) {
  EXPECT_EQ(mistakes_of("").size(), 3U) << "name, [[source]] and [[segmentation]]";
}

TEST(Hostile, LongAndStrangeValuesAreShownShort) {
  const auto lines = mistakes_of(test::least_with("seed = 1", "seed = \"\\u001b[31m" + repeated("ä", 5000) + "\""));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_LT(lines[0].size(), 250U);
  EXPECT_NE(lines[0].find("\\u001B[31mää"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("ä…\""), std::string::npos) << "cut between characters: " << lines[0];
}

}  // namespace
}  // namespace tessera
