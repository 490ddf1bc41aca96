#include "results/content_parts.hpp"
#include "results/names.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::RowsOf;

namespace {

/// Here ids of accounts leave the program outside /accounts.
void add_likely_duplicates(Content& content, const DuplicateSearch& search) {
  namespace names = schema::likely_duplicates;
  const std::string path(names::kPath);
  Entry& pairs = content.add_table(path, RowsOf::kRoot, search.pairs.size());
  RowColumns(content, pairs, search.pairs)
      .add(names::kAccountId, &LikelyDuplicate::account_id)
      .add(names::kOtherId, &LikelyDuplicate::other_id)
      .add(names::kScore, &LikelyDuplicate::score);
  content.add_attribute(path, names::kPairsFound, static_cast<std::int64_t>(search.pairs_found));
  content.add_attribute(path, names::kPairsSkipped, static_cast<std::int64_t>(search.pairs_skipped));
  content.add_attribute(path, names::kAccountsSkipped, static_cast<std::int64_t>(search.accounts_skipped));
}

}  // namespace

void add_cleaning(Content& content, const IngestReport& report) {
  namespace names = schema::suggestions;
  Entry& spellings = content.add_table(std::string(names::kPath), RowsOf::kRoot, report.spellings.size());
  RowColumns(content, spellings, report.spellings)
      .add_category(names::kKind, [](const SpellingSuggestion& row) { return name_of(row.kind); })
      .add(names::kColumn, &SpellingSuggestion::column)
      .add(names::kValue, &SpellingSuggestion::value)
      .add(names::kSuggestion, &SpellingSuggestion::suggestion)
      .add(names::kAccounts, &SpellingSuggestion::accounts)
      .add(names::kSuggestionAccounts, &SpellingSuggestion::suggestion_accounts)
      .add(names::kScore, &SpellingSuggestion::score);
  if (report.duplicate_search) add_likely_duplicates(content, *report.duplicate_search);
}

}  // namespace tessera::results
