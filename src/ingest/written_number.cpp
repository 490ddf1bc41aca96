#include "ingest/written_number.hpp"

#include <algorithm>
#include <charconv>

namespace tessera::intake {
namespace {

constexpr std::size_t kLongest = 64;  ///< bytes of a number that is more than plain

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool belongs_to_number(char c) noexcept {
  return is_digit(c) || c == '.' || c == ',';
}

template <class Value>
struct Spelling {
  std::string_view text;
  Value value{};
};

constexpr Spelling<int> kCurrencySpellings[] = {
    {"US$", 0},  {"$", 0},    {"USD", 0},  {"€", 1},    {"EUR", 1},  {"£", 2},    {"GBP", 2},  {"¥", 3},    {"JPY", 3},
    {"₹", 4},    {"INR", 4},  {"CHF", 5},  {"CA$", 6},  {"C$", 6},   {"CAD", 6},  {"AU$", 7},  {"A$", 7},   {"AUD", 7},
    {"NZ$", 8},  {"NZD", 8},  {"CNY", 9},  {"RMB", 9},  {"S$", 10},  {"SGD", 10}, {"HK$", 11}, {"HKD", 11}, {"SEK", 12},
    {"NOK", 13}, {"DKK", 14}, {"kr", 15},  {"PLN", 16}, {"zł", 16},  {"CZK", 17}, {"Kč", 17},  {"HUF", 18}, {"Ft", 18},
    {"R$", 19},  {"BRL", 19}, {"MX$", 20}, {"MXN", 20}, {"ZAR", 21}, {"₺", 22},   {"TRY", 22}, {"₪", 23},   {"ILS", 23},
    {"₩", 24},   {"KRW", 24}, {"₽", 25}, {"RUB", 25}};

/// Powers of ten. A small m may be metres, and a small b anything: they count beside a currency only.
struct Scale {
  int power = 0;
  bool of_money = false;
};
constexpr Spelling<Scale> kScales[] = {
    {"k", {3}},   {"K", {3}},       {"M", {6}},       {"MM", {6}},      {"mn", {6}},     {"Mn", {6}}, {"Mio", {6}},
    {"mio", {6}}, {"million", {6}}, {"Million", {6}}, {"bn", {9}},      {"Bn", {9}},     {"BN", {9}}, {"B", {9}},
    {"Mrd", {9}}, {"billion", {9}}, {"Billion", {9}}, {"m", {6, true}}, {"b", {9, true}}};

/// Spaces, no-break and thin ones among them.
constexpr std::string_view kSpaces[] = {" ", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"};
constexpr std::string_view kApostrophes[] = {"'", "\xE2\x80\x99"};
constexpr std::string_view kMinusSign = "\xE2\x88\x92";

bool take(std::string_view& text, std::string_view front) noexcept {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}
bool take_space(std::string_view& text) noexcept {
  return std::any_of(std::begin(kSpaces), std::end(kSpaces), [&](std::string_view space) { return take(text, space); });
}

/// A currency at the front of a text; one in letters ends where its letters do.
int take_currency(std::string_view& text) noexcept {
  for (const auto& [spelling, currency] : kCurrencySpellings) {
    if (spelling.front() != text.front() || !text.starts_with(spelling)) continue;
    const bool goes_on =
        is_letter(spelling.back()) && text.size() > spelling.size() && is_letter(text[spelling.size()]);
    if (goes_on) continue;
    text.remove_prefix(spelling.size());
    return currency;
  }
  return kNoCurrency;
}

/// from_chars says "out of range" for what is too small as well, and that is 0. The first digit's power of ten tells.
std::optional<double> out_of_range(std::string_view digits) noexcept {
  constexpr std::int64_t kFar = std::int64_t{1} << 40;  // past any exponent that digits in memory could make up for
  const std::size_t e = std::min(digits.find_first_of("eE"), digits.size());
  const std::string_view mantissa = digits.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return 0.0;
  std::int64_t power =
      static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size())) - static_cast<std::int64_t>(first);
  std::string_view written = digits.substr(std::min(e + 1, digits.size()));
  if (written.starts_with('+')) written.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), exponent);
  if (error == std::errc::result_out_of_range) exponent = written.starts_with('-') ? -kFar : kFar;
  power += std::clamp(exponent, -kFar, kFar);
  return power < 0 ? std::optional<double>(0.0) : std::nullopt;
}

