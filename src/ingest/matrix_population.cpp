#include "ingest/matrix_population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "ingest/content_hash.hpp"
#include "ingest/quarantine.hpp"
#include "ingest/reconcile.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

struct RowRange {
  std::uint64_t begin = 0, end = 0;
};

RowRange rows_of_rank(std::uint64_t n, int rank, int size) {
  const auto share = [&](int r) { return n * static_cast<unsigned>(r) / static_cast<unsigned>(size); };
  return {share(rank), share(rank + 1)};
}

/// The rows of the range that hold nothing but finite numbers; the others go to the quarantine.
template <class Real>
std::vector<std::uint64_t> finite_rows(const storage::MatrixFile& matrix, RowRange range, const std::string& path,
                                       Quarantine& quarantine) {
  constexpr std::uint64_t kBlockBytes = std::uint64_t{8} << 20;
  const std::uint64_t d = matrix.columns();
  const std::uint64_t a_block = std::max<std::uint64_t>(1, kBlockBytes / (d * sizeof(Real)));
  std::vector<std::uint64_t> finite;
  std::vector<Real> values;
  for (std::uint64_t first = range.begin; first < range.end; first += a_block) {
    const std::uint64_t n = std::min(a_block, range.end - first);
    values.resize(n * d);
    matrix.read(first, n, std::span<Real>(values));
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto row = values.begin() + static_cast<std::ptrdiff_t>(i * d);
      const auto bad =
          std::find_if(row, row + static_cast<std::ptrdiff_t>(d), [](Real x) { return !std::isfinite(x); });
      if (bad == row + static_cast<std::ptrdiff_t>(d)) {
        finite.push_back(first + i);
      } else {
        quarantine.add({0, path, first + i, std::to_string(bad - row), std::isnan(*bad) ? "not a number" : "infinite",
                        fmt::format("{}", *bad)});
      }
    }
  }
  return finite;
}

}  // namespace

Ingested ingest_matrix(const Context& context, const Job& job, const SourceHead& head) {
  const parallel::Communicator& comm = context.comm;
  const SourceSpec& spec = job.sources.front();
  const auto matrix = parallel::compute_together(
      comm, [&] { return std::make_shared<const storage::MatrixFile>(head.files.front(), spec.dataset); });
  const std::uint64_t n = matrix->rows();
  const RowRange range = rows_of_rank(n, comm.rank(), comm.size());
  Quarantine quarantine(static_cast<std::uint64_t>(job.max_quarantined * static_cast<double>(n)) + 1);
  std::vector<std::uint64_t> rows = parallel::compute_together(comm, [&] {
    return matrix->is_float64() ? finite_rows<double>(*matrix, range, head.files.front(), quarantine)
                                : finite_rows<float>(*matrix, range, head.files.front(), quarantine);
  });

  Ingested ingested;
  AccountTable& accounts = ingested.accounts;
  accounts.n_local = rows.size();
  SourceReport report;
  report.name = spec.name;
  report.files = describe_files(context, head.files);
  report.rows_read = range.end - range.begin;
  report.used = rows.size();
  report.quarantined = quarantine.count();
  ingested.report.sources.push_back(std::move(report));
  reconcile(comm, job, quarantine, ingested.report);
  ingested.report.quarantine = quarantine.take_rows();

  accounts.n_global = ingested.report.sources.front().used;
  accounts.first_global = comm.sum_of_ranks_before(accounts.n_local);
  if (accounts.n_global != n) accounts.matrix_rows = std::move(rows);
  accounts.matrix = matrix;
  return ingested;
}

}  // namespace tessera::intake
