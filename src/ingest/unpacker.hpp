#pragma once

#include <memory>

#include "ingest/csv_header.hpp"
#include "ingest/input_file.hpp"
#include "ingest/unpacked_text.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// A format of files that are turned into delimited text before they are read, as a whole and by one rank: all that
/// comes behind (types, cleaning, quarantine, counts) knows text alone.
class Unpacker {
 public:
  virtual ~Unpacker() = default;
  /// The header of the text that unpack() will make, found without making it. Throws Error(kNoInput, kBadData).
  [[nodiscard]] virtual CsvHeader header(const InputFile& file) const = 0;
  /// Makes the text. Called on several threads at a time, each with a file of its own. Throws Error(kNoInput, kBadData,
  /// kCannotWrite).
  virtual void unpack(const InputFile& file, UnpackedText& text) const = 0;
};

/// The unpacker of a file, by its first bytes and what the source says of it; none: it is delimited text already.
/// Throws Error(kBadJob) where the source gives a header to a format that has one, or this build reads no Parquet.
[[nodiscard]] std::unique_ptr<const Unpacker> unpacker_of(const InputFile& file, const SourceSpec& spec);

/// The text of a file in a nameless temporary file. Throws as Unpacker::unpack.
[[nodiscard]] InputFile unpack(const Unpacker& unpacker, const InputFile& packed);

}  // namespace tessera::intake
