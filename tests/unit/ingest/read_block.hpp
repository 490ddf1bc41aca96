#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ingest/row_reader.hpp"

namespace tessera::test {

using intake::Block, intake::CsvSource, intake::Fault, intake::InputFile, intake::RowPlace;

/// Takes the rows of a block, in their order.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// A row with as many cells as there are columns, all of them UTF-8 without NUL. The cells live until the call
  /// returns.
  virtual void row(const RowPlace& place, std::span<const std::string_view> cells) = 0;
  virtual void refused(const RowPlace& place, const Fault& fault) = 0;
};

/// Reads a block row by row, in the order of its bytes: ingest itself reads it a column at a time.
inline void read_block(const CsvSource& source, const InputFile& file, const Block& block, RowSink& sink) {
  const std::size_t n = source.columns.size();
  intake::RowReader reader(source);
  std::vector<std::vector<std::string_view>> columns(n);
  std::vector<std::string_view> row(n);
  for (reader.open(file, block); reader.read();) {
    for (std::size_t c = 0; c < n; ++c) reader.cells(c, columns[c]);
    auto refused = reader.refused().begin();
    const auto refuse_before = [&](std::uint64_t sequence) {
      for (; refused != reader.refused().end() && refused->place.sequence < sequence; ++refused)
        sink.refused(refused->place, refused->fault);
    };
    for (std::size_t r = 0; r < reader.size(); ++r) {
      refuse_before(reader.place(r).sequence);
      for (std::size_t c = 0; c < n; ++c) row[c] = columns[c][r];
      sink.row(reader.place(r), row);
    }
    refuse_before(intake::kNowhere);
  }
}

}  // namespace tessera::test
