#include <array>

#include "generate/rows.hpp"
#include "generate/text.hpp"

namespace tessera::generate {
namespace {

/// A first word is one of each: 1,024 of them, so that names of companies seldom repeat.
constexpr std::array<std::string_view, 32> kOpenings = {
    "Al", "Am",  "An",  "Bel", "Bor", "Bri", "Cal", "Cor", "Dan", "Del",  "El",  "Fal", "Fen", "Gar", "Hal", "Har",
    "Il", "Jun", "Kes", "Lar", "Mar", "Mer", "Nor", "Or",  "Pel", "Quin", "Ral", "Sel", "Tal", "Ur",  "Ver", "Win"};
constexpr std::array<std::string_view, 32> kEndings = {
    "bridge", "by",   "cott", "dale",  "den",  "der",    "don",  "field", "ford", "gate", "ham",
    "haven",  "holm", "ian",  "is",    "land", "ley",    "line", "mere",  "mont", "more", "ness",
    "port",   "ric",  "sen",  "stead", "ster", "thorpe", "ton",  "vale",  "wick", "worth"};
constexpr std::array<std::string_view, 24> kSecond = {
    "Works",  "Trading",  "Systems", "Partners", "Supply",  "Group",   "Labs",   "Holdings",
    "Foods",  "Textiles", "Data",    "Motors",   "Optics",  "Media",   "Energy", "Tools",
    "Stores", "Services", "Health",  "Capital",  "Freight", "Studios", "Design", "Chemicals"};
constexpr std::array<std::string_view, 6> kForms = {"Ltd", "Inc", "GmbH", "LLC", "SA", "AB"};
constexpr std::array<std::string_view, 10> kUnicode = {
    "Müller & Söhne", "Señor Café",     "Łódź Tekstylia", "Žižkov Pekárna",  "Ægir Skibsværft",
    "東京製作所",     "Ολυμπία Τροφές", "Київ Метал",     "São João Têxtil", "Crème d’Or"};

std::string first_word(std::uint64_t bits) {
  return std::string(kOpenings[bits % kOpenings.size()]).append(kEndings[(bits >> 6) % kEndings.size()]);
}

}  // namespace

void append_account_id(std::uint64_t account, std::string& out) {
  Text(out) << 'A';
  Text(out).padded(account, 9);
}

std::string company_name(const Company& company, std::uint64_t account) {
  const std::uint64_t bits = company.lasting_draws(account).bits(Trait::kName);
  const std::string first = first_word(bits);
  const std::string_view second = kSecond[(bits >> 12) % kSecond.size()];
  const std::string_view form = kForms[(bits >> 20) % kForms.size()];
  const double u = company.lasting_draws(account).uniform(Trait::kName, 1);
  std::string name;
  Text text(name);
  if (u < kQuotedNameRate / 2) {
    text << first << ", " << second << " & Co";
  } else if (u < kQuotedNameRate) {
    text << "The \"" << first << "\" " << second << ' ' << form;
  } else if (u < kQuotedNameRate + kUnicodeNameRate) {
    text << kUnicode[(bits >> 24) % kUnicode.size()] << ' ' << static_cast<std::int64_t>(account % 1000);
  } else {
    text << first << ' ' << second << ' ' << form;
  }
  return name;
}

void append_website(const Company& company, std::uint64_t account, std::string& out) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const std::uint64_t bits = company.lasting_draws(account).bits(Trait::kName);
  out += "www.";
  for (const char c : first_word(bits)) out += static_cast<char>(c | 0x20);
  out += '-';
  std::uint64_t rest = account;
  do out += kLetters[rest % kLetters.size()];
  while ((rest /= kLetters.size()) > 0);
  out += ".example";
}

}  // namespace tessera::generate