/// A plain number without sign, all of the text: up to 15 digits at once, as double holds them exactly.
std::optional<double> unsigned_number(std::string_view digits) noexcept {
  if (digits.empty() || (!is_digit(digits.front()) && digits.front() != '.')) return std::nullopt;
  if (digits.size() <= 15) {
    std::uint64_t whole = 0;
    std::size_t i = 0;
    while (i < digits.size() && is_digit(digits[i])) whole = whole * 10 + static_cast<std::uint64_t>(digits[i++] - '0');
    if (i == digits.size()) return static_cast<double>(whole);
  }
  double value = 0.0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return out_of_range(digits);
  return error == std::errc() ? std::optional<double>(value) : std::nullopt;
}

std::optional<double> with_sign(std::optional<double> value, bool negative) noexcept {
  if (!value || *value == 0.0) return value;
  return negative ? -*value : *value;
}

/// A number and what people write around it.
struct Dressed {
  std::string_view body;
  bool is_signed = false, negative = false, opened = false, closed = false, percent = false;
  bool money_only = false;  ///< the scale counts beside a currency only
  int power = 0;
  int currency = kNoCurrency;
};

bool take_front(std::string_view& text, Dressed& number) noexcept {
  if (take_space(text)) return true;
  if (!number.opened && take(text, "(")) return number.opened = true;
  if (!number.is_signed) {
    if (take(text, "+")) return number.is_signed = true;
    if (take(text, "-") || take(text, kMinusSign)) return number.is_signed = number.negative = true;
  }
  if (number.currency != kNoCurrency) return false;
  number.currency = take_currency(text);
  return number.currency != kNoCurrency;
}

bool take_scale(std::string_view& text, Dressed& number) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const auto* const found = std::find_if(std::begin(kScales), std::end(kScales),
                                         [word](const Spelling<Scale>& one) { return one.text == word; });
  if (found == std::end(kScales)) return false;
  number.power = found->value.power;
  number.money_only = found->value.of_money;
  text.remove_prefix(word.size());
  return true;
}

bool take_back(std::string_view& text, Dressed& number) noexcept {
  const std::size_t before = text.size();
  if (take_space(text)) return true;
  if (number.opened && !number.closed && take(text, ")")) return number.closed = true;
  if (!number.is_signed && !number.opened && take(text, "-")) return number.is_signed = number.negative = true;
  if (number.currency == kNoCurrency) number.currency = take_currency(text);
  if (text.size() < before) return true;
  if (number.power != 0 || number.percent) return false;
  if (take(text, "%")) return number.percent = true;
  return take_scale(text, number);
}

/// Quickly shuts out most words.
bool may_be_number(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLongest) return false;
  constexpr std::size_t kLongestCode = 3;
  std::size_t letters = 0;
  while (letters < text.size() && letters <= kLongestCode && is_letter(text[letters])) ++letters;
  return letters < text.size() && letters <= kLongestCode;
}

/// Takes off all that stands around the digits, each thing at most once.
std::optional<Dressed> undress(std::string_view text) noexcept {
  Dressed number;
  if (!may_be_number(text)) return std::nullopt;
  std::size_t end = text.size();
  while (end > 0 && !belongs_to_number(text[end - 1])) --end;
  if (end == 0) return std::nullopt;
  std::string_view back = text.substr(end);
  text = text.substr(0, end);
  while (!belongs_to_number(text.front())) {
    if (!take_front(text, number)) return std::nullopt;
  }
  while (!back.empty()) {
    if (!take_back(back, number)) return std::nullopt;
  }
  if (number.opened != number.closed || (number.opened && number.is_signed)) return std::nullopt;
  if (number.money_only && number.currency == kNoCurrency) return std::nullopt;
  number.negative = number.negative || number.opened;
  if (number.percent) number.power = -2;
  number.body = text;
  return number;
}

/// What parts the groups of a number whose first group ends here; empty: nothing that may.
std::string_view group_mark(std::string_view rest, char thousands) noexcept {
  if (rest.starts_with(thousands)) return rest.substr(0, 1);
  for (const std::string_view space : kSpaces) {
    if (rest.starts_with(space)) return space;
  }
  for (const std::string_view apostrophe : kApostrophes) {
    if (rest.starts_with(apostrophe)) return apostrophe;
  }
  return {};
}

