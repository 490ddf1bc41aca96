#include <array>
#include <cmath>

#include "core/grid.hpp"
#include "model/encoder.hpp"
#include "tessera/model.hpp"

namespace tessera {
namespace {

constexpr std::size_t kBlock = CellReader::kBlock;
static_assert(kBlock % FeatureTiles::kTileAccounts == 0, "blocks of accounts share no tile");

/// Own units onto the grid, into the tiles of accounts [begin, begin + values.size()).
void write_to_tiles(std::span<const double> values, double power_of_two, std::size_t begin, std::size_t f,
                    FeatureTiles& tiles) {
  constexpr std::size_t kLanes = FeatureTiles::kTileAccounts;
  for (std::size_t i = 0; i < values.size(); i += kLanes) {
    float* lanes = tiles.tile((begin + i) / kLanes) + f * kLanes;
    const std::size_t count = std::min(kLanes, values.size() - i);
    for (std::size_t lane = 0; lane < count; ++lane) lanes[lane] = from_grid(to_grid(values[i + lane] * power_of_two));
  }
}

}  // namespace

void encode_unrounded(const FeatureEncoding& encoding, const AccountTable& accounts,
                      std::span<const std::uint32_t> rows, std::span<double> out) {
  const std::size_t d = encoding.features.size();
  const Encoder encoder(encoding, accounts);
  CellReader reader(accounts, rows, encoder.sources());
  reader.for_each_chunk([&](std::size_t chunk_begin, std::size_t chunk_end) {
    std::array<double, kBlock> block;
    for (std::size_t begin = chunk_begin; begin < chunk_end; begin += kBlock) {
      const std::span<double> values(block.data(), std::min(kBlock, chunk_end - begin));
      for (std::size_t f = 0; f < d; ++f) {
        reader.cells(encoder.sources()[f], begin, values);
        encoder.to_own_units(f, values);
        for (std::size_t i = 0; i < values.size(); ++i) out[(begin + i) * d + f] = values[i];
      }
    }
  });
}

FeatureTiles encode_counting(const FeatureEncoding& encoding, const AccountTable& accounts,
                             std::span<const std::uint32_t> rows, int threads, std::span<std::int64_t> clipped) {
  const std::size_t d = encoding.features.size();
  const double power_of_two = std::ldexp(1.0, encoding.exponent);
  const Encoder encoder(encoding, accounts);
  FeatureTiles tiles(rows.size(), encoding.d());
  CellReader reader(accounts, rows, encoder.sources());
  reader.for_each_chunk([&](std::size_t chunk_begin, std::size_t chunk_end) {
#pragma omp parallel num_threads(threads)
    {
      std::vector<std::int64_t> clipped_here(d, 0);
#pragma omp for schedule(static)
      for (std::size_t begin = chunk_begin; begin < chunk_end; begin += kBlock) {
        std::array<double, kBlock> block;
        const std::span<double> values(block.data(), std::min(kBlock, chunk_end - begin));
        for (std::size_t f = 0; f < d; ++f) {
          reader.cells(encoder.sources()[f], begin, values);
          clipped_here[f] += encoder.to_own_units(f, values);
          write_to_tiles(values, power_of_two, begin, f, tiles);
        }
      }
#pragma omp critical
      for (std::size_t f = 0; f < d; ++f) clipped[f] += clipped_here[f];
    }
  });
  return tiles;
}

FeatureTiles encode(const FeatureEncoding& encoding, const AccountTable& accounts, std::span<const std::uint32_t> rows,
                    int threads) {
  std::vector<std::int64_t> clipped(encoding.features.size(), 0);
  return encode_counting(encoding, accounts, rows, threads, clipped);
}

}  // namespace tessera
