#include "model/block_encoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/grid.hpp"

namespace tessera {
namespace {

constexpr std::size_t kBlock = CellReader::kBlock;
constexpr std::size_t kLanes = FeatureTiles::kTileAccounts;
static_assert(kBlock % kLanes == 0, "blocks of accounts share no tile");

/// Own units onto the grid, into the tiles of accounts [begin, begin + values.size()).
void write_to_tiles(std::span<const double> values, double power_of_two, std::size_t begin, std::size_t f,
                    FeatureTiles& tiles) {
  for (std::size_t i = 0; i < values.size(); i += kLanes) {
    float* const lanes = tiles.tile((begin + i) / kLanes) + f * kLanes;
    const double* const from = values.data() + i;
    const std::size_t count = std::min(kLanes, values.size() - i);
    for (std::size_t lane = 0; lane < count; ++lane) lanes[lane] = from_grid(to_grid(from[lane] * power_of_two));
  }
}

bool is_same(const CellSource& a, const CellSource& b) noexcept {
  return a.column == b.column && a.matrix_column == b.matrix_column;
}

}  // namespace

BlockEncoder::BlockEncoder(const FeatureEncoding& encoding, const AccountTable& accounts)
    : accounts_(accounts),
      encoder_(encoding, accounts),
      d_(encoding.features.size()),
      power_of_two_(std::ldexp(1.0, encoding.exponent)) {}

void BlockEncoder::encode(std::span<const std::uint32_t> rows, int threads, const Wanted& wanted) {
  if (wanted.tiles != nullptr && (wanted.tiles->n_local() != rows.size() || wanted.tiles->d() != static_cast<int>(d_)))
    *wanted.tiles = FeatureTiles(rows.size(), static_cast<int>(d_));
  CellReader reader(accounts_, rows, encoder_.sources());
  reader.for_each_chunk([&](std::size_t chunk_begin, std::size_t chunk_end) {
#pragma omp parallel num_threads(threads) if (chunk_end - chunk_begin > kBlock)
    {
      std::vector<std::int64_t> clipped(d_, 0);
#pragma omp for schedule(static)
      for (std::size_t begin = chunk_begin; begin < chunk_end; begin += kBlock)
        encode_part(reader, begin, std::min(begin + kBlock, chunk_end), wanted, clipped);
#pragma omp critical(tessera_block_encoder)
      for (std::size_t f = 0; f < wanted.added_clips.size(); ++f) wanted.added_clips[f] += clipped[f];
    }
  });
}

/// At most kBlock accounts, which stay in the first-level cache.
void BlockEncoder::encode_part(const CellReader& reader, std::size_t begin, std::size_t end, const Wanted& wanted,
                               std::span<std::int64_t> clipped) const {
  const std::size_t n = end - begin;
  std::array<double, kBlock> cells, block;
  for (std::size_t f = 0; f < d_; ++f) {
    const std::span<const CellSource> sources = encoder_.sources();
    // The indicators of a category lie next to each other, and have the same cells.
    if (f == 0 || !is_same(sources[f], sources[f - 1])) reader.cells(sources[f], begin, std::span(cells).first(n));
    std::copy_n(cells.begin(), n, block.begin());
    const std::span<double> values(block.data(), n);
    clipped[f] += encoder_.to_own_units(f, values);
    if (wanted.tiles != nullptr) write_to_tiles(values, power_of_two_, begin, f, *wanted.tiles);
    if (wanted.own_units.empty()) continue;
    double* const out = wanted.own_units.data() + begin * d_ + f;
    for (std::size_t i = 0; i < n; ++i) out[i * d_] = values[i];
  }
}

}  // namespace tessera
