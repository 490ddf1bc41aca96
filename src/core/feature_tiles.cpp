#include "tessera/feature_tiles.hpp"

namespace tessera {

FeatureTiles::FeatureTiles(std::size_t n_local, int d) : n_local_(n_local), d_(d), values_(n_tiles() * tile_size()) {}

}  // namespace tessera