/// Digits to from_chars' form.
struct Digits {
  std::array<char, 2 * kLongest> bytes{};
  std::size_t size = 0;
  void add(std::string_view text) noexcept {
    std::copy(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    size += text.size();
  }
  [[nodiscard]] std::string_view text() const noexcept { return {bytes.data(), size}; }
};

/// The whole part, its groups joined. False: not digits, or groups that are not of three.
bool join_groups(std::string_view whole, char thousands, Digits& digits) noexcept {
  const auto n_digits = [](std::string_view text) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  };
  const std::size_t first = n_digits(whole);
  digits.add(whole.substr(0, first));
  std::string_view rest = whole.substr(first);
  if (rest.empty()) return true;
  const std::string_view mark = group_mark(rest, thousands);
  if (mark.empty() || first == 0 || first > 3 || whole.front() == '0') return false;
  while (!rest.empty()) {
    if (!take(rest, mark) || n_digits(rest.substr(0, 3)) != 3) return false;
    digits.add(rest.substr(0, 3));
    rest.remove_prefix(3);
  }
  return true;
}

std::string_view exponent_text(int power) noexcept {
  switch (power) {
    case -2:
      return "e-2";
    case 3:
      return "e3";
    case 6:
      return "e6";
    default:
      return "e9";
  }
}

/// The value of digits with groups, fraction and scale.
std::optional<double> value_of(const Dressed& number, DecimalMark mark) noexcept {
  const char decimal = mark == DecimalMark::kPoint ? '.' : ',';
  const char thousands = mark == DecimalMark::kPoint ? ',' : '.';
  std::string_view whole = number.body.substr(0, number.body.find(decimal));
  std::string_view fraction = number.body.substr(whole.size());
  if (fraction.empty()) {  // an exponent right behind the whole part
    whole = whole.substr(0, whole.find_first_of("eE"));
    fraction = number.body.substr(whole.size());
  }
  Digits digits;
  if (!join_groups(whole, thousands, digits)) return std::nullopt;
  const bool grouped = digits.size < whole.size();
  if (grouped && !fraction.empty() && fraction.front() != decimal) return std::nullopt;
  if (fraction.starts_with(decimal)) {
    digits.add(".");
    fraction.remove_prefix(1);
  }
  digits.add(fraction);
  if (number.power != 0) {
    if (fraction.find_first_of("eE") != std::string_view::npos) return std::nullopt;
    digits.add(exponent_text(number.power));
  }
  return with_sign(unsigned_number(digits.text()), number.negative);
}

/// Whether the digits could be read in two ways, or the comma marks decimals: there is a comma, or a point with three
/// digits behind, or more than one point.
bool needs_both_readings(std::string_view cell) noexcept {
  const std::size_t point = cell.find('.');
  if (cell.find(',') != std::string_view::npos) return true;
  return point != std::string_view::npos && cell.size() - point >= 4;
}

}  // namespace

std::optional<double> parse_plain_number(std::string_view cell) noexcept {
  const bool negative = cell.starts_with('-');
  if (negative || cell.starts_with('+')) cell.remove_prefix(1);
  return with_sign(unsigned_number(cell), negative);
}

std::optional<double> parse_number(std::string_view cell, DecimalMark mark) noexcept {
  // A point alone marks thousands where the comma marks decimals.
  if (mark == DecimalMark::kPoint || cell.find('.') == std::string_view::npos) {
    const std::optional<double> plain = parse_plain_number(cell);
    if (plain) return plain;
  }
  const std::optional<Dressed> number = undress(cell);
  return number ? value_of(*number, mark) : std::nullopt;
}

NumberForm number_form(std::string_view cell) noexcept {
  NumberForm form;
  const std::optional<double> plain = parse_plain_number(cell);
  if (plain && cell.find('.') == std::string_view::npos) {
    form.with_point = form.with_comma = true;
    return form;
  }
  if (plain && !needs_both_readings(cell)) {
    form.with_point = true;
    return form;
  }
  const std::optional<Dressed> number = undress(cell);
  if (!number) {
    form.with_point = plain.has_value();
    return form;
  }
  const std::optional<double> point = plain ? plain : value_of(*number, DecimalMark::kPoint);
  const std::optional<double> comma = value_of(*number, DecimalMark::kComma);
  form.with_point = point.has_value();
  form.with_comma = comma.has_value();
  form.differs = point && comma && *point != *comma;
  form.comma_inside = number->body.find(',') != std::string_view::npos;
  form.percent = number->percent;
  form.scaled = number->power > 0;
  form.currency = number->currency;
  return form;
}

}  // namespace tessera::intake
