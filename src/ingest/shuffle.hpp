#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/limits.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/quarantine.hpp"
#include "ingest/row_packing.hpp"
#include "ingest/row_reader.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// What there is to read of one source.
struct SourceReading {
  std::uint32_t index = 0;  ///< of the source in the job
  CsvSource files;
  std::vector<Block> blocks;  ///< this rank's
  SourcePlan plan;
};

/// How many blocks a rank reads between two exchanges. All ranks may send to one, so the more ranks there are, the less
/// each sends at a time.
[[nodiscard]] std::size_t blocks_a_round(const Limits& limits, int n_ranks);

/// Reads blocks on the threads that there are, each into a sink of its own that `make_sink` makes. Not collective.
template <class MakeSink>
[[nodiscard]] auto read_into_sinks(const SourceReading& reading, std::span<const Block> blocks, int threads,
                                   MakeSink make_sink) {
  const auto files = open_files(reading.files, {blocks.begin(), blocks.end()});
  std::vector<decltype(make_sink())> sinks;
  sinks.reserve(blocks.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) sinks.push_back(make_sink());
  for_each_in_parallel(threads, blocks.size(),
                       [&](std::size_t b) { read_block(reading.files, *files[blocks[b].file], blocks[b], sinks[b]); });
  return sinks;
}

struct Shuffled {
  ArrivedRows rows;             ///< those that this rank owns
  std::uint64_t rows_read = 0;  ///< by this rank, good or not
};

/// Collective. Reads this rank's blocks and sends every good row to the rank that owns its account, in rounds of
/// bounded size. Throws Error(kNoInput).
[[nodiscard]] Shuffled shuffle_rows(const Context& context, const std::string& name, const SourceReading& reading,
                                    const Limits& limits, Quarantine& quarantine);

}  // namespace tessera::intake
