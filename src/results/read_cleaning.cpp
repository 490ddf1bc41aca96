#include "results/read_cleaning.hpp"

#include "results/names.hpp"
#include "results/stored_table.hpp"

namespace tessera::results {

namespace schema = storage::schema;

namespace {

std::vector<SpellingSuggestion> read_spellings(const storage::FileReader& reader) {
  namespace names = schema::suggestions;
  const StoredTable table(reader, std::string(names::kPath), names::kKind);
  std::vector<SpellingSuggestion> spellings(table.rows());
  const std::vector<std::string> kinds = table.texts(names::kKind);
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    const auto kind = suggestion_kind_of(kinds[i]);
    if (!kind) refuse(std::string(names::kPath), fmt::format("has a row of the unknown kind \"{}\"", kinds[i]));
    spellings[i].kind = *kind;
  }
  fill(spellings, table.texts(names::kColumn), &SpellingSuggestion::column);
  fill(spellings, table.texts(names::kValue), &SpellingSuggestion::value);
  fill(spellings, table.texts(names::kSuggestion), &SpellingSuggestion::suggestion);
  fill(spellings, table.numbers<std::uint64_t>(names::kAccounts), &SpellingSuggestion::accounts);
  fill(spellings, table.numbers<std::uint64_t>(names::kSuggestionAccounts), &SpellingSuggestion::suggestion_accounts);
  fill(spellings, table.numbers<double>(names::kScore), &SpellingSuggestion::score);
  return spellings;
}

DuplicateSearch read_duplicate_search(const storage::FileReader& reader) {
  namespace names = schema::likely_duplicates;
  const std::string path(names::kPath);
  const StoredTable table(reader, path, names::kAccountId);
  DuplicateSearch search;
  search.pairs.resize(table.rows());
  fill(search.pairs, table.texts(names::kAccountId), &LikelyDuplicate::account_id);
  fill(search.pairs, table.texts(names::kOtherId), &LikelyDuplicate::other_id);
  fill(search.pairs, table.numbers<double>(names::kScore), &LikelyDuplicate::score);
  const auto count = [&](schema::Name name) {
    const std::int64_t number = reader.integer(path, std::string(name));
    if (number < 0) refuse(path, fmt::format("{} is {}", name, number));
    return static_cast<std::uint64_t>(number);
  };
  search.pairs_found = count(names::kPairsFound);
  search.pairs_skipped = count(names::kPairsSkipped);
  search.accounts_skipped = count(names::kAccountsSkipped);
  return search;
}

}  // namespace

void read_cleaning(const storage::FileReader& reader, ResultsSummary& summary) {
  if (reader.has(std::string(schema::suggestions::kPath))) summary.spellings = read_spellings(reader);
  if (reader.has(std::string(schema::likely_duplicates::kPath)))
    summary.duplicate_search = read_duplicate_search(reader);
}

}  // namespace tessera::results
