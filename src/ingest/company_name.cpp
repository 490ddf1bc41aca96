#include "ingest/company_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "ingest/folded_text.hpp"

namespace tessera::intake {
namespace {

/// Words of legal forms in many countries, sorted. Single letters have been put together: "S. p. A." is "spa".
constexpr auto kLegalForms = std::to_array<std::u32string_view>(
    {U"ab",           U"ag",  U"and",     U"aps",  U"as",          U"asa",          U"bhd",  U"bv",
     U"bvba",         U"co",  U"company", U"corp", U"corporation", U"cv",           U"doo",  U"eg",
     U"ek",           U"et",  U"eu",      U"ev",   U"gbr",         U"gesellschaft", U"gmbh", U"inc",
     U"incorporated", U"kft", U"kg",      U"kgaa", U"kk",          U"limited",      U"llc",  U"llp",
     U"lp",           U"ltd", U"ltda",    U"mbh",  U"nv",          U"nyrt",         U"ohg",  U"oy",
     U"oyj",          U"plc", U"pte",     U"pty",  U"pvt",         U"sa",           U"sarl", U"sas",
     U"se",           U"sl",  U"spa",     U"srl",  U"sro",         U"ug",           U"und"});
static_assert(std::ranges::is_sorted(kLegalForms));

bool is_legal_form(std::u32string_view word) {
  return std::ranges::binary_search(kLegalForms, word);
}

/// Left out, so that what is around them is one word: "O'Neil", "L.L.C.".
constexpr bool is_joiner(char32_t c) noexcept {
  return c == U'.' || c == U'\'' || c == U'`' || c == 0x2019;
}

/// Words of letters and digits; neighbours of one letter each are one word.
std::vector<std::u32string> words_of(std::u32string_view text) {
  std::vector<std::u32string> words(1);
  for (const char32_t c : text) {
    if (is_joiner(c)) continue;
    if (is_word_part(c)) {
      words.back() += without_accent(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  std::vector<std::u32string> joined;
  bool after_single = false;
  for (std::u32string& word : words) {
    const bool single = word.size() == 1;
    if (single && after_single) {
      joined.back() += word;
    } else {
      joined.push_back(std::move(word));
    }
    after_single = single;
  }
  return joined;
}

bool has_digit(std::u32string_view word) {
  return std::ranges::any_of(word, is_digit);
}

/// Letters in words of both, or −1 if a word with a digit is in one alone.
int letters_in_common(std::span<const std::u32string_view> a, std::span<const std::u32string_view> b) {
  std::size_t letters = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      letters += a[i].size();
      ++i;
      ++j;
      continue;
    }
    const bool of_a = j == b.size() || (i < a.size() && a[i] < b[j]);
    if (has_digit(of_a ? a[i++] : b[j++])) return -1;
  }
  return static_cast<int>(letters);
}

int letters_in(std::span<const std::u32string_view> words) {
  std::size_t letters = 0;
  for (const std::u32string_view word : words) letters += word.size();
  return static_cast<int>(letters);
}

/// Edits from one text to the other (optimal string alignment: Damerau's four, no part edited twice); `most` + 1 if
/// there are more than `most`. Three rows of the table by dynamic programming.
int edits(std::u32string_view a, std::u32string_view b, int most) {
  std::array<std::array<int, kMostCompared + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    // An exchange reaches over one row, so a row that is past the limit does not yet end it.
    if (least > most + 1) return most + 1;
  }
  return std::min(rows[a.size() % 3][b.size()], most + 1);
}

}  // namespace

std::u32string company_words(std::string_view utf8) {
  std::vector<std::u32string> words = words_of(folded(utf8));
  while (words.size() > 1 && is_legal_form(words.back())) words.pop_back();
  std::u32string text;
  for (const std::u32string& word : words) {
    if (!text.empty()) text += U' ';
    text += word;
  }
  return text;
}

ComparableName comparable(std::u32string_view words) {
  ComparableName name;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(U' '), words.size());
    name.order.push_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  std::ranges::sort(name.order);
  for (const std::u32string_view word : name.order) name.joined += word;
  name.joined.resize(std::min(name.joined.size(), kMostCompared));
  return name;
}

int likeness(const ComparableName& a, const ComparableName& b, int least) {
  const int common = letters_in_common(a.order, b.order);
  if (common < 0) return 0;
  const int by_words = 2000 * common / std::max(1, letters_in(a.order) + letters_in(b.order));
  const auto longer = static_cast<int>(std::max(a.joined.size(), b.joined.size()));
  const int most = (1000 - least) * longer / 1000;
  const int by_letters = 1000 * (longer - edits(a.joined, b.joined, most)) / std::max(1, longer);
  const int best = std::max(by_words, by_letters);
  return best < least ? 0 : best;
}

}  // namespace tessera::intake
