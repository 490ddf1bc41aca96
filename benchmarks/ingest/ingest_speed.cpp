// How long it takes from the files of a job to its account table, on all ranks: heads, columns, ingest(), nothing after
// it; with "typed" only to typed columns, each rank its own, without shuffle. Run under mpirun; reads once to warm up,
// then REPEATS times; prints JSON. See README.md.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/threads.hpp"
#include "ingest/column_use.hpp"
#include "ingest/source_reading.hpp"
#include "parallel/communicator.hpp"
#include "parallel/session.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::bench {
namespace {

struct Reading {
  std::vector<double> seconds;  ///< of each repeat, on the slowest rank
  std::uint64_t bytes = 0;      ///< of all sources' files, packed ones as they lie
  std::uint64_t rows = 0;       ///< of all sources
  std::vector<std::string> kinds;
};

/// One way from files to account table; gives the seconds of the slowest rank.
double read_once(const Context& context, const Job& job, Reading& reading) {
  context.comm.barrier();
  const auto start = std::chrono::steady_clock::now();
  const std::vector<SourceHead> heads = read_heads(context, job);
  check_columns(job, heads);
  const Ingested ingested = ingest(context, job, heads);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  reading.bytes = reading.rows = 0;
  reading.kinds.clear();
  for (const SourceHead& head : heads) reading.bytes += head.bytes;
  for (const SourceReport& source : ingested.report.sources) reading.rows += source.rows_read;
  for (const Column& column : ingested.accounts.columns)
    reading.kinds.push_back(fmt::format("\"{}\": \"{}\"", column.name, intake::type_name(column.type)));
  return context.comm.all_reduce<parallel::Reduce::kMax>(seconds.count());
}

/// From files to typed columns, every cell read by the plan that all rows have settled, and let go.
double type_once(const Context& context, const Job& job, Reading& reading) {
  context.comm.barrier();
  const auto start = std::chrono::steady_clock::now();
  const std::vector<SourceHead> heads = read_heads(context, job);
  reading.bytes = reading.rows = 0;
  reading.kinds.clear();
  for (std::size_t s = 0; s < heads.size(); ++s) {
    intake::SourceReading source;
    source.files = intake::open_together(context.comm, job.sources[s], heads[s], context.threads);
    source.blocks = intake::plan_blocks(context, source.files, intake::Limits()).blocks;
    const intake::Learnt learnt = intake::learn_source(
        context, job.sources[s], source, intake::wishes_of(job, heads, s), std::nullopt, intake::Limits());
    reading.bytes += heads[s].bytes;
    reading.rows += context.comm.all_reduce<parallel::Reduce::kSum>(learnt.rows_read);
    for (const intake::ColumnPlan& column : source.plan.columns) {
      if (column.stored)
        reading.kinds.push_back(fmt::format("\"{}\": \"{}\"", column.name, intake::type_name(column.type)));
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return context.comm.all_reduce<parallel::Reduce::kMax>(seconds.count());
}

template <class Once>
Reading read_often(const Context& context, const Job& job, int repeats, Once once) {
  Reading reading;
  once(context, job, reading);
  for (int i = 0; i < repeats; ++i) reading.seconds.push_back(once(context, job, reading));
  return reading;
}

void print(const Context& context, const Reading& reading) {
  const auto peak = context.comm.all_reduce<parallel::Reduce::kMax>(std::uint64_t{peak_memory_bytes()});
  if (!context.comm.is_root()) return;
  fmt::print(
      "{{\"ranks\": {}, \"threads\": {}, \"seconds\": [{:.6f}], \"bytes\": {}, \"rows\": {}, \"peak_bytes\": {}, "
      "\"kinds\": {{{}}}}}\n",
      context.comm.size(), context.threads, fmt::join(reading.seconds, ", "), reading.bytes, reading.rows, peak,
      fmt::join(reading.kinds, ", "));
}

}  // namespace
}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::parallel::Session session(&argc, &argv);
  const tessera::parallel::Communicator& comm = session.world();
  const bool typed = argc == 4 && std::string_view(argv[3]) == "typed";
  const int repeats = argc == 3 || typed ? std::atoi(argv[2]) : 0;
  if (repeats < 1) {
    if (comm.is_root()) fmt::print(stderr, "usage: bench_ingest JOB REPEATS [typed], at least 1\n");
    return 64;
  }
  try {
    tessera::Journal journal(false);
    const tessera::Context context{comm, journal, session.threads().threads};
    const tessera::Job job = tessera::load_job(argv[1], {});
    tessera::bench::print(context,
                          tessera::bench::read_often(context, job, repeats,
                                                     typed ? tessera::bench::type_once : tessera::bench::read_once));
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_ingest: rank {}: {}\n", comm.rank(), error.what());
    session.abort(70);
  }
  return 0;
}
