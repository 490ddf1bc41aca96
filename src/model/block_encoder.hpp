#pragma once

#include <cstdint>
#include <span>

#include "model/encoder.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera {

/// An encoding bound to a table once, for accounts that are encoded a block at a time. Of one thread, which shares the
/// work of a block among as many as it is told.
class BlockEncoder {
 public:
  /// The encoding and the table outlive it. Throws as Encoder.
  BlockEncoder(const FeatureEncoding& encoding, const AccountTable& accounts);

  /// What is wanted of a block; what is left empty is not.
  struct Wanted {
    FeatureTiles* tiles = nullptr;        ///< on the grid; made anew where its size is another one
    std::span<double> own_units;          ///< rows × d, row-major, not rounded
    std::span<std::int64_t> added_clips;  ///< by feature: the accounts clipped are added
  };
  /// `rows` are local rows of the table.
  void encode(std::span<const std::uint32_t> rows, int threads, const Wanted& wanted);

 private:
  void encode_part(const CellReader& reader, std::size_t begin, std::size_t end, const Wanted& wanted,
                   std::span<std::int64_t> clipped) const;

  const AccountTable& accounts_;
  Encoder encoder_;
  std::size_t d_;
  double power_of_two_;
};

}  // namespace tessera
