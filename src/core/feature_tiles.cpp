#include "tessera/feature_tiles.hpp"

#include <new>

#include "core/huge_pages.hpp"

namespace tessera {
namespace {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

constexpr std::align_val_t alignment_of(std::size_t bytes) noexcept {
  return std::align_val_t{bytes >= 2 * kHugePageBytes ? kHugePageBytes : 64};
}

}  // namespace

FeatureTiles::FeatureTiles(std::size_t n_local, int d) : n_local_(n_local), d_(d), values_(n_tiles() * tile_size()) {}

void* FeatureTiles::allocate_bytes(std::size_t bytes) {
  void* start = ::operator new(bytes, alignment_of(bytes));
  advise_huge_pages(start, bytes);
  return start;
}

void FeatureTiles::release_bytes(void* start, std::size_t bytes) noexcept {
  ::operator delete(start, alignment_of(bytes));
}

}  // namespace tessera
