#include "job/arithmetic.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/special_numbers.hpp"
#include "ingest/arithmetic_value.hpp"

namespace tessera {
namespace {

using job::ArithmeticMistake;
using job::parse_arithmetic;

Arithmetic parsed(const std::string& text) {
  auto result = parse_arithmetic(text);
  if (const auto* mistake = std::get_if<ArithmeticMistake>(&result)) {
    ADD_FAILURE() << text << ": " << mistake->what;
    return {};
  }
  return std::get<Arithmetic>(result);
}

ArithmeticMistake mistake_of(const std::string& text) {
  auto result = parse_arithmetic(text);
  if (auto* mistake = std::get_if<ArithmeticMistake>(&result)) return *mistake;
  ADD_FAILURE() << text << " was taken";
  return {};
}

double value_of(const std::string& text, const std::vector<double>& columns = {}) {
  const Arithmetic arithmetic = parsed(text);
  EXPECT_EQ(arithmetic.columns.size(), columns.size()) << text;
  return intake::arithmetic_value(arithmetic, columns);
}

TEST(Arithmetic, PrecedenceAndOrderAreTheUsual) {
  EXPECT_EQ(value_of("1 + 2 * 3"), 7.0);
  EXPECT_EQ(value_of("(1 + 2) * 3"), 9.0);
  EXPECT_EQ(value_of("10 - 4 - 3"), 3.0);
  EXPECT_EQ(value_of("100 / 10 / 5"), 2.0);
  EXPECT_EQ(value_of("-2 * -3"), 6.0);
  EXPECT_EQ(value_of("- - 2"), 2.0);
  EXPECT_EQ(value_of("2--3"), 5.0);
  EXPECT_EQ(value_of(".5e1+1.25E-2"), 5.0125);
  EXPECT_EQ(value_of("0.1 + 0.2 + 0.3"), (0.1 + 0.2) + 0.3);
  EXPECT_EQ(value_of("quantity * unit_price * (1 - discount)", {3.0, 0.1, 0.15}), 3.0 * 0.1 * (1 - 0.15));
}

TEST(Arithmetic, ColumnsAreNamedBareOrBetweenBackticks) {
  const Arithmetic arithmetic = parsed("`unit price (€)` * Größe_2 + orders.x - Größe_2");
  ASSERT_EQ(arithmetic.columns.size(), 3U);
  EXPECT_EQ(arithmetic.columns[0].text, "unit price (€)");
  EXPECT_EQ(arithmetic.columns[1].text, "Größe_2");
  EXPECT_EQ(arithmetic.columns[2].text, "orders.x");
  EXPECT_EQ(arithmetic.columns[2].column, 33) << "its place in the text";
  EXPECT_EQ(intake::arithmetic_value(arithmetic, std::vector{2.0, 3.0, 5.0}), 8.0);
}

TEST(Arithmetic, WhatIsMissingOrDividedByZeroIsMissing) {
  EXPECT_TRUE(std::isnan(value_of("a * 0", {kNaN})));
  EXPECT_TRUE(std::isnan(value_of("a / b", {1.0, 0.0})));
  EXPECT_TRUE(std::isnan(value_of("a / b", {1.0, -0.0})));
  EXPECT_TRUE(std::isnan(value_of("1 / (1 / a)", {0.0}))) << "an infinity on the way would have become 0";
  EXPECT_TRUE(std::isnan(value_of("a * a", {1e200})));
  EXPECT_TRUE(std::isnan(value_of("1 / (a * a)", {1e200}))) << "what leaves double on the way does not come back as 0";
}

TEST(Arithmetic, MistakesHavePlaceAndReason) {
  const auto expect = [](const std::string& text, std::size_t offset, const std::string& part) {
    const ArithmeticMistake mistake = mistake_of(text);
    EXPECT_EQ(mistake.offset, offset) << text << ": " << mistake.what;
    EXPECT_NE(mistake.what.find(part), std::string::npos) << text << ": " << mistake.what;
  };
  expect("", 0, "ends too soon");
  expect("   ", 3, "ends too soon");
  expect("a +", 3, "ends too soon; expected a column, a number or (");
  expect("a b", 2, "expected an operator");
  expect("(a", 2, "lacks the ) of the ( at character 1");
  expect("a)", 1, "expected an operator");
  expect("a * `b", 4, "never closed");
  expect("``", 0, "nothing between");
  expect("2x", 0, "run into a name");
  expect("1.2.3", 0, "run into a name");
  expect("1e400", 0, "a number such as");
  expect("a × b", 2, "got \"× b\"");
  expect("a ** b", 3, "expected a column");
  expect("+a", 0, "expected a column");
  expect("a; b", 1, "expected an operator");
  expect("system('x')", 6, "expected an operator");
}

TEST(Arithmetic, HostileTextIsRefused) {
  EXPECT_NE(mistake_of(std::string(10'000, '(')).what.find("10000 bytes long"), std::string::npos);
  EXPECT_NE(mistake_of(std::string(900, '(')).what.find("nests too deep"), std::string::npos);
  EXPECT_NE(mistake_of(std::string(900, '-') + "1").what.find("nests too deep"), std::string::npos);
  EXPECT_EQ(value_of(std::string(32, '(') + "1" + std::string(32, ')')), 1.0);
  std::string pending = "1";
  for (int level = 0; level < 32; ++level) pending = "1+1*(" + pending + ")";
  EXPECT_EQ(value_of(pending), 33.0);
  std::mt19937_64 random(11);
  const std::string letters = "ab1.e+-*/()` \t\xC3\xA9\xFF\x01#\"\\";
  int taken = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 24; n > 0; --n) text += letters[random() % letters.size()];
    const auto result = parse_arithmetic(text);
    if (const auto* arithmetic = std::get_if<Arithmetic>(&result)) {
      ++taken;
      (void)intake::arithmetic_value(*arithmetic, std::vector<double>(arithmetic->columns.size(), 1.5));
    }
  }
  EXPECT_GT(taken, 100);
}

/// Random trees: their text, and their value worked out on the way.
struct Grown {
  std::string text;
  double value = 0.0;
};

class Growing {
 public:
  explicit Growing(std::uint64_t seed) : random_(seed) {}
  Grown grow(int depth) {
    const std::uint64_t what = random_() % (depth <= 0 ? 2 : 6);
    if (what == 0) {
      const double number = static_cast<double>(random_() % 2000) / 16;
      return {fmt::format("{}", number), number};
    }
    if (what == 1) {
      const std::size_t column = random_() % values.size();
      return {random_() % 2 == 0 ? fmt::format("c{}", column) : fmt::format("`c{}`", column), values[column]};
    }
    if (what == 2) {
      const Grown inner = grow(depth - 1);
      return {"-(" + inner.text + ")", -inner.value};
    }
    const Grown left = grow(depth - 1);
    const Grown right = grow(depth - 1);
    const char sign = "+-*/"[random_() % 4];
    const double value = sign == '+'          ? left.value + right.value
                         : sign == '-'        ? left.value - right.value
                         : sign == '*'        ? left.value * right.value
                         : right.value == 0.0 ? kNaN
                                              : left.value / right.value;
    return {fmt::format("(({}) {} ({}))", left.text, sign, right.text), value};
  }
  std::vector<double> values = {0.0, 1.5, -2.25, 1e-3, kNaN, 12.34};

 private:
  std::mt19937_64 random_;
};

TEST(Arithmetic, RandomTreesHaveTheirValueToTheBit) {
  Growing growing(5);
  int finite = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Grown grown = growing.grow(4);
    if (grown.text.size() > 1000) continue;
    const Arithmetic arithmetic = parsed(grown.text);
    std::vector<double> columns;
    for (const ColumnRef& ref : arithmetic.columns)
      columns.push_back(growing.values[static_cast<std::size_t>(ref.text[1] - '0')]);
    const double value = intake::arithmetic_value(arithmetic, columns);
    if (!std::isfinite(grown.value)) {
      EXPECT_TRUE(std::isnan(value)) << grown.text;
      continue;
    }
    ++finite;
    EXPECT_EQ(std::memcmp(&value, &grown.value, sizeof value), 0)
        << grown.text << " = " << grown.value << ", not " << value;
  }
  EXPECT_GT(finite, 5000);
}

/// Without parentheses: a second evaluator, by precedence, over a flat list.
TEST(Arithmetic, FlatChainsAgreeWithAReferenceByPrecedence) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<double> terms = {1.0 + static_cast<double>(random() % 100) / 8};
    std::string text = fmt::format("{}", terms[0]);
    double sum = 0.0;
    double product = terms[0];
    char pending = '+';
    bool first = true;
    const auto settle = [&] {
      sum = first ? product : pending == '+' ? sum + product : sum - product;
      first = false;
    };
    for (std::size_t n = random() % 8; n > 0; --n) {
      const char sign = "+-*/"[random() % 4];
      const double next = 1.0 + static_cast<double>(random() % 100) / 8;
      text += fmt::format("{}{}", sign, next);
      if (sign == '*') {
        product *= next;
      } else if (sign == '/') {
        product /= next;
      } else {
        settle();
        pending = sign;
        product = next;
      }
    }
    settle();
    EXPECT_EQ(value_of(text), sum) << text;
  }
}

}  // namespace
}  // namespace tessera
