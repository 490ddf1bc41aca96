#include "insight/rules/rule_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/iso_date.hpp"
#include "core/special_numbers.hpp"
#include "insight/trait_words.hpp"
#include "insight/words.hpp"

namespace tessera::insight {

namespace {

/// From `low` on and below `high`; infinite where open.
struct Range {
  double low = -kInfinity, high = kInfinity;
  [[nodiscard]] bool is_open_below() const noexcept { return low == -kInfinity; }
  [[nodiscard]] bool is_open_above() const noexcept { return high == kInfinity; }
};

Range range_of(const RuleColumn& column, BinSet known) {
  Range range;
  std::size_t first = 0;
  while (!has_bin(known, first)) ++first;
  std::size_t last = column.missing() - 1;
  while (!has_bin(known, last)) --last;
  if (first > 0) range.low = column.cuts[first - 1];
  if (last < column.cuts.size()) range.high = column.cuts[last];
  return range;
}

bool is_year(const RuleColumn& column) {
  const std::string& spoken = column.spoken;
  return spoken.starts_with("founded") || spoken == "year" || spoken.ends_with(" year") || spoken.starts_with("year ");
}

std::string bound(const RuleColumn& column, double value) {
  if (column.kind == RuleColumn::Kind::kDate) {
    const std::string date = iso_date(static_cast<std::int32_t>(value));
    if (date.ends_with("-01-01")) return date.substr(0, date.size() - 6);
    return date.ends_with("-01") ? date.substr(0, date.size() - 3) : date;
  }
  if (column.name.starts_with("share_")) return fmt::format("{:.6g} %", 100.0 * value);
  if (is_year(column)) return fmt::format("{:.0f}", value);
  return words::bound_in_words(value);
}

/// "≥ 3", "10–50", "< 1.2 M", "0".
std::string range_in_words(const RuleColumn& column, const Range& range) {
  const bool above_zero = range.low == std::numeric_limits<double>::denorm_min();
  std::string from = above_zero ? "> 0" : "≥ " + bound(column, range.low);
  if (range.is_open_above()) return from;
  if (range.high == std::numeric_limits<double>::denorm_min()) return range.low == 0.0 ? "0" : "≤ 0";
  // A whole number below 51 is at most 50; but money below a million is not "at most 999,999".
  constexpr double kLargeNumber = 10'000.0;
  const bool closed = column.is_whole && std::fabs(range.high) < kLargeNumber;
  const double last = closed ? range.high - 1.0 : range.high;
  if (range.is_open_below()) return fmt::format("{} {}", closed ? "≤" : "<", bound(column, last));
  if (range.low == last) return bound(column, last);
  if (above_zero) return fmt::format("> 0 and {} {}", closed ? "≤" : "<", bound(column, last));
  if (range.low < 0.0) return fmt::format("{} to {}", bound(column, range.low), bound(column, last));
  return fmt::format("{}–{}", bound(column, range.low), bound(column, last));
}

std::string date_in_words(const RuleColumn& column, const Range& range) {
  if (range.is_open_above()) return "since " + bound(column, range.low);
  if (range.is_open_below()) return "before " + bound(column, range.high);
  const std::string from = bound(column, range.low);
  // Whole years are named by their first and last.
  const std::string below = bound(column, range.high);
  if (from.size() == 4 && below.size() == 4) {
    const std::string last = bound(column, range.high - 1.0).substr(0, 4);
    return from == last ? "in " + from : fmt::format("{}–{}", from, last);
  }
  return fmt::format("from {} to before {}", from, below);
}

/// A column's name, told from others of that name by its source.
std::string subject(const RuleColumn& column) {
  return column.is_ambiguous ? fmt::format("{} {}", spoken_column(column.source), column.spoken) : column.spoken;
}

/// "clicks" → "click"; words that end otherwise are left as they are.
std::string singular(const std::string& things) {
  const bool is_plural = things.ends_with("s") && !things.ends_with("ss") && !things.ends_with("ies");
  return is_plural && !things.ends_with("branches") ? things.substr(0, things.size() - 1) : things;
}

std::string recency_in_words(const RuleColumn& column, const Range& range) {
  if (range.is_open_below()) return fmt::format("active in the last {} days", bound(column, range.high - 1.0));
  if (range.is_open_above()) return fmt::format("inactive for {} days or more", bound(column, range.low));
  return fmt::format("last active {}–{} days ago", bound(column, range.low), bound(column, range.high - 1.0));
}

std::string numbers_in_words(const RuleColumn& column, BinSet known) {
  const Range range = range_of(column, known);
  const std::string what = subject(column);
  if (range.is_open_below() && range.is_open_above()) return what + " known";
  if (column.kind == RuleColumn::Kind::kDate) return fmt::format("{} {}", what, date_in_words(column, range));
  if (column.name.ends_with("recency_days")) return recency_in_words(column, range);
  if (is_year(column) && range.is_open_below()) return fmt::format("{} before {:.0f}", what, range.high);
  if (is_year(column) && range.is_open_above()) return fmt::format("{} {:.0f} or later", what, range.low);
  const std::string words = range_in_words(column, range);
  if (what == "spend trend") return fmt::format("spend last quarter {} times the quarter before", words);
  if (is_counted(what)) {
    if (words == "0" || words == "≤ 0") return "no " + what;
    const bool is_one = words == "1" || words.ends_with(" 1");
    return fmt::format("{} {}", words, is_one ? singular(what) : what);
  }
  return fmt::format("{} {}", what, words);
}

std::string unknown_in_words(const RuleColumn& column) {
  if (!column.missing_is_never) return number_in_trait(subject(column), Degree::kUnknown);
  return column.name.ends_with("recency_days") ? "never active" : "no " + subject(column);
}

std::string category(const RuleColumn& column, std::size_t bin) {
  if (bin == column.missing() || column.labels[bin] == kUnknownCategory) return subject(column) + " unknown";
  const std::string& label = column.labels[bin];
  if (is_remainder(label)) return fmt::format("{} {}", subject(column), label);
  const int answer = yes_or_no(label);
  if (column.is_customer_flag && answer != 0) return answer > 0 ? "customers" : "prospects";
  return category_in_trait(column.name, label);
}

std::string categories_in_words(const RuleColumn& column, BinSet bins) {
  const bool excludes = has_bin(bins, column.labels.size());
  const BinSet listed = excludes ? column.all_bins() & ~bins : bins;
  std::string text;
  for (std::size_t bin = 0; bin < column.n_bins(); ++bin) {
    if (!has_bin(listed, bin)) continue;
    if (!text.empty()) text += " or ";
    text += category(column, bin);
  }
  return excludes ? "not " + text : text;
}

}  // namespace

std::string condition_in_words(const RuleColumn& column, BinSet bins) {
  if (column.kind == RuleColumn::Kind::kCategory) return categories_in_words(column, bins);
  const BinSet missing = BinSet{1} << column.missing();
  const BinSet known = bins & ~missing;
  if (known == 0) return unknown_in_words(column);
  std::string text = numbers_in_words(column, known);
  if (known == bins) return text;
  const bool is_plain = unknown_in_words(column) == subject(column) + " unknown";
  return text + (column.missing_is_never ? " or never" : is_plain ? " or unknown" : " or " + unknown_in_words(column));
}

std::string rule_in_words(const Rule& rule, std::span<const RuleColumn> columns) {
  std::vector<Condition> conditions = rule.conditions;
  std::ranges::sort(conditions, {}, &Condition::column);
  std::string text;
  for (const Condition& condition : conditions) {
    if (!text.empty()) text += ", ";
    text += condition_in_words(columns[condition.column], condition.bins);
  }
  return text;
}

}  // namespace tessera::insight
