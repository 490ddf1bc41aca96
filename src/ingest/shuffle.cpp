#include "ingest/shuffle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "ingest/parallel_blocks.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

/// One message a rank, written by all threads: each block's rows have their place in it. The messages keep the memory
/// of those before.
void pack_round(const std::vector<RoundBlock>& round, int threads, std::vector<std::vector<std::byte>>& messages) {
  const std::size_t ranks = messages.size();
  const int n_ranks = static_cast<int>(ranks);
  std::vector<RowsByOwner> sorted(round.size());
  std::vector<std::size_t> sizes(round.size() * ranks);
  for_each_in_parallel(threads, round.size(), [&](std::size_t b) {
    sorted[b] = rows_by_owner(round[b].rows, n_ranks);
    for (std::size_t r = 0; r < ranks; ++r) {
      if (!sorted[b].of(r).empty()) sizes[b * ranks + r] = packed_size(round[b].rows, sorted[b].of(r));
    }
  });
  std::vector<std::size_t> places(sizes.size());
  for (std::size_t r = 0; r < ranks; ++r) {
    std::size_t bytes = 0;
    for (std::size_t b = 0; b < round.size(); ++b) {
      places[b * ranks + r] = bytes;
      bytes += sizes[b * ranks + r];
    }
    messages[r].resize(bytes);
  }
  for_each_in_parallel(threads, round.size(), [&](std::size_t b) {
    for (std::size_t r = 0; r < ranks; ++r) {
      if (!sorted[b].of(r).empty())
        pack_rows(round[b].rows, sorted[b].of(r), round[b].reader, messages[r].data() + places[b * ranks + r]);
    }
  });
}

/// Collective. Sends the good rows of every round to their owners, and gives what has come to `take`, which must not
/// communicate.
template <class Take>
void exchange_rounds(const Context& context, SourcePass& pass, Quarantine& quarantine, Take take) {
  std::vector<std::vector<std::byte>> messages(static_cast<std::size_t>(context.comm.size()));
  std::vector<std::vector<std::byte>> came(messages.size());
  pass.for_each_round(
      [&](std::vector<RoundBlock>& round) {
        pack_round(round, context.threads, messages);
        pass.set_aside_into(quarantine);
      },
      [&] {
        context.comm.exchange(messages, came);
        parallel::run_together(context.comm, [&] { take(came); });
      });
}

}  // namespace

std::size_t blocks_a_round(const Limits& limits, int n_ranks) {
  constexpr std::uint64_t kMostArriving = std::uint64_t{256} << 20;
  const std::uint64_t bytes = std::min(limits.round_bytes, kMostArriving / static_cast<unsigned>(n_ranks));
  return std::max<std::uint64_t>(1, bytes / limits.block_bytes);
}

SourcePass::SourcePass(const Context& context, const SourceReading& reading, const SourcePlan& plan, Learns learns,
                       const Limits& limits)
    : context_(context), reading_(reading), limits_(limits), learns_(std::move(learns)) {
  readers_.reserve(static_cast<std::size_t>(context.threads));
  for (int t = 0; t < context.threads; ++t) readers_.emplace_back(reading.index, reading.files, plan, learns_);
}

void SourcePass::for_each_round(const std::function<void(std::vector<RoundBlock>&)>& local,
                                const std::function<void()>& together) {
  const parallel::Communicator& comm = context_.comm;
  const std::span<const Block> blocks(reading_.blocks);
  const std::size_t a_round = blocks_a_round(limits_, comm.size());
  const std::uint64_t rounds =
      comm.all_reduce<parallel::Reduce::kMax>(std::uint64_t{(blocks.size() + a_round - 1) / a_round});
  std::vector<RoundBlock> round;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const std::size_t first = std::min<std::size_t>(i * a_round, blocks.size());
    if (!reading_.files.files.empty())
      context_.journal.at(fmt::format("{}: {} % read", reading_.files.files.front().path, 100 * i / rounds));
    parallel::run_together(comm, [&] {
      read_blocks(blocks.subspan(first, std::min(a_round, blocks.size() - first)), round);
      local(round);
    });
    together();
  }
}

void SourcePass::read_blocks(std::span<const Block> blocks, std::vector<RoundBlock>& round) {
  if (files_.empty()) files_ = open_files(reading_.files, reading_.blocks);
  round.resize(blocks.size());
  std::atomic<std::size_t> next = 0;
  for_each_in_parallel(context_.threads, readers_.size(), [&](std::size_t reader) {
    for (std::size_t b = next++; b < blocks.size(); b = next++) {
      round[b].reader = static_cast<std::uint32_t>(reader);
      readers_[reader].read(*files_[blocks[b].file], blocks[b], round[b].rows);
    }
  });
}

void SourcePass::set_aside_into(Quarantine& quarantine) {
  for (TypedReader& reader : readers_) {
    for (QuarantinedRow& row : reader.take_quarantine()) quarantine.add(std::move(row));
  }
}

std::uint64_t SourcePass::rows_read() const noexcept {
  std::uint64_t rows = 0;
  for (const TypedReader& reader : readers_) rows += reader.rows_read();
  return rows;
}

void shuffle_in_rounds(const Context& context, const std::string& name, const SourcePlan& plan, SourcePass& pass,
                       Quarantine& quarantine, const std::function<void(const ArrivedRows&)>& take) {
  exchange_rounds(context, pass, quarantine, [&](const std::vector<std::vector<std::byte>>& came) {
    ArrivedRows rows = no_rows(name, plan, 0);
    unpack_rows(came, context.threads, rows);
    take(rows);
  });
}

Shuffled shuffle_rows(const Context& context, const std::string& name, const SourceReading& reading,
                      const SourcePlan& plan, SourcePass& pass, Quarantine& quarantine) {
  // A row has a byte a column at least: lines alone, which may be blank or within quotes, could promise far too many.
  const std::uint64_t most_rows = std::min(reading.most_rows_global, reading.files.bytes / plan.columns.size() + 1);
  const std::size_t share = most_rows / static_cast<unsigned>(context.comm.size());
  Shuffled shuffled{no_rows(name, plan, share + share / 16), 0};
  exchange_rounds(context, pass, quarantine, [&](const std::vector<std::vector<std::byte>>& came) {
    unpack_rows(came, context.threads, shuffled.rows);
  });
  shuffled.rows_read = pass.rows_read();
  return shuffled;
}

}  // namespace tessera::intake
