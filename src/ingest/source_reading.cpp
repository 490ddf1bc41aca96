#include "ingest/source_reading.hpp"

#include <algorithm>
#include <utility>

#include "ingest/column_choice.hpp"
#include "ingest/forgotten_ids.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

/// Some bytes at the front of this rank's first block and of its middle one.
std::vector<Block> sample_of(const std::vector<Block>& blocks) {
  constexpr std::uint64_t kBytes = std::uint64_t{128} << 10;
  std::vector<Block> sample;
  for (const std::size_t b : {std::size_t{0}, blocks.size() / 2}) {
    if (b >= blocks.size() || (b == 0 && !sample.empty())) continue;
    Block& front = sample.emplace_back(blocks[b]);
    front.end = std::min(front.end, front.begin + kBytes);
  }
  return sample;
}

/// Collective. A choice that has seen a sample.
void guess_from_sample(const Context& context, const SourceReading& reading, ColumnChoice& choice) {
  const Learns learns = choice.learns();
  std::vector<TypedReader> readers;
  parallel::run_together(context.comm, [&] {
    TypedReader& reader = readers.emplace_back(reading.index, reading.files, choice.plan(), learns);
    const std::vector<Block> sample = sample_of(reading.blocks);
    const auto files = open_files(reading.files, sample);
    BlockRows rows;
    for (const Block& block : sample) reader.read(*files[block.file], block, rows);
  });
  choice.guess(readers);
}

/// The newest day of good rows in a column; none where the plan has no dates there.
std::int32_t newest_day(const BlockRows& rows, const SourcePlan& plan, std::size_t column) {
  std::int32_t newest = kMissingDate;
  if (!plan.columns[column].stored || plan.columns[column].type != ColumnType::kDate) return newest;
  std::size_t stored = 0;
  for (std::size_t c = 0; c < column; ++c) stored += plan.columns[c].stored ? 1 : 0;
  const auto& days = std::get<std::vector<std::int32_t>>(rows.columns[stored]);
  for (const std::uint32_t row : rows.good) newest = std::max(newest, days[row]);
  return newest;
}

}  // namespace

SourceRows read_source(const Context& context, const SourceSpec& spec, SourceReading& reading,
                       const std::vector<ColumnWishes>& wishes, const Quarantine& none_quarantined,
                       const Limits& limits) {
  ColumnChoice choice(context, spec, reading.files, wishes, reading.plan.door);
  guess_from_sample(context, reading, choice);
  while (true) {
    if (reading.plan.door) (void)reading.plan.door->take_count();  // of an earlier reading, or of the sample
    Quarantine quarantine = none_quarantined;
    SourcePass pass(context, reading, choice.plan(), choice.learns(), limits);
    Shuffled shuffled = shuffle_rows(context, spec.name, reading, choice.plan(), pass, quarantine);
    if (!choice.settle(pass.readers())) continue;
    parallel::run_together(context.comm, [&] { choice.finish_rows(shuffled.rows); });
    reading.plan = choice.settled();
    return {std::move(shuffled), std::move(quarantine)};
  }
}

Learnt learn_source(const Context& context, const SourceSpec& spec, SourceReading& reading,
                    const std::vector<ColumnWishes>& wishes, std::optional<std::size_t> newest_of_column,
                    const Limits& limits) {
  ColumnChoice choice(context, spec, reading.files, wishes, reading.plan.door);
  guess_from_sample(context, reading, choice);
  while (true) {
    Learnt learnt;
    SourcePass pass(context, reading, choice.plan(), choice.learns(), limits);
    Quarantine ignored(0);
    pass.for_each_round(
        [&](std::vector<RoundBlock>& round) {
          for (const RoundBlock& one : round) {
            if (newest_of_column)
              learnt.newest = std::max(learnt.newest, newest_day(one.rows, choice.plan(), *newest_of_column));
          }
          pass.set_aside_into(ignored);
        },
        [] {});
    if (!choice.settle(pass.readers())) continue;
    reading.plan = choice.settled();
    learnt.rows_read = pass.rows_read();
    return learnt;
  }
}

}  // namespace tessera::intake
