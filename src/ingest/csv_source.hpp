#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ingest/input_file.hpp"
#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

inline constexpr int kAllRanks = -1;

/// One file of a source, without its header: the body starts at byte `body`.
struct CsvFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t body = 0;
  std::uint64_t header_lines = 0;
  std::uint64_t first = 0;  ///< place of the body in the sequence of all bodies of the source
  int owner = kAllRanks;    ///< the rank that reads all of it
  bool packed = false;      ///< it has an Unpacker; until its owner has used it, `bytes` are those of the file itself
  std::shared_ptr<const InputFile> unpacked;  ///< on its owner
};

/// A CSV source as opened: its files' bodies, in name order, are one sequence of bytes.
struct CsvSource {
  std::vector<std::string> columns;
  char delimiter = ',';
  std::vector<CsvFile> files;
  std::uint64_t bytes = 0;  ///< of all bodies
  [[nodiscard]] bool any_packed() const noexcept;
};

/// Opens the files and reads their headers, which must be equal. Not collective. Throws Error(kNoInput, kBadData).
[[nodiscard]] CsvSource open_csv_source(SourceSpec spec, const std::vector<std::string>& files);

/// Collective: rank 0 opens the source of a head, all ranks get it. A header that changed since is an error. Where a
/// file is packed, every file of the source goes to one rank, the largest first to whoever has least, and is unpacked
/// there. Throws Error(kNoInput, kBadData, kCannotWrite).
[[nodiscard]] CsvSource open_together(const parallel::Communicator& comm, const SourceSpec& spec,
                                      const SourceHead& head, int threads);

}  // namespace tessera::intake
