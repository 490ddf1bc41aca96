#include "job/arithmetic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "job/document.hpp"

namespace tessera::job {

namespace {

using Operation = Arithmetic::Operation;

constexpr std::size_t kLongest = 1000;
constexpr int kDeepest = 32;
// Each level of nesting leaves at most a sum and a product waiting.
static_assert(2 * (kDeepest + 1) + 1 <= Arithmetic::kMostPending);

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
/// A byte of a letter of any script counts as a letter.
bool starts_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_in_name(char c) noexcept {
  return starts_name(c) || is_digit(c) || c == '.';
}

/// A recursive descent; after the first mistake every part returns at once.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<Arithmetic, ArithmeticMistake> parse() {
    if (text_.size() > kLongest) {
      fail(kLongest, fmt::format("is {} bytes long; expected {} at most", text_.size(), kLongest));
    } else {
      sum();
      skip_spaces();
      if (!mistake_ && at_ < text_.size()) fail(at_, found_here("an operator (+ - * /) or the end"));
    }
    if (mistake_) return *std::move(mistake_);
    parsed_.text = text_;
    return std::move(parsed_);
  }

 private:
  void sum() {
    product();
    while (!mistake_ && next_is("+-")) {
      const Operation operation = text_[at_++] == '+' ? Operation::kAdd : Operation::kSubtract;
      product();
      step(operation);
    }
  }

  void product() {
    factor();
    while (!mistake_ && next_is("*/")) {
      const Operation operation = text_[at_++] == '*' ? Operation::kMultiply : Operation::kDivide;
      factor();
      step(operation);
    }
  }

  void factor() {
    skip_spaces();
    if (mistake_) return;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '-' || c == '(') {
      if (++depth_ > kDeepest)
        return fail(at_, fmt::format("nests too deep; expected {} levels of parentheses and signs at most", kDeepest));
      c == '-' ? negation() : parentheses();
      --depth_;
    } else if (is_digit(c) || c == '.') {
      number();
    } else if (c == '`') {
      quoted_name();
    } else if (starts_name(c) && !is_sign_of_print(text_.substr(at_))) {
      bare_name();
    } else {
      fail(at_, found_here("a column, a number or ("));
    }
  }

  void negation() {
    ++at_;
    factor();
    step(Operation::kNegate);
  }

  void parentheses() {
    const std::size_t opened = at_++;
    sum();
    if (mistake_) return;
    if (!next_is(")"))
      return fail(at_, fmt::format("lacks the ) of the ( at character {}; {}", character(opened), found_here(")")));
    ++at_;
  }

  void number() {
    double value = 0.0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc()) return fail(at_, found_here("a number such as 0.5"));
    const auto after = static_cast<std::size_t>(end - text_.data());
    if (after < text_.size() && is_in_name(text_[after]))
      return fail(at_, fmt::format("has a number run into a name; got {}; expected a number, or the column's name "
                                   "between backticks",
                                   shown(text_.substr(at_, name_end(after) - at_))));
    at_ = after;
    parsed_.steps.push_back({Operation::kNumber, 0, value});
  }

  void quoted_name() {
    const std::size_t close = text_.find('`', at_ + 1);
    if (close == std::string_view::npos) return fail(at_, "has a ` that is never closed; expected a second one");
    if (close == at_ + 1) return fail(at_, "has nothing between two backticks; expected the name of a column");
    column(text_.substr(at_ + 1, close - at_ - 1));
    at_ = close + 1;
  }

  void bare_name() {
    const std::size_t end = name_end(at_);
    column(text_.substr(at_, end - at_));
    at_ = end;
  }

  void column(std::string_view name) {
    const auto known = std::find_if(parsed_.columns.begin(), parsed_.columns.end(),
                                    [name](const ColumnRef& ref) { return ref.text == name; });
    const auto index = static_cast<std::uint32_t>(known - parsed_.columns.begin());
    if (known == parsed_.columns.end()) parsed_.columns.push_back({std::string(name), 0, static_cast<int>(at_)});
    parsed_.steps.push_back({Operation::kColumn, index, 0.0});
  }

  void step(Operation operation) {
    if (!mistake_) parsed_.steps.push_back({operation, 0, 0.0});
  }

  /// × ÷ and − are letters to nobody, and the likeliest slip.
  [[nodiscard]] static bool is_sign_of_print(std::string_view text) {
    return text.starts_with("×") || text.starts_with("÷") || text.starts_with("−");
  }

  [[nodiscard]] std::size_t name_end(std::size_t from) const {
    while (from < text_.size() && is_in_name(text_[from]) && !is_sign_of_print(text_.substr(from))) ++from;
    return from;
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  [[nodiscard]] bool next_is(std::string_view characters) {
    skip_spaces();
    return at_ < text_.size() && characters.find(text_[at_]) != std::string_view::npos;
  }

  [[nodiscard]] std::size_t character(std::size_t offset) const {
    return 1 +
           static_cast<std::size_t>(std::count_if(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset),
                                                  [](char c) { return (c & 0xC0) != 0x80; }));
  }

  [[nodiscard]] std::string found_here(std::string_view expected) const {
    constexpr std::size_t kShown = 12;
    if (at_ >= text_.size()) return fmt::format("ends too soon; expected {}", expected);
    std::size_t end = std::min(at_ + kShown, text_.size());
    while (end < text_.size() && (text_[end] & 0xC0) == 0x80) ++end;
    return fmt::format("has no meaning from character {}; got {}; expected {}", character(at_),
                       shown(text_.substr(at_, end - at_)), expected);
  }

  void fail(std::size_t offset, std::string what) {
    if (!mistake_) mistake_ = ArithmeticMistake{offset, std::move(what)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Arithmetic parsed_;
  std::optional<ArithmeticMistake> mistake_;
};

}  // namespace

std::variant<Arithmetic, ArithmeticMistake> parse_arithmetic(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace tessera::job
