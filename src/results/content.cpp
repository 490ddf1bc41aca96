#include "results/content.hpp"

#include <fmt/format.h>

#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "results/content_parts.hpp"
#include "tessera/errors.hpp"

namespace tessera::results {
namespace {

void check(const Entry& entry) {
  const storage::Table& table = entry.table;
  for (const storage::TableColumn& column : table.columns)
    if (storage::row_count(column.cells, column.width) != table.n_local)
      throw Error(ExitCode::kInternal,
                  fmt::format("the results do not fit together: {} of {} has {} rows, its table {}", column.name,
                              table.path, storage::row_count(column.cells, column.width), table.n_local));
  if (!entry.keys.keys.empty() && entry.keys.keys.size() != table.n_local)
    throw Error(ExitCode::kInternal,
                fmt::format("{} has {} rows for {} account keys", table.path, table.n_local, entry.keys.keys.size()));
}

}  // namespace

Content::Content(const Context& context, const RunResults& results, const RunFacts& facts) {
  parallel::run_together(context.comm, [&] {
    add_run(*this, results, facts, context.comm.size());
    add_gate(*this, results.gate);
    add_ingest(*this, results);
    add_accounts(*this, results);
    if (results.best_customers) add_best_customers(*this, *results.best_customers);
    if (results.lookalike) add_lookalike(*this, *results.lookalike);
    for (std::size_t i = 0; i < results.segmentations.size(); ++i)
      add_segmentation(*this, results, results.segmentations[i], static_cast<std::int64_t>(i));
    add_dormant(*this, results.dormant);
    if (!results.scored_by.empty()) leave_unpacked();
    for (const Entry& entry : tables_) check(entry);
  });
}

/// Scored accounts are read once and soon scored again: half of the time of scoring a file would go into packing them.
void Content::leave_unpacked() {
  for (Entry& entry : tables_)
    for (storage::TableColumn& column : entry.table.columns) column.compresses = false;
}

Entry& Content::add_table(std::string path, storage::RowsOf rows_of, std::size_t n_local) {
  tables_.push_back({{std::move(path), rows_of, n_local, {}}, {}, {}});
  return tables_.back();
}

void Content::add_attribute(const std::string& path, storage::schema::Name name,
                            std::variant<std::int64_t, double, std::string> value) {
  attributes_.push_back({path, std::string(name), std::move(value)});
}

storage::Cells Content::keep(storage::OwnedCells cells) {
  return storage::view(kept_.emplace_back(std::move(cells)));
}

std::span<const AccountKey> Content::keep_keys(std::vector<AccountKey> keys) {
  return kept_keys_.emplace_back(std::move(keys));
}

}  // namespace tessera::results
