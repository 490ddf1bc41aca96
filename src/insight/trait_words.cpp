#include "insight/trait_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "insight/words.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kMostLettersOfValue = 32;

bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) noexcept {
  return is_upper(c) || is_lower(c) || static_cast<unsigned char>(c) >= 0x80;
}

bool is_among(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Words of a column's name, cut at separators and where a capital follows a small letter.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> found(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool separates = c == '_' || c == '.' || c == '-' || static_cast<unsigned char>(c) <= ' ';
    const bool hump = i > 0 && is_upper(c) && is_lower(name[i - 1]);
    if ((separates || hump) && !found.back().empty()) found.emplace_back();
    if (!separates) found.back() += c;
  }
  if (found.back().empty()) found.pop_back();
  return found;
}

std::string spoken_word(const std::string& word) {
  constexpr std::array<std::string_view, 8> kAcronyms{"clv", "ltv", "nps", "roi", "crm", "arr", "mrr", "ebitda"};
  std::string lower = lower_case(word);
  if (is_among(kAcronyms, lower) || (word.size() >= 2 && word.size() <= 4 && std::ranges::all_of(word, is_upper))) {
    std::string upper = lower;
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
  }
  if (lower == "marketvalue") return "market value";
  if (lower == "marketcap") return "market cap";
  return lower;
}

std::string joined(std::span<const std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += ' ';
    text += spoken_word(part);
  }
  return text;
}

std::string_view last_word(std::string_view spoken) {
  return spoken.substr(spoken.rfind(' ') + 1);
}

constexpr std::string_view kGapBetween = "gap between ", kShareOf = "share of ", kSpendTrend = "spend trend";

/// How the degrees of a column are said, in the order of Degree; "{}" is the column.
using Sayings = std::array<const char*, 12>;

const Sayings& sayings_of(const std::string& spoken) {
  static constexpr Sayings kPlain{"no {}",     "with {}",      "very low {}",      "low {}",           "medium {}",
                                  "high {}",   "very high {}", "below-average {}", "above-average {}", "lower {}",
                                  "higher {}", "{} unknown"};
  static constexpr Sayings kCounted{"no {}",        "with {}",  "very few {}", "few {}",   "moderate {}", "many {}",
                                    "very many {}", "fewer {}", "more {}",     "fewer {}", "more {}",     "{} unknown"};
  static constexpr Sayings kLasting{"no {}",     "with {}",    "very short {}", "short {}",
                                    "medium {}", "long {}",    "very long {}",  "shorter {}",
                                    "longer {}", "shorter {}", "longer {}",     "{} unknown"};
  static constexpr Sayings kRecency{"active now",           "not active now",       "very recently active",
                                    "recently active",      "not long inactive",    "long inactive",
                                    "very long inactive",   "more recently active", "longer inactive",
                                    "more recently active", "longer inactive",      "last activity unknown"};
  static constexpr Sayings kFounded{"founding unknown",      "founding known",  "founded long ago",
                                    "founded long ago",      "founded mid-way", "founded recently",
                                    "founded very recently", "founded earlier", "founded later",
                                    "founded earlier",       "founded later",   "founding unknown"};
  static constexpr Sayings kGap{"{} on one day",    "{} on several days", "very frequent {}",   "frequent {}",
                                "{} now and then",  "infrequent {}",      "very infrequent {}", "more frequent {}",
                                "less frequent {}", "more frequent {}",   "less frequent {}",   "no repeat {}"};
  static constexpr Sayings kTrend{"no spend last quarter",
                                  "spend last quarter",
                                  "very weak {}",
                                  "weak {}",
                                  "medium {}",
                                  "strong {}",
                                  "very strong {}",
                                  "weaker {}",
                                  "stronger {}",
                                  "weaker {}",
                                  "stronger {}",
                                  "no spend in the quarter before last"};
  static constexpr Sayings kAveraged{"no {}",        "with {}",  "very low {}", "low {}",   "medium {}", "high {}",
                                     "very high {}", "lower {}", "higher {}",   "lower {}", "higher {}", "{} unknown"};
  static constexpr Sayings kSized{"no {}",     "with {}",    "very small {}", "small {}",
                                  "medium {}", "large {}",   "very large {}", "small {}",
                                  "large {}",  "smaller {}", "larger {}",     "{} unknown"};
  const std::string_view last = last_word(spoken);
  if (spoken.starts_with(kGapBetween)) return kGap;
  if (spoken == kSpendTrend) return kTrend;
  if (spoken.starts_with("average ") || spoken.starts_with("mean ")) return kAveraged;
  if (last == "high" || last == "low") return kSized;  // "low 52 week high" would make readers stop
  if (spoken.find("recency") != std::string::npos || spoken.find("days since") != std::string::npos) return kRecency;
  if (spoken.starts_with("founded") || spoken == "year founded" || spoken == "founding year") return kFounded;
  if (last == "tenure" || last == "duration" || last == "lifetime") return kLasting;
  return is_counted(spoken) ? kCounted : kPlain;
}

std::string flag_in_trait(std::string_view name, bool yes) {
  std::vector<std::string> parts = words_of(name);
  const std::string first = parts.empty() ? "" : lower_case(parts.front());
  const bool has_verb = parts.size() > 1 && (first == "is" || first == "has");
  if (has_verb) parts.erase(parts.begin());
  std::string spoken = joined(parts);
  if (yes) return spoken;
  const bool describes = (has_verb && first == "is") || spoken.ends_with("ed");
  return fmt::format("{} {}", describes ? "not" : "no", spoken);
}

