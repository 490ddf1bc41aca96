#include "model/block_encoder.hpp"
#include "model/encoder.hpp"
#include "tessera/model.hpp"

namespace tessera {

FeatureTiles encode_counting(const FeatureEncoding& encoding, const AccountTable& accounts,
                             std::span<const std::uint32_t> rows, int threads, std::span<std::int64_t> clipped) {
  FeatureTiles tiles(rows.size(), encoding.d());
  BlockEncoder(encoding, accounts).encode(rows, threads, {&tiles, {}, clipped});
  return tiles;
}

FeatureTiles encode(const FeatureEncoding& encoding, const AccountTable& accounts, std::span<const std::uint32_t> rows,
                    int threads) {
  FeatureTiles tiles(rows.size(), encoding.d());
  BlockEncoder(encoding, accounts).encode(rows, threads, {&tiles, {}, {}});
  return tiles;
}

}  // namespace tessera
