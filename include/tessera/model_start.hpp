#pragma once

#include <cmath>
#include <cstdint>
#include <string>

namespace tessera {

/// What tonight's model of a segmentation began with.
enum class StartKind : std::uint8_t {
  kFresh,  ///< nothing: features, centroids and tree are all fitted anew
  kWarm,   ///< last night's: its fitted features stay, its centroids and tree are where tonight's search began
  kKept    ///< last night's model is tonight's: the accounts are the same, or the model may not move more of them
};

/// How a model came to be, and what the next night needs to know of it. Outside the digest: two ways to one model are
/// two ways all the same.
struct ModelStart {
  StartKind kind = StartKind::kFresh;
  std::string why;                      ///< a sentence
  std::string fresh_night;              ///< ISO date of the last fresh start: since then features are encoded alike
  double fresh_inertia = std::nan("");  ///< an account, on that night, in squared grid values; NaN: not known
  double inertia = std::nan("");        ///< tonight's
  std::string content;  ///< hash of the accounts that were clustered with all their features; 32 hex digits
  /// Under previous.max_moved_by_model below 1: accounts of both nights that the model moves, how far it went from last
  /// night's centroids towards tonight's (1: all the way), and the inertia above that of going all the way, as a share.
  std::int64_t moved_by_model = -1;  ///< −1: nobody has counted
  double step = 1.0;
  double cost = 0.0;
};

}  // namespace tessera
