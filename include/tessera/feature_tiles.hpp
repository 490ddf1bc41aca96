#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tessera {

/// Encoded features of n_local accounts, in tiles of kTileAccounts accounts, accounts innermost:
/// value(i, f) is at tile(i / kTileAccounts)[f * kTileAccounts + i % kTileAccounts].
///
/// Every value is a multiple of kGridStep (2^-20) and below 8 in magnitude, so it is exact in float and, in grid units,
/// an integer below 2^23. The lanes past the last account are zero.
class FeatureTiles {
 public:
  static constexpr std::size_t kTileAccounts = 64;

  FeatureTiles() = default;
  FeatureTiles(std::size_t n_local, int d);

  [[nodiscard]] std::size_t n_local() const noexcept { return n_local_; }
  [[nodiscard]] int d() const noexcept { return d_; }
  [[nodiscard]] std::size_t n_tiles() const noexcept { return (n_local_ + kTileAccounts - 1) / kTileAccounts; }
  /// Accounts in tile t: kTileAccounts, or fewer in the last one.
  [[nodiscard]] std::size_t accounts_in(std::size_t t) const noexcept {
    const std::size_t left = n_local_ - t * kTileAccounts;
    return left < kTileAccounts ? left : kTileAccounts;
  }
  /// d × kTileAccounts floats, 64-byte aligned.
  [[nodiscard]] const float* tile(std::size_t t) const noexcept { return values_.data() + t * tile_size(); }
  [[nodiscard]] float* tile(std::size_t t) noexcept { return values_.data() + t * tile_size(); }

  [[nodiscard]] float at(std::size_t i, int f) const noexcept { return values_[index(i, f)]; }
  void set(std::size_t i, int f, float value) noexcept { values_[index(i, f)] = value; }

 private:
  /// 64-byte aligned; on huge pages where the system grants them, as a pass walks through all of it.
  [[nodiscard]] static void* allocate_bytes(std::size_t bytes);
  static void release_bytes(void* start, std::size_t bytes) noexcept;

  template <class T>
  struct CacheLineAllocator {
    using value_type = T;
    CacheLineAllocator() = default;
    template <class U>
    explicit CacheLineAllocator(const CacheLineAllocator<U>&) noexcept {}
    T* allocate(std::size_t n) { return static_cast<T*>(allocate_bytes(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) noexcept { release_bytes(p, n * sizeof(T)); }
    friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) { return true; }
  };

  [[nodiscard]] std::size_t tile_size() const noexcept { return static_cast<std::size_t>(d_) * kTileAccounts; }
  [[nodiscard]] std::size_t index(std::size_t i, int f) const noexcept {
    return (i / kTileAccounts) * tile_size() + static_cast<std::size_t>(f) * kTileAccounts + i % kTileAccounts;
  }

  std::size_t n_local_ = 0;
  int d_ = 0;
  std::vector<float, CacheLineAllocator<float>> values_;
};

}  // namespace tessera
