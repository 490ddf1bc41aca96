#include "core/utf8.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Utf8, TakesWhatUnicodeTakes) {
  for (const char* text : {"", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x8F\xA2", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF4\x8F\xBF\xBF", "\xEF\xBB\xBF"})
    EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Utf8, RefusesTheRest) {
  for (const char* text : {"\xE9", "\xC3", "\xC3(", "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82"})
    EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(Utf8, WhatIsNotPlainIsFoundAtAnyPlace) {
  for (std::size_t n = 0; n < 40; ++n) {
    for (const char plain : {'\x01', 'x', '\x7F'}) {
      EXPECT_TRUE(is_plain(std::string(n, plain)));
      for (std::size_t i = 0; i < n; ++i) {
        for (const char other : {'\x80', '\xFF', '\0'}) {
          std::string text(n, plain);
          text[i] = other;
          EXPECT_FALSE(is_plain(text));
        }
      }
    }
  }
}

TEST(Utf8, ShownIsCutBetweenCharactersAndAlwaysValid) {
  EXPECT_EQ(shown("abc"), "abc");
  EXPECT_EQ(shown("a\xE9z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(shown(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  std::string euros;
  for (int i = 0; i < 100; ++i) euros += "\xE2\x82\xAC";
  EXPECT_EQ(shown(euros).size(), 198U);
  EXPECT_TRUE(is_utf8(shown(euros)));
  EXPECT_TRUE(is_utf8(shown(std::string(300, '\xFF'))));
}

}  // namespace
}  // namespace tessera
