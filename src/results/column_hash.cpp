#include "results/column_hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace tessera::results {
namespace {

/// Below this many rows threads cost more than they save.
constexpr std::size_t kRowsForThreads = 20'000;

/// Hashes one cell after the other: the path's hash, the row's key, the cell's bytes.
class CellHasher {
 public:
  explicit CellHasher(std::string_view path) {
    const XXH128_hash_t of_path = XXH3_128bits(path.data(), path.size());
    append(&of_path.high64, 8);
    append(&of_path.low64, 8);
  }
  void begin(AccountKey key) {
    buffer_.resize(kPathBytes);
    append(&key.hi, 8);
    append(&key.lo, 8);
  }
  void append(const void* bytes, std::size_t count) { buffer_.append(static_cast<const char*>(bytes), count); }
  [[nodiscard]] HashSum end() const {
    const XXH128_hash_t hash = XXH3_128bits(buffer_.data(), buffer_.size());
    return {hash.high64, hash.low64};
  }

 private:
  static constexpr std::size_t kPathBytes = 16;
  std::string buffer_;
};

/// Appends the cells of row i to a hasher.
struct AppendRow {
  CellHasher& hasher;
  std::size_t i;
  std::size_t width;

  template <class T>
  void operator()(std::span<const T> values) const {
    hasher.append(values.data() + i * width, width * sizeof(T));
  }
  void operator()(std::span<const double> values) const {
    for (const double value : values.subspan(i * width, width)) {
      const double canonical = std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
      hasher.append(&canonical, sizeof canonical);
    }
  }
  void operator()(const TextColumn* texts) const {
    const std::string_view text = texts->at(i);
    hasher.append(text.data(), text.size());
  }
  void operator()(const storage::CategoryCells& cells) const {
    const std::int32_t code = cells.codes[i];
    const char is_known = code < 0 ? '\0' : '\1';
    hasher.append(&is_known, 1);
    if (code < 0) return;
    const std::string& text = cells.categories[static_cast<std::size_t>(code)];
    hasher.append(text.data(), text.size());
  }
};

}  // namespace

void HashSum::add(HashSum other) noexcept {
  lo += other.lo;
  hi += other.hi + (lo < other.lo ? 1 : 0);
}

std::string to_hex(HashSum sum) {
  return fmt::format("{:016x}{:016x}", sum.hi, sum.lo);
}

RowKeys RowKeys::from(std::size_t begin) const noexcept {
  RowKeys rest = *this;
  if (!keys.empty()) rest.keys = keys.subspan(begin);
  if (!rows.empty()) rest.rows = rows.subspan(begin);
  rest.first += begin;
  return rest;
}

HashSum hash_column(std::string_view path, const storage::Cells& cells, std::size_t width, const RowKeys& keys,
                    int threads) {
  const std::size_t rows = storage::row_count(cells, width);
  HashSum sum;
#pragma omp parallel num_threads(threads) if (rows >= kRowsForThreads)
  {
    CellHasher hasher(path);
    HashSum mine;
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < rows; ++i) {
      hasher.begin(keys.at(i));
      std::visit(AppendRow{hasher, i, width}, cells);
      mine.add(hasher.end());
    }
#pragma omp critical(tessera_hash_column)
    sum.add(mine);
  }
  return sum;
}

std::vector<HashSum> all_sum(const parallel::Communicator& comm, std::span<const HashSum> mine) {
  // In quarters, so that the sums over ranks have room for their carries.
  constexpr std::uint64_t kLow = 0xffffffff;
  std::vector<std::uint64_t> quarters;
  for (const HashSum& sum : mine)
    quarters.insert(quarters.end(), {sum.lo & kLow, sum.lo >> 32, sum.hi & kLow, sum.hi >> 32});
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(quarters));
  std::vector<HashSum> sums(mine.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::uint64_t* q = quarters.data() + 4 * i;
    const std::uint64_t second = q[1] + (q[0] >> 32);
    const std::uint64_t third = q[2] + (second >> 32);
    sums[i].lo = (q[0] & kLow) | (second << 32);
    sums[i].hi = (third & kLow) | ((q[3] + (third >> 32)) << 32);
  }
  return sums;
}

}  // namespace tessera::results
