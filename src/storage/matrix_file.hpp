#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tessera::storage {

/// An n × d data set of float32 or float64 in an HDF5 file, open for reading. Every rank opens its own and reads its
/// own rows (independent reads; no communication). Not thread-safe: HDF5 is built without thread safety.
class MatrixFile {
 public:
  /// Throws Error(kNoInput) if the file or data set is missing or unreadable, Error(kBadData) if it is not n × d of
  /// floats.
  MatrixFile(const std::string& path, const std::string& dataset);
  ~MatrixFile();
  MatrixFile(const MatrixFile&) = delete;
  MatrixFile& operator=(const MatrixFile&) = delete;

  [[nodiscard]] std::uint64_t rows() const noexcept;
  [[nodiscard]] std::uint64_t columns() const noexcept;
  [[nodiscard]] bool is_float64() const noexcept;
  /// Rows [first, first + count), row-major, into out (count × columns). Reads more than 2 GiB in pieces.
  void read(std::uint64_t first, std::uint64_t count, std::span<double> out) const;
  void read(std::uint64_t first, std::uint64_t count, std::span<float> out) const;

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace tessera::storage
