#pragma once

#include <cstdint>
#include <string>

#include "storage/handle.hpp"
#include "storage/table.hpp"

namespace tessera::storage {

/// What FileWriter creates in its file: groups, attributes, data sets. No times are kept on any of them, or two equal
/// runs would give two different files. All ranks make the same calls in the same order, as parallel HDF5 asks.

/// Fixed-length UTF-8 of `width` bytes (at least 1), padded with NULs: variable-length text cannot be written in
/// parallel.
[[nodiscard]] Handle text_type(const CheckedCalls& checked, std::size_t width);

/// Opens the group at `path`, making it and its parents where they are missing.
[[nodiscard]] Handle open_group(const CheckedCalls& checked, hid_t file, const std::string& path);

/// Texts of at most kLongestAttribute bytes.
inline constexpr std::size_t kLongestAttribute = 60'000;
void write_attribute(const CheckedCalls& checked, hid_t object, const std::string& name, const std::string& text);
void write_attribute(const CheckedCalls& checked, hid_t object, const std::string& name, std::int64_t value);
void write_attribute(const CheckedCalls& checked, hid_t object, const std::string& name, double value);

/// Below this a data set is one contiguous piece: chunk bookkeeping would outweigh what packing saves.
inline constexpr std::uint64_t kSmallestPacked = 64 * 1024;
/// HDF5's chunk cache holds 1 MiB a data set; a chunk that does not fit is unpacked again at every read.
inline constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 20;

/// n_global × width elements of `type`. Those that are packed are chunked, shuffled and deflated.
struct Shape {
  std::uint64_t n_global = 0;
  std::size_t width = 1;
  std::size_t row_bytes = 0;
  bool packs = false;  ///< for who writes: may be packed, if it pays; see packing.hpp
};
[[nodiscard]] Handle create_dataset(const CheckedCalls& checked, hid_t file, const std::string& path, hid_t type,
                                    const Shape& shape);

}  // namespace tessera::storage
