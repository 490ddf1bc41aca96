#include "insight/words.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tessera::words {
namespace {

TEST(Words, CountsAreGroupedByThousands) {
  EXPECT_EQ(count_in_words(0), "0");
  EXPECT_EQ(count_in_words(999), "999");
  EXPECT_EQ(count_in_words(1000), "1,000");
  EXPECT_EQ(count_in_words(12'345'678), "12,345,678");
  EXPECT_EQ(count_in_words(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(Words, NumbersHaveThreeDigits) {
  EXPECT_EQ(number_in_words(0.0), "0");
  EXPECT_EQ(number_in_words(0.25), "0.25");
  EXPECT_EQ(number_in_words(3.14159), "3.14");
  EXPECT_EQ(number_in_words(31.4159), "31.4");
  EXPECT_EQ(number_in_words(9876.0), "9,876");
  EXPECT_EQ(number_in_words(9876.5), "9.88 k");
  EXPECT_EQ(number_in_words(-34'512.0), "-34.5 k");
  EXPECT_EQ(number_in_words(1'200'000.0), "1.20 M");
  EXPECT_EQ(number_in_words(2.5e9), "2.50 B");
  EXPECT_EQ(number_in_words(1e18), "1e+18");
  EXPECT_EQ(number_in_words(std::nan("")), "–");
}

TEST(Words, RoundingNeverGivesAFourthDigit) {
  EXPECT_EQ(number_in_words(999.7), "1.00 k");
  EXPECT_EQ(number_in_words(9.996), "10.0");
  EXPECT_EQ(number_in_words(99.96), "100");
  EXPECT_EQ(number_in_words(999'700.0), "1.00 M");
}

TEST(Words, SharesNeverRoundToNothingOrAll) {
  EXPECT_EQ(share_in_words(0.0), "0 %");
  EXPECT_EQ(share_in_words(0.0004), "<0.1 %");
  EXPECT_EQ(share_in_words(0.042), "4.2 %");
  EXPECT_EQ(share_in_words(0.34), "34 %");
  EXPECT_EQ(share_in_words(0.9999), "99.9 %");
  EXPECT_EQ(share_in_words(1.0), "100 %");
  EXPECT_EQ(share_in_words(std::nan("")), "–");
}

TEST(Words, Bytes) {
  EXPECT_EQ(bytes_in_words(812), "812 B");
  EXPECT_EQ(bytes_in_words(1024), "1.0 KiB");
  EXPECT_EQ(bytes_in_words(1'610'612'736), "1.5 GiB");
  EXPECT_EQ(bytes_in_words(1024 * 1024 - 1), "1.0 MiB");
}

TEST(Words, ShortensByCodePointsNotBytes) {
  EXPECT_EQ(letters("Zürich"), 6U);
  EXPECT_EQ(shorten("Zürich", 6), "Zürich");
  EXPECT_EQ(shorten("Zürich", 3), "Zü…");
  EXPECT_EQ(shorten("日本電信電話", 4), "日本電…");
  EXPECT_EQ(shorten("a bcd", 3), "a…");
  EXPECT_EQ(shorten("", 3), "");
}

}  // namespace
}  // namespace tessera::words
