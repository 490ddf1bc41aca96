#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/table.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {

/// Reads a file that FileWriter wrote. One process, no MPI; not thread-safe. The file is hostile until checked:
/// whatever is not as it should be throws an Error of the code given at opening, and no size is believed before it is
/// bounded.
class FileReader {
 public:
  /// `failure`, `advice`: what an unreadable file means to the caller, and what its message tells people to do.
  FileReader(const std::string& path, ExitCode failure, const std::string& advice);
  ~FileReader();
  FileReader(FileReader&&) noexcept;
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  [[nodiscard]] bool has(const std::string& path) const;
  /// Links of the group at `path`, by bytes.
  [[nodiscard]] std::vector<std::string> children(const std::string& path) const;
  /// Rows of the column at `path`: a data set, or the group of a category column.
  [[nodiscard]] std::uint64_t rows(const std::string& path) const;
  /// What one of those rows takes in the file, unpacked.
  [[nodiscard]] std::uint64_t row_bytes(const std::string& path) const;
  /// Rows [first, first + count) of a column, in the type that the file has. At most 4 GiB.
  [[nodiscard]] OwnedCells read(const std::string& path, std::uint64_t first, std::uint64_t count) const;

  [[nodiscard]] bool has_attribute(const std::string& path, const std::string& attribute) const;
  [[nodiscard]] std::int64_t integer(const std::string& path, const std::string& attribute) const;
  [[nodiscard]] double number(const std::string& path, const std::string& attribute) const;
  [[nodiscard]] std::string text(const std::string& path, const std::string& attribute) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera::storage
