// The CSV reader, all the way to the account table, cut into blocks whose size the input chooses, against a plain
// reader that goes from byte to byte. At one rank: what ranks share is the same as what blocks share, and has rank
// tests of its own.

#include <map>
#include <string>
#include <vector>

#include "core/utf8.hpp"
#include "ingest/cell.hpp"
#include "ingest/limits.hpp"
#include "parallel/session.hpp"
#include "property.hpp"
#include "reference_csv.hpp"
#include "scratch_file.hpp"
#include "tessera/context.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera::fuzz {
namespace {

constexpr std::string_view kHeader = "id,a,b\n";

using Accounts = std::map<std::string, std::vector<std::string>>;  ///< cells by id

struct PlainTable {
  Accounts accounts;
  std::uint64_t rows = 0, quarantined = 0;
  bool unclosed = false;
};

/// Whether the text ends within quotes: one opens at a field's start alone.
bool ends_in_quotes(std::string_view text) {
  bool at_start = true;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside) {
      if (c != '"') continue;
      if (i + 1 < text.size() && text[i + 1] == '"') {
        ++i;
      } else {
        inside = false;
      }
    } else {
      inside = c == '"' && at_start;
      at_start = c == ',' || c == '\n';
    }
  }
  return inside;
}

bool is_clean(const test::ReferenceRow& row) {
  if (row.trailing || row.cells.size() != 3) return false;
  for (const std::string& cell : row.cells)
    if (cell.find('\0') != std::string::npos || !is_utf8(cell)) return false;
  return !intake::trimmed(row.cells[0]).empty();
}

PlainTable plain_table(std::string_view body) {
  PlainTable table;
  table.unclosed = ends_in_quotes(body);
  if (table.unclosed) return table;
  for (const test::ReferenceRow& row : test::reference_rows(body, ',', 2)) {
    ++table.rows;
    if (!is_clean(row)) {
      ++table.quarantined;
      continue;
    }
    std::vector<std::string>& cells = table.accounts[row.cells[0]];
    cells.clear();
    for (const std::size_t c : {std::size_t{1}, std::size_t{2}})
      cells.push_back(intake::is_missing(intake::trimmed(row.cells[c])) ? "" : row.cells[c]);
  }
  return table;
}

Job job_of(const std::string& path) {
  Job job;
  job.max_quarantined = 1.0;
  SourceSpec& source = job.sources.emplace_back();
  source.name = "crm";
  source.path = path;
  source.key = "id";
  source.delimiter = ',';
  for (const std::string name : {"a", "b"}) {
    ColumnSpec& column = job.columns.emplace_back();
    column.column.text = name;
    column.type = ColumnType::kText;
  }
  return job;
}

Accounts accounts_of(const AccountTable& table) {
  Accounts accounts;
  for (std::size_t i = 0; i < table.n_local; ++i) {
    std::vector<std::string>& cells = accounts[std::string(table.ids.at(i))];
    for (const Column& column : table.columns) cells.emplace_back(std::get<TextColumn>(column.data).at(i));
  }
  return accounts;
}

void check(const Context& context, std::string_view body, const intake::Limits& limits) {
  static const ScratchFile file("crm.csv");
  const Job job = job_of(file.write(std::string(kHeader) + std::string(body)));
  const PlainTable plain = plain_table(body);
  try {
    const Ingested ingested = intake::ingest_within(context, job, read_heads(context, job), limits);
    require(!plain.unclosed && !plain.accounts.empty(), "a quote that is never closed, or no account, is refused");
    const SourceReport& report = ingested.report.sources.front();
    require(report.rows_read == plain.rows, "rows are counted");
    require(report.quarantined == plain.quarantined, "what cannot be read is in quarantine");
    require(accounts_of(ingested.accounts) == plain.accounts, "the accounts are those of the plain reader");
  } catch (const Error& error) {
    if (plain.unclosed || plain.accounts.empty()) {
      require(error.code() == ExitCode::kBadData, "bad data is what it is called");
      return;
    }
    std::fprintf(stderr, "%s\n", error.what());
    require(false, "a table with accounts is read");
  }
}

}  // namespace
}  // namespace tessera::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera;
  static parallel::Session session(nullptr, nullptr);
  static Journal journal(false);
  fuzz::Input input(bytes, size);
  intake::Limits limits;
  limits.block_bytes = 1U + input.take_byte();
  limits.round_bytes = limits.block_bytes * (1U + input.take_byte() % 8U);
  fuzz::check({session.world(), journal, 1}, input.rest(), limits);
  return 0;
}
