#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// One file of a source, without its header: the body starts at byte `body`.
struct CsvFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t body = 0;
  std::uint64_t header_lines = 0;
  std::uint64_t first = 0;  ///< place of the body in the sequence of all bodies of the source
};

/// A CSV source as opened: its files' bodies, in name order, are one sequence of bytes.
struct CsvSource {
  std::vector<std::string> columns;
  char delimiter = ',';
  std::vector<CsvFile> files;
  std::uint64_t bytes = 0;  ///< of all bodies
};

/// Opens the files and reads their headers, which must be equal. Not collective. Throws Error(kNoInput, kBadData).
[[nodiscard]] CsvSource open_csv_source(const SourceSpec& spec, const std::vector<std::string>& files);

/// Collective: rank 0 opens the source of a head, all ranks get it. A header that changed since is an error.
[[nodiscard]] CsvSource open_together(const parallel::Communicator& comm, const SourceSpec& spec,
                                      const SourceHead& head);

}  // namespace tessera::intake
