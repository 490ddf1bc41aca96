// Arithmetic expressions: what is taken has the value that a plain evaluation of the text has, bit for bit.

#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "core/special_numbers.hpp"
#include "ingest/arithmetic_value.hpp"
#include "job/arithmetic.hpp"
#include "property.hpp"

namespace tessera::fuzz {
namespace {

/// Some value for a column: by its name alone, missing and zero now and then.
double value_of(std::string_view name) {
  std::uint32_t sum = 0;
  for (const char c : name) sum = sum * 31 + static_cast<std::uint8_t>(c);
  if (sum % 11 == 0) return kNaN;
  if (sum % 7 == 0) return 0.0;
  return (static_cast<double>(sum % 2000) - 1000.0) * (sum % 5 == 0 ? 1e300 : 0.37);
}

double finite(double value) {
  return std::isfinite(value) ? value : kNaN;
}

/// Evaluates while it reads, by precedence climbing; only for texts that the parser has taken.
class PlainEvaluation {
 public:
  explicit PlainEvaluation(std::string_view text) : text_(text) {}
  double run() { return climb(1); }

 private:
  char next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  static int precedence(char c) { return c == '+' || c == '-' ? 1 : c == '*' || c == '/' ? 2 : 0; }

  double climb(int least) {
    double left = operand();
    for (char c = next(); precedence(c) >= least; c = next()) {
      ++at_;
      const double right = climb(precedence(c) + 1);
      if (c == '+') left = finite(left + right);
      if (c == '-') left = finite(left - right);
      if (c == '*') left = finite(left * right);
      if (c == '/') left = right == 0.0 ? kNaN : finite(left / right);
    }
    return left;
  }

  double operand() {
    const char c = next();
    if (c == '-') {
      ++at_;
      return -operand();
    }
    if (c == '(') {
      ++at_;
      const double inner = climb(1);
      require(next() == ')', "parentheses close");
      ++at_;
      return inner;
    }
    if (c == '`') {
      const std::size_t close = text_.find('`', at_ + 1);
      const std::string_view name = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      return value_of(name);
    }
    const std::size_t begin = at_;
    if ((c >= '0' && c <= '9') || c == '.') {
      double value = 0.0;
      at_ = static_cast<std::size_t>(std::from_chars(text_.data() + at_, text_.data() + text_.size(), value).ptr -
                                     text_.data());
      return value;
    }
    while (at_ < text_.size() && std::string_view(" \t+-*/()").find(text_[at_]) == std::string_view::npos) ++at_;
    return value_of(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

double value(const Arithmetic& arithmetic) {
  std::vector<double> columns;
  for (const ColumnRef& column : arithmetic.columns) columns.push_back(value_of(column.text));
  return intake::arithmetic_value(arithmetic, columns);
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void check(std::string_view text) {
  const auto parsed = job::parse_arithmetic(text);
  if (const auto* mistake = std::get_if<job::ArithmeticMistake>(&parsed)) {
    require(!mistake->what.empty() && mistake->offset <= text.size(), "a mistake has a place and a reason");
    return;
  }
  const auto& arithmetic = std::get<Arithmetic>(parsed);
  require(arithmetic.text == text, "the text is kept");
  require(same_bits(value(arithmetic), PlainEvaluation(text).run()), "the value is that of the text");
  std::string wrapped = "(";
  wrapped.append(text).append(1, ')');
  const auto in_parentheses = job::parse_arithmetic(wrapped);
  if (const auto* again = std::get_if<Arithmetic>(&in_parentheses))
    require(same_bits(value(arithmetic), value(*again)), "parentheses around it all change nothing");
}

}  // namespace
}  // namespace tessera::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  tessera::fuzz::check(tessera::fuzz::Input(bytes, size).rest());
  return 0;
}
