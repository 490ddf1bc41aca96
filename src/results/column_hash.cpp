#include "results/column_hash.hpp"

// Most cells have a length that is known here: inlined, hashing one is a few instructions, and no call.
#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace tessera::results {
namespace {

/// Below this many rows threads cost more than they save.
constexpr std::size_t kRowsForThreads = 20'000;

/// What every hashed cell begins with: the path's hash, then the row's key.
constexpr std::size_t kPathBytes = 16;
constexpr std::size_t kHeadBytes = kPathBytes + 16;

void put_path(char* out, std::string_view path) noexcept {
  const XXH128_hash_t of_path = XXH3_128bits(path.data(), path.size());
  std::memcpy(out, &of_path.high64, 8);
  std::memcpy(out + 8, &of_path.low64, 8);
}

void put_key(char* out, AccountKey key) noexcept {
  std::memcpy(out + kPathBytes, &key.hi, 8);
  std::memcpy(out + kPathBytes + 8, &key.lo, 8);
}

HashSum hash_of(const char* bytes, std::size_t count) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(bytes, count);
  return {hash.high64, hash.low64};
}

template <class T>
T canonical(T value) noexcept {
  return value;
}
double canonical(double value) noexcept {
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
}

/// One number a row.
template <class T>
class NumberHasher {
 public:
  NumberHasher(std::string_view path, std::span<const T> values) : values_(values) { put_path(bytes_.data(), path); }
  HashSum operator()(std::size_t i, AccountKey key) noexcept {
    put_key(bytes_.data(), key);
    const T value = canonical(values_[i]);
    std::memcpy(bytes_.data() + kHeadBytes, &value, sizeof value);
    return hash_of(bytes_.data(), bytes_.size());
  }

 private:
  std::span<const T> values_;
  std::array<char, kHeadBytes + sizeof(T)> bytes_;
};

/// Several numbers a row.
template <class T>
class MatrixHasher {
 public:
  MatrixHasher(std::string_view path, std::span<const T> values, std::size_t width)
      : values_(values), width_(width), bytes_(kHeadBytes + width * sizeof(T)) {
    put_path(bytes_.data(), path);
  }
  HashSum operator()(std::size_t i, AccountKey key) noexcept {
    put_key(bytes_.data(), key);
    for (std::size_t c = 0; c < width_; ++c) {
      const T value = canonical(values_[i * width_ + c]);
      std::memcpy(bytes_.data() + kHeadBytes + c * sizeof value, &value, sizeof value);
    }
    return hash_of(bytes_.data(), bytes_.size());
  }

 private:
  std::span<const T> values_;
  std::size_t width_;
  std::vector<char> bytes_;
};

class TextHasher {
 public:
  TextHasher(std::string_view path, const TextColumn& texts) : texts_(texts), bytes_(kHeadBytes, '\0') {
    put_path(bytes_.data(), path);
  }
  HashSum operator()(std::size_t i, AccountKey key) {
    const std::string_view text = texts_.at(i);
    bytes_.resize(kHeadBytes);
    put_key(bytes_.data(), key);
    bytes_ += text;
    return hash_of(bytes_.data(), bytes_.size());
  }

 private:
  const TextColumn& texts_;
  std::string bytes_;
};

/// A category is its text behind a byte that tells it from a missing one; all that can be hashed stand ready.
class CategoryHasher {
 public:
  CategoryHasher(std::string_view path, const storage::CategoryCells& cells) : codes_(cells.codes) {
    std::string head(kHeadBytes, '\0');
    put_path(head.data(), path);
    bytes_.push_back(head + '\0');
    for (const std::string& text : cells.categories) bytes_.push_back(head + '\1' + text);
  }
  HashSum operator()(std::size_t i, AccountKey key) noexcept {
    std::string& bytes = bytes_[static_cast<std::size_t>(std::max(codes_[i], -1) + 1)];
    put_key(bytes.data(), key);
    return hash_of(bytes.data(), bytes.size());
  }

 private:
  std::span<const std::int32_t> codes_;
  std::vector<std::string> bytes_;  ///< by code + 1
};

/// `make` gives each thread a hasher of its own.
template <class Make>
HashSum sum_over_rows(std::size_t rows, const RowKeys& keys, int threads, Make make) {
  HashSum sum;
#pragma omp parallel num_threads(threads) if (rows >= kRowsForThreads)
  {
    auto hasher = make();
    HashSum mine;
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < rows; ++i) mine.add(hasher(i, keys.at(i)));
#pragma omp critical(tessera_hash_column)
    sum.add(mine);
  }
  return sum;
}

/// The sum over one kind of cells.
struct SumOf {
  std::string_view path;
  std::size_t rows, width;
  const RowKeys& keys;
  int threads;

  template <class T>
  HashSum operator()(std::span<const T> values) const {
    if (width == 1) return sum_over_rows(rows, keys, threads, [&] { return NumberHasher<T>(path, values); });
    return sum_over_rows(rows, keys, threads, [&] { return MatrixHasher<T>(path, values, width); });
  }
  HashSum operator()(const TextColumn* texts) const {
    return sum_over_rows(rows, keys, threads, [&] { return TextHasher(path, *texts); });
  }
  HashSum operator()(const storage::CategoryCells& cells) const {
    return sum_over_rows(rows, keys, threads, [&] { return CategoryHasher(path, cells); });
  }
};

}  // namespace

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
  return std::visit(SumOf{path, storage::row_count(cells, width), width, keys, threads}, cells);
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
