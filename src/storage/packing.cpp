#include "storage/packing.hpp"

#include <zlib.h>

#include <vector>

namespace tessera::storage {
namespace {

/// The first byte of each element, then the second of each, and so on.
std::vector<Bytef> shuffled(std::span<const std::byte> sample, std::size_t element_bytes) {
  const std::size_t n = sample.size() / element_bytes;
  std::vector<Bytef> bytes(n * element_bytes);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t b = 0; b < element_bytes; ++b)
      bytes[b * n + i] = static_cast<Bytef>(sample[i * element_bytes + b]);
  return bytes;
}

}  // namespace

bool packs_well(std::span<const std::byte> sample, std::size_t element_bytes) {
  const std::vector<Bytef> bytes = shuffled(sample, element_bytes);
  uLongf packed_bytes = compressBound(bytes.size());
  std::vector<Bytef> packed(packed_bytes);
  const int done = compress2(packed.data(), &packed_bytes, bytes.data(), bytes.size(), kDeflateLevel);
  return done == Z_OK && 2 * packed_bytes < bytes.size();
}

}  // namespace tessera::storage
