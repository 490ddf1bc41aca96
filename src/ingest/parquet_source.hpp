#pragma once

#include "ingest/unpacker.hpp"

namespace tessera::intake {

/// A Parquet file as rows, read through Arrow a batch of a row group at a time. Nulls and NaN are missing; numbers are
/// the shortest text that reads back as the same double or integer, dates and timestamps (in UTC) are ISO. Built where
/// job::parquet_library() names one.
class ParquetText final : public Unpacker {
 public:
  /// Throws Error(kBadData) for a damaged file, and for a column of a type that no cell can be, naming both.
  [[nodiscard]] CsvHeader header(const InputFile& file) const override;
  /// The line of a row is its place in the file, from 1, where no text has line feeds in it.
  void unpack(const InputFile& file, UnpackedText& text) const override;
};

}  // namespace tessera::intake
