#pragma once

#include "ingest/unpacker.hpp"

namespace tessera::intake {

/// Whether the file is HDF5 by its first bytes, or else by its name.
[[nodiscard]] bool is_hdf5(const InputFile& file);

/// A results file of ours as rows, one an account: the columns of /accounts by their names (a dot in one becomes "_",
/// or it would read as source.column), and for each segmentation S and each level L that it has the account's segment,
/// its id as S_L and its name as S_L_name. Numbers are the shortest text that reads back as the same double.
class ResultsText final : public Unpacker {
 public:
  /// Throws Error(kBadData) for any other HDF5 file, and for results of another version.
  [[nodiscard]] CsvHeader header(const InputFile& file) const override;
  /// The line of a row is its place in the file, from 1, where no text has line feeds in it.
  void unpack(const InputFile& file, UnpackedText& text) const override;
};

}  // namespace tessera::intake
