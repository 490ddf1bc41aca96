#include "results/read_evolution.hpp"

#include <fmt/format.h>

#include <utility>

#include "evolve/stored_night.hpp"
#include "results/names.hpp"
#include "results/stored_table.hpp"
#include "storage/schema_evolution.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;

namespace {

template <class Row>
void fill_levels(const std::string& path, const StoredTable& table, const schema::ColumnName& column,
                 std::vector<Row>& rows) {
  const std::vector<std::string> words = table.texts(column);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::optional<Level> level = level_of(words[i]);
    if (!level) refuse(path, fmt::format("has a row of the unknown level \"{}\"", words[i]));
    rows[i].level = *level;
  }
}

std::vector<LedgerLine> read_ledger(const storage::FileReader& reader, const std::string& evolution,
                                    std::size_t n_segments) {
  namespace columns = schema::ledger;
  const std::string path = child_path(evolution, schema::evolution::kLedger);
  const StoredTable table(reader, path, columns::kId);
  std::vector<LedgerLine> lines(table.rows());
  fill_levels(path, table, columns::kLevel, lines);
  fill(lines, table.texts(columns::kId), &LedgerLine::id);
  fill(lines, table.texts(columns::kName), &LedgerLine::name);
  fill(lines, table.references(columns::kSegment, n_segments, true), &LedgerLine::segment);
  fill(lines, table.numbers<std::int64_t>(columns::kAccountsBefore), &LedgerLine::accounts_before);
  fill(lines, table.numbers<std::int64_t>(columns::kAccountsAfter), &LedgerLine::accounts_after);
  fill(lines, table.numbers<std::int64_t>(columns::kStayed), &LedgerLine::stayed);
  fill(lines, table.texts(columns::kParts), &LedgerLine::parts);
  fill(lines, table.texts(columns::kAbsorbed), &LedgerLine::absorbed);
  fill(lines, table.texts(columns::kOther), &LedgerLine::other);
  fill(lines, table.texts(columns::kStory), &LedgerLine::story);
  const std::vector<std::string> fates = table.texts(columns::kFate);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::optional<Fate> fate = fate_of(fates[i]);
    if (!fate) refuse(path, fmt::format("has the unknown fate \"{}\"", fates[i]));
    lines[i].fate = *fate;
  }
  return lines;
}

std::vector<MigrationLine> read_migration(const storage::FileReader& reader, const std::string& evolution) {
  namespace columns = schema::migration;
  const std::string path = child_path(evolution, schema::evolution::kMigration);
  const StoredTable table(reader, path, columns::kAccounts);
  std::vector<MigrationLine> lines(table.rows());
  fill_levels(path, table, columns::kLevel, lines);
  fill(lines, table.texts(columns::kFrom), &MigrationLine::from);
  fill(lines, table.texts(columns::kTo), &MigrationLine::to);
  fill(lines, table.numbers<std::int64_t>(columns::kAccounts), &MigrationLine::accounts);
  fill(lines, table.numbers<double>(columns::kValue), &MigrationLine::value);
  return lines;
}

}  // namespace

std::optional<Succession> read_evolution(const storage::FileReader& reader, const std::string& path,
                                         std::size_t n_segments) {
  const std::string evolution = child_path(path, schema::segmentation::kEvolution);
  if (!reader.has(child_path(evolution, schema::evolution::kLedger))) return std::nullopt;
  Succession succession;
  succession.since = reader.text(evolution, std::string(schema::evolution::kSince));
  succession.ledger = read_ledger(reader, evolution, n_segments);
  succession.migration = read_migration(reader, evolution);
  succession.retired = evolve::read_retired(reader, child_path(evolution, schema::evolution::kRetired));
  return succession;
}

}  // namespace tessera::results
