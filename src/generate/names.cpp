#include <array>

#include "generate/rows.hpp"
#include "generate/text.hpp"

namespace tessera::generate {
namespace {

constexpr std::array<std::string_view, 32> kFirst = {
    "Alder", "Amber",    "Anchor", "Aspen", "Beacon", "Birch",  "Bright", "Cedar", "Clear", "Copper",  "Coral",
    "Crown", "Delta",    "Eagle",  "Ember", "Falcon", "Harbor", "Hazel",  "Iron",  "Juno",  "Kestrel", "Lark",
    "Maple", "Meridian", "North",  "Oak",   "Orchid", "Pine",   "Quarry", "River", "Stone", "Summit"};
constexpr std::array<std::string_view, 24> kSecond = {
    "Works",  "Trading",  "Systems", "Partners", "Supply",  "Group",   "Labs",   "Holdings",
    "Foods",  "Textiles", "Data",    "Motors",   "Optics",  "Media",   "Energy", "Tools",
    "Stores", "Services", "Health",  "Capital",  "Freight", "Studios", "Design", "Chemicals"};
constexpr std::array<std::string_view, 6> kForms = {"Ltd", "Inc", "GmbH", "LLC", "SA", "AB"};
constexpr std::array<std::string_view, 10> kUnicode = {
    "Müller & Söhne", "Señor Café",     "Łódź Tekstylia", "Žižkov Pekárna",  "Ægir Skibsværft",
    "東京製作所",     "Ολυμπία Τροφές", "Київ Метал",     "São João Têxtil", "Crème d’Or"};

}  // namespace

void append_account_id(std::uint64_t account, std::string& out) {
  Text(out) << 'A';
  Text(out).padded(account, 9);
}

std::string company_name(const Company& company, std::uint64_t account) {
  const std::uint64_t bits = company.lasting_draws(account).bits(Trait::kName);
  const std::string_view first = kFirst[bits % kFirst.size()];
  const std::string_view second = kSecond[(bits >> 8) % kSecond.size()];
  const std::string_view form = kForms[(bits >> 16) % kForms.size()];
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
  for (const char c : kFirst[bits % kFirst.size()]) out += static_cast<char>(c | 0x20);
  out += '-';
  for (std::uint64_t rest = account; rest > 0; rest /= kLetters.size()) out += kLetters[rest % kLetters.size()];
  out += ".example";
}

}  // namespace tessera::generate
