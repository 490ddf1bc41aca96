#include "ingest/shuffle.hpp"

#include <algorithm>
#include <utility>

#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

std::vector<std::vector<std::byte>> outgoing(std::vector<PackingSink>& sinks, int n_ranks) {
  std::vector<std::vector<std::byte>> bytes(static_cast<std::size_t>(n_ranks));
  for (std::size_t r = 0; r < bytes.size(); ++r) {
    std::size_t size = 0;
    for (PackingSink& sink : sinks) size += sink.packed()[r].bytes().size();
    bytes[r].reserve(size);
    for (PackingSink& sink : sinks) {
      const auto packed = std::as_bytes(std::span(sink.packed()[r].bytes()));
      bytes[r].insert(bytes[r].end(), packed.begin(), packed.end());
    }
  }
  return bytes;
}

}  // namespace

std::size_t blocks_a_round(const Limits& limits, int n_ranks) {
  constexpr std::uint64_t kMostArriving = std::uint64_t{256} << 20;
  const std::uint64_t bytes = std::min(limits.round_bytes, kMostArriving / static_cast<unsigned>(n_ranks));
  return std::max<std::uint64_t>(1, bytes / limits.block_bytes);
}

Shuffled shuffle_rows(const Context& context, const std::string& name, const SourceReading& reading,
                      const Limits& limits, Quarantine& quarantine) {
  const parallel::Communicator& comm = context.comm;
  const std::span<const Block> blocks(reading.blocks);
  const std::size_t a_round = blocks_a_round(limits, comm.size());
  const std::uint64_t rounds =
      comm.all_reduce<parallel::Reduce::kMax>(std::uint64_t{(blocks.size() + a_round - 1) / a_round});

  Shuffled shuffled{no_rows(name, reading.plan), 0};
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::size_t first = std::min<std::size_t>(round * a_round, blocks.size());
    const auto batch = blocks.subspan(first, std::min(a_round, blocks.size() - first));
    std::vector<std::vector<std::byte>> sent;
    parallel::run_together(comm, [&] {
      auto sinks = read_into_sinks(reading, batch, context.threads, [&] {
        return PackingSink(reading.index, reading.files, reading.plan, comm.size());
      });
      for (PackingSink& sink : sinks) {
        shuffled.rows_read += sink.rows_read();
        for (QuarantinedRow& row : sink.quarantine()) quarantine.add(std::move(row));
      }
      sent = outgoing(sinks, comm.size());
    });
    const std::vector<std::vector<std::byte>> came = comm.exchange(sent);
    sent = {};
    parallel::run_together(comm, [&] {
      for (const std::vector<std::byte>& packed : came)
        unpack_rows({reinterpret_cast<const char*>(packed.data()), packed.size()}, shuffled.rows);
    });
  }
  return shuffled;
}

}  // namespace tessera::intake
