#include "ingest/quote_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace tessera::intake {
namespace {

/// Byte by byte, from every state.
Passage slow_passage(std::string_view bytes, std::uint64_t offset, char delimiter) {
  Passage passage = no_passage();
  for (std::size_t s = 0; s < kQuoteStates; ++s) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const QuoteState before = passage.next[s];
      passage.next[s] = step(before, bytes[i], delimiter);
      if (passage.next[s] == QuoteState::kInQuotes && before != QuoteState::kInQuotes &&
          before != QuoteState::kAfterQuote)
        passage.opened[s] = offset + i;
    }
  }
  passage.lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  return passage;
}

void expect_same(const Passage& a, const Passage& b, const std::string& what) {
  EXPECT_EQ(a.next, b.next) << what;
  EXPECT_EQ(a.opened, b.opened) << what;
  EXPECT_EQ(a.lines, b.lines) << what;
}

std::string random_csv(std::mt19937& random, std::size_t n) {
  constexpr std::string_view kLetters = "\"\"\"\",,\n\na\r";
  std::string text(n, ' ');
  for (char& c : text) c = kLetters[random() % kLetters.size()];
  return text;
}

TEST(QuoteState, StepsAsRfc4180Says) {
  using enum QuoteState;
  EXPECT_EQ(step(kRowStart, '"', ','), kInQuotes);
  EXPECT_EQ(step(kFieldStart, '"', ','), kInQuotes);
  EXPECT_EQ(step(kInField, '"', ','), kInField);
  EXPECT_EQ(step(kInQuotes, '\n', ','), kInQuotes);
  EXPECT_EQ(step(kInQuotes, '"', ','), kAfterQuote);
  EXPECT_EQ(step(kAfterQuote, '"', ','), kInQuotes);
  EXPECT_EQ(step(kAfterQuote, ',', ','), kFieldStart);
  EXPECT_EQ(step(kAfterQuote, 'x', ','), kInField);
  EXPECT_EQ(step(kInField, '\n', ','), kRowStart);
  EXPECT_EQ(step(kInField, ';', ';'), kFieldStart);
}

TEST(QuoteState, PassageIsWhatTheStepsDo) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_csv(random, random() % 12);
    expect_same(scan_passage(text, 100, ','), slow_passage(text, 100, ','), "of " + text);
  }
}

TEST(QuoteState, LongBytesAreWalkedInPieces) {
  std::mt19937 random(8);
  const std::string text = random_csv(random, 50'000);
  expect_same(scan_passage(text, 0, ','), slow_passage(text, 0, ','), "of 50,000 bytes");
}

TEST(QuoteState, AnyTwoCutsComposeToTheWhole) {
  const std::string text = "1,\"a \"\"b\"\"\nc\",2\r\n\"\",x\"y,\"\"\"\"\n3,\"d\"e\"f,\n\n\"last\"";
  const Passage whole = slow_passage(text, 0, ',');
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); ++j) {
      const std::string_view view(text);
      const Passage a = scan_passage(view.substr(0, i), 0, ',');
      const Passage b = scan_passage(view.substr(i, j - i), i, ',');
      const Passage c = scan_passage(view.substr(j), j, ',');
      expect_same(compose(compose(a, b), c), whole, "left first");
      expect_same(compose(a, compose(b, c)), whole, "right first");
    }
  }
}

TEST(QuoteState, AFileStartForgetsWhatWasBefore) {
  const Passage open = scan_passage("\"never closed\n", 0, ',');
  EXPECT_EQ(open.next[0], QuoteState::kInQuotes);
  const Passage both = compose(open, compose(file_start(2), scan_passage("a,b\nc", 9, ',')));
  for (const QuoteState next : both.next) EXPECT_EQ(next, QuoteState::kInField);
  EXPECT_EQ(both.opened[0], kNowhere);
  EXPECT_EQ(both.lines, 3U);
}

TEST(QuoteState, FindsTheFirstRowStart) {
  EXPECT_EQ(first_row_start(QuoteState::kRowStart, "abc", ','), 0U);
  EXPECT_EQ(first_row_start(QuoteState::kInField, "abc\nd", ','), 4U);
  EXPECT_EQ(first_row_start(QuoteState::kInQuotes, "a\nb\"\nd", ','), 5U);
  EXPECT_EQ(first_row_start(QuoteState::kInQuotes, "a\nb", ','), std::nullopt);
  EXPECT_EQ(first_row_start(QuoteState::kAfterQuote, "\"x\n\",\n", ','), 6U);
}

}  // namespace
}  // namespace tessera::intake
