#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/input_file.hpp"

namespace tessera::intake {

/// The header line of a CSV file.
struct CsvHeader {
  std::vector<std::string> columns;  ///< trimmed; one without a name is "column_3", by its place
  char delimiter = ',';
  std::uint64_t body =
      0;  ///< first byte after the header (and the byte order mark), in the text that a packed file holds
  std::uint64_t lines = 0;  ///< line feeds in the header
};

/// Reads it, or takes `names` for the columns of a file that has none. `delimiter` 0: comma, semicolon, tab or bar,
/// whichever the first line has most of outside quotes. A gzip file is read as the text within. Throws Error(kBadData):
/// an empty file, one that is no text in UTF-8, a header without end, a name twice; `names` that the first row has more
/// or fewer fields than, or that it repeats.
[[nodiscard]] CsvHeader read_csv_header(const InputFile& file, char delimiter,
                                        const std::vector<std::string>& names = {});

}  // namespace tessera::intake
