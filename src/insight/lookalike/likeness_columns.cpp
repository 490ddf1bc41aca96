#include "insight/lookalike/likeness_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "insight/value/customers.hpp"
#include "insight/words.hpp"
#include "model/cell_reader.hpp"

namespace tessera::insight {

namespace {

using parallel::Communicator;
using parallel::Reduce;

/// What there is of one column among some accounts, over all ranks.
struct Presence {
  std::int64_t present = 0;
  std::int64_t nothing = 0;  ///< of them 0
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
};

/// Collective.
std::vector<Presence> presences(const Communicator& comm, const AccountTable& accounts,
                                std::span<const std::uint32_t> rows) {
  std::vector<CellSource> sources;
  for (const Column& column : accounts.columns) sources.push_back({&column, 0});
  std::vector<Presence> found(sources.size());
  CellReader reader(accounts, rows, sources);
  reader.for_each_chunk([&](std::size_t chunk_begin, std::size_t chunk_end) {
    std::array<double, CellReader::kBlock> block;
    for (std::size_t s = 0; s < sources.size(); ++s)
      for (std::size_t begin = chunk_begin; begin < chunk_end; begin += block.size()) {
        const std::span<double> cells(block.data(), std::min(block.size(), chunk_end - begin));
        reader.cells(sources[s], begin, cells);
        for (const double cell : cells) {
          if (std::isnan(cell)) continue;
          ++found[s].present;
          found[s].nothing += cell == 0.0 ? 1 : 0;
          found[s].least = std::min(found[s].least, cell);
          found[s].greatest = std::max(found[s].greatest, cell);
        }
      }
  });
  std::vector<std::int64_t> counts;
  std::vector<double> ends;
  for (const Presence& one : found) {
    counts.insert(counts.end(), {one.present, one.nothing});
    ends.insert(ends.end(), {one.least, -one.greatest});
  }
  comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
  comm.all_reduce<Reduce::kMin>(std::span(ends));
  for (std::size_t s = 0; s < found.size(); ++s)
    found[s] = {counts[2 * s], counts[2 * s + 1], ends[2 * s], -ends[2 * s + 1]};
  return found;
}

/// Whether a cell of a column without rows behind it is 0: it is then no sign of anything known.
bool counts_rows(const Job& job, const Column& column) {
  const auto source = std::ranges::find(job.sources, column.source, &SourceSpec::name);
  return column.type == ColumnType::kNumber && source != job.sources.end() &&
         (source->kind == SourceKind::kHistory || source->kind == SourceKind::kFeedback);
}

std::string why_not(const Job& job, const AccountTable& accounts, const Column& column, const Presence& prospects,
                    std::int64_t n_prospects, const Presence& customers) {
  if (column.is_sensitive) return "it is sensitive";
  if (std::string why = behind_value(job, accounts, column); !why.empty()) return why;
  if (std::string why = behind_outcomes(job, accounts, column); !why.empty()) return why;
  if (column.type == ColumnType::kText) return "it is text";
  const std::int64_t has = prospects.present - (counts_rows(job, column) ? prospects.nothing : 0);
  if (2 * has < n_prospects)
    return fmt::format("only {} of the prospects have it",
                       words::share_in_words(static_cast<double>(has) / static_cast<double>(n_prospects)));
  if (!(prospects.least < prospects.greatest)) return "it is the same for all prospects that have it";
  if (!(customers.least < customers.greatest)) return "it is the same for all customers that have it";
  return "";
}

}  // namespace

std::vector<LikenessColumn> likeness_columns(const Communicator& comm, const AccountTable& accounts, const Job& job,
                                             const Training& training) {
  const auto n_prospects = comm.all_reduce<Reduce::kSum>(static_cast<std::int64_t>(training.prospects.size()));
  const std::vector<Presence> prospects = presences(comm, accounts, training.prospects);
  const std::vector<Presence> customers = presences(comm, accounts, training.fitted.rows);
  std::vector<LikenessColumn> columns;
  for (std::size_t c = 0; c < accounts.columns.size(); ++c) {
    LikenessColumn& column = columns.emplace_back();
    column.column = accounts.columns[c].full_name();
    column.alone = std::numeric_limits<double>::quiet_NaN();
    column.why_not = why_not(job, accounts, accounts.columns[c], prospects[c], n_prospects, customers[c]);
    column.is_used = column.why_not.empty();
  }
  return columns;
}

}  // namespace tessera::insight
