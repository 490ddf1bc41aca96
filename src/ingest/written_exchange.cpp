#include "ingest/written_exchange.hpp"

#include <span>
#include <utility>

#include "parallel/agreement.hpp"

namespace tessera::intake {

std::vector<std::vector<std::byte>> bytes_of(const std::vector<WireWriter>& writers) {
  std::vector<std::vector<std::byte>> bytes;
  bytes.reserve(writers.size());
  for (const WireWriter& writer : writers) {
    const auto written = std::as_bytes(std::span(writer.bytes()));
    bytes.emplace_back(written.begin(), written.end());
  }
  return bytes;
}

std::vector<std::vector<std::byte>> exchange_written(const parallel::Communicator& comm,
                                                     const std::vector<WireWriter>& writers) {
  return comm.exchange(parallel::compute_together(comm, [&] { return bytes_of(writers); }));
}

}  // namespace tessera::intake
