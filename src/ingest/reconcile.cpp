#include "ingest/reconcile.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

void sum_over_ranks(const parallel::Communicator& comm, SourceReport& report) {
  std::array<std::uint64_t, 6> counts{report.rows_read, report.used,      report.duplicates,
                                      report.unmatched, report.forgotten, report.quarantined};
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(counts));
  report.rows_read = counts[0];
  report.used = counts[1];
  report.duplicates = counts[2];
  report.unmatched = counts[3];
  report.forgotten = counts[4];
  report.quarantined = counts[5];
}

void check_sum(const SourceReport& report) {
  const std::uint64_t sum = report.used + report.duplicates + report.unmatched + report.forgotten + report.quarantined;
  if (sum == report.rows_read) return;
  throw Error(ExitCode::kInternal,
              fmt::format("source \"{}\": {} rows read, but {} used + {} duplicates + {} unmatched + {} forgotten + {} "
                          "quarantined = {}: this is a fault of Tessera, please report it",
                          report.name, report.rows_read, report.used, report.duplicates, report.unmatched,
                          report.forgotten, report.quarantined, sum),
              true);
}

}  // namespace

void reconcile(const parallel::Communicator& comm, const Job& job, const Quarantine& quarantine, IngestReport& report) {
  std::uint64_t rows = 0;
  std::uint64_t left_out = 0;
  for (SourceReport& source : report.sources) {
    sum_over_ranks(comm, source);
    check_sum(source);
    rows += source.rows_read;
    left_out += source.quarantined;
  }
  if (static_cast<double>(left_out) > job.max_quarantined * static_cast<double>(rows))
    throw Error(ExitCode::kBadData,
                fmt::format("{} of {} rows are in quarantine ({:.1f} %), more than max_quarantined = {} allows:{}\n"
                            "Mend the sources, set on_error = \"missing\" for such a column, or raise max_quarantined",
                            left_out, rows, 100.0 * static_cast<double>(left_out) / static_cast<double>(rows),
                            job.max_quarantined, quarantine.commonest(comm)),
                true);
  const SourceReport& population = report.sources[population_source(job)];
  if (population.used == 0)
    throw Error(ExitCode::kBadData,
                fmt::format("the population is empty: source \"{}\" ({}{}) has {} rows, and none is an account",
                            population.name, population.files.front().path,
                            population.files.size() > 1 ? " and others" : "", population.rows_read),
                true);
}

}  // namespace tessera::intake