/// Control characters would break a line or a table, and runs of blanks look like a mistake.
std::string clean(std::string_view text) {
  std::string cleaned;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank)
      cleaned += c;
    else if (!cleaned.empty() && cleaned.back() != ' ')
      cleaned += ' ';
  }
  if (!cleaned.empty() && cleaned.back() == ' ') cleaned.pop_back();
  return cleaned;
}

bool speaks_for_itself(std::string_view category) {
  constexpr std::array<std::string_view, 16> kVague{"low",    "medium", "high", "small",  "large", "big",
                                                    "none",   "new",    "old",  "good",   "bad",   "first",
                                                    "second", "third",  "mid",  "average"};
  return std::ranges::count_if(category, is_letter) >= 2 && !is_among(kVague, lower_case(category));
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string spoken_column(std::string_view name) {
  constexpr std::array<std::string_view, 6> kUnits{"usd", "eur", "gbp", "chf", "pct", "percent"};
  std::vector<std::string> parts = words_of(name);
  while (parts.size() > 1 && is_among(kUnits, lower_case(parts.back()))) parts.pop_back();
  return words::shorten(clean(joined(parts)), kMostLettersOfValue);
}

bool is_counted(std::string_view spoken) {
  constexpr std::array<std::string_view, 38> kCountables{
      "opened",   "sent",      "delivered",    "clicked",  "employees", "orders",     "visits",  "clicks",
      "contacts", "users",     "seats",        "tickets",  "calls",     "sessions",   "opens",   "downloads",
      "products", "items",     "locations",    "sites",    "licenses",  "licences",   "units",   "children",
      "logins",   "purchases", "transactions", "messages", "mails",     "emails",     "returns", "leads",
      "meetings", "pages",     "stores",       "branches", "members",   "subscribers"};
  const bool is_of_things =
      spoken.find(" of ") != std::string_view::npos || spoken.find(" between ") != std::string_view::npos;
  return !is_of_things && is_among(kCountables, last_word(spoken));
}

std::string history_column(std::string_view source, std::string_view name) {
  constexpr std::string_view kShare = "share_";
  std::string things = spoken_column(source);
  if (name == "frequency") return things;
  if (name == "monetary") return "spend";
  if (name == "gap_days") return std::string(kGapBetween) + things;
  if (name == "trend") return std::string(kSpendTrend);
  if (name == "tenure_days") return "tenure";
  if (name.starts_with(kShare)) return fmt::format("{}{} in {}", kShareOf, clean(name.substr(kShare.size())), things);
  return spoken_column(name);
}

std::string number_in_trait(std::string_view name, Degree degree) {
  const std::string spoken = spoken_column(name);
  std::string_view subject = spoken;
  if (subject.starts_with(kGapBetween)) subject.remove_prefix(kGapBetween.size());
  const bool is_all_or_nothing = degree == Degree::kNone || degree == Degree::kSome;
  if (subject.starts_with(kShareOf) && is_all_or_nothing) subject.remove_prefix(kShareOf.size());
  return fmt::format(fmt::runtime(sayings_of(spoken)[static_cast<std::size_t>(degree)]), subject);
}

std::string negative_in_trait(std::string_view name) {
  constexpr std::array<std::string_view, 7> kProfits{"profit", "profits", "income",        "earnings",
                                                     "margin", "result",  "earnings/share"};
  const std::string spoken = spoken_column(name);
  return is_among(kProfits, last_word(spoken)) ? "loss-making" : "negative " + spoken;
}

std::string degree_in_words(std::string_view name, Degree degree) {
  constexpr std::string_view kThenColumn = " {}";
  const std::string_view saying = sayings_of(spoken_column(name))[static_cast<std::size_t>(degree)];
  return saying.ends_with(kThenColumn) ? std::string(saying.substr(0, saying.size() - 2)) : std::string();
}

std::string category_in_trait(std::string_view name, std::string_view category) {
  const int answer = yes_or_no(category);
  if (answer != 0) return flag_in_trait(name, answer > 0);
  const std::string value = words::shorten(clean(category), kMostLettersOfValue);
  return speaks_for_itself(value) ? value : fmt::format("{} {}", spoken_column(name), value);
}

int yes_or_no(std::string_view category) {
  constexpr std::array<std::string_view, 3> kYes{"yes", "true", "y"};
  constexpr std::array<std::string_view, 3> kNo{"no", "false", "n"};
  const std::string lower = lower_case(category);
  if (is_among(kYes, lower)) return 1;
  return is_among(kNo, lower) ? -1 : 0;
}

bool is_remainder(std::string_view category) {
  constexpr std::array<std::string_view, 9> kRest{"other", "others",  "(other)", "n/a",          "na",
                                                  "misc",  "unknown", "-",       "not available"};
  return is_among(kRest, lower_case(category));
}

bool is_identifier(std::string_view name) {
  constexpr std::array<std::string_view, 23> kPlaces{
      "id",    "ids",    "key", "code",  "zip",  "postcode", "phone",    "fax",       "uuid", "guid", "ref",    "row",
      "index", "symbol", "url", "email", "rank", "name",     "latitude", "longitude", "lat",  "lon",  "website"};
  const std::vector<std::string> parts = words_of(name);
  // The share of a product that has a number only.
  if (name.starts_with("share_") && std::ranges::count_if(name.substr(6), is_letter) < 2) return true;
  return parts.empty() || is_among(kPlaces, lower_case(parts.back()));
}

}  // namespace tessera::insight
