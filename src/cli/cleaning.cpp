#include "cli/cleaning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "cli/text_table.hpp"
#include "insight/words.hpp"
#include "job/document.hpp"

namespace tessera::cli {
namespace {

using Kind = SpellingSuggestion::Kind;
using words::count_in_words;

/// Neighbours of one column and kind.
void print_column(std::ostream& out, std::span<const SpellingSuggestion> suggestions, std::size_t most) {
  const SpellingSuggestion& first = suggestions.front();
  std::string pairs;
  std::uint64_t accounts = 0;
  for (const SpellingSuggestion& one : suggestions) accounts += one.accounts;
  for (const SpellingSuggestion& one : suggestions.first(std::min(most, suggestions.size())))
    pairs +=
        fmt::format("{}{} = {}", pairs.empty() ? "" : ", ", job::toml_text(one.value), job::toml_text(one.suggestion));
  const std::string more =
      suggestions.size() > most ? fmt::format("  # and {} more", suggestions.size() - most) : std::string();
  if (first.kind == Kind::kGroup) {
    out << fmt::format("  values of [[macro]] groups of {} that no account has: {{ {} }}{}\n", first.column, pairs,
                       more);
  } else {
    out << fmt::format("  [columns.{}]  # {} accounts\n  merge = {{ {} }}{}\n", job::toml_text(first.column),
                       count_in_words(accounts), pairs, more);
  }
}

void print_duplicates(std::ostream& out, const DuplicateSearch& search, std::size_t most) {
  if (search.pairs.empty()) return;
  out << fmt::format("\nLikely duplicates, by name ({} pairs)\n", count_in_words(search.pairs_found));
  TextTable table({"account", "and", "likeness"});
  table.keep_left(1);
  for (const LikelyDuplicate& pair : std::span(search.pairs).first(std::min(most, search.pairs.size())))
    table.add({pair.account_id, pair.other_id, fmt::format("{:.2f}", pair.score)});
  table.print(out);
}

}  // namespace

void print_cleaning(std::ostream& out, const ResultsSummary& summary, std::size_t most) {
  const std::vector<SpellingSuggestion>& all = summary.spellings;
  if (!all.empty()) out << "\nSpellings that may be meant for another one (nothing was changed)\n";
  for (auto first = all.begin(); first != all.end();) {
    const auto last = std::find_if(first, all.end(), [&](const SpellingSuggestion& one) {
      return one.column != first->column || one.kind != first->kind;
    });
    print_column(out, {first, last}, most);
    first = last;
  }
  if (summary.duplicate_search) print_duplicates(out, *summary.duplicate_search, most);
}

}  // namespace tessera::cli
