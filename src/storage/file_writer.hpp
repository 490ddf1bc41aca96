#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "parallel/communicator.hpp"
#include "storage/table.hpp"

namespace tessera::storage {

/// An HDF5 file that all ranks write together. Every member is collective and, whichever rank a failure reaches (a full
/// disk tells one rank alone), all ranks throw the same Error(kCannotWrite).
///
/// Files are the same bytes whenever their content is: no times are kept, and nothing depends on how rows lie on ranks.
class FileWriter {
 public:
  /// No call to HDF5 writes more than `piece_bytes` from one rank: HDF5 fails beyond 2 GiB, and text is padded piece by
  /// piece.
  static constexpr std::uint64_t kPieceBytes = std::uint64_t{1} << 28;

  /// Creates the file at `path`, or empties it.
  FileWriter(const parallel::Communicator& comm, const std::string& path, std::uint64_t piece_bytes = kPieceBytes);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// All ranks bring the same table but for their rows.
  void write(const Table& table);
  /// All ranks bring the same value. A text too long for an attribute becomes a scalar data set of that name.
  void write(const Attribute& attribute);
  /// To be called once at the end; without it the file is closed but its last bytes may be missing.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera::storage
