#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/kmeans.hpp"

namespace tessera {

/// How one number of segments fared in a sweep. NaN: it could not be told. Inertia and BIC are in the encoded features'
/// own units, as far as the sweep was told of them.
struct KCriteria {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  std::int32_t macro = -1;  ///< scope = "macro": row of the macro segment in the segments table; −1: whole population
  std::int32_t k = 0;
  double inertia = kUnknown;
  double calinski_harabasz = kUnknown;      ///< Caliński & Harabasz 1974; more is better
  double davies_bouldin = kUnknown;         ///< Davies & Bouldin 1979; less is better
  double silhouette_simplified = kUnknown;  ///< mean of (b − a) / max(a, b) over accounts, with a, b the distances to
                                            ///< the own and the next centre (Hruschka et al. 2004); more is better
  double gap = kUnknown;                    ///< Tibshirani, Walther & Hastie 2001; more is better
  double gap_error = kUnknown;              ///< its standard error, s_k there
  double bic = kUnknown;        ///< of spherical clusters of one variance (Pelleg & Moore 2000); more is better
  double stability = kUnknown;  ///< how much of a segment is found again (Hennig 2007); more is better
  double place = kUnknown;      ///< middle of its ranks by the six criteria, the least is chosen; NaN: too unstable
};

struct ChoiceOfKOptions {
  int k_min = 2, k_max = 32;
  std::uint64_t seed = 0;
  int exponent = 0;  ///< grid value = own-units value · 2^exponent
};

/// Which k to take, and why. The same on every rank.
struct ChoiceOfK {
  int k = 1;
  std::vector<KCriteria> curve;    ///< by k, ascending; empty: there was no choice
  std::int64_t accounts_seen = 0;  ///< that the curve was measured on
  std::string why;                 ///< a sentence
  bool stopped = false;            ///< `stop` asked for it: the rest says nothing
};

/// Asked on every rank between updates; the answer may differ between ranks, it is agreed on inside.
using StopRequested = std::function<bool()>;

/// At least so many accounts a segment, in the mean: k is looked for no further.
inline constexpr std::int64_t kLeastAccountsASegment = 10;

/// Chooses k from k_min to k_max by sweeping through all of them on a sample by account key of about 16,384 accounts
/// (more where k_max is above 512): each k starts from the centroids of the one before and the best of some accounts
/// drawn as k-means++ draws them. The same is done on uniform points in the accounts' bounding box (for the gap
/// statistic) and on bootstrap samples (for the stability). Those found again well enough are ranked by each criterion;
/// the one with the best middle rank is chosen, ties by the sum of its ranks, then the smaller. No k above a tenth of
/// the accounts is tried.
///
/// Collective; tiles and keys hold this rank's accounts (n_local may be 0). The same bits at any rank and thread count.
[[nodiscard]] ChoiceOfK choose_k(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                                 const ChoiceOfKOptions& options, const StopRequested& stop = {});

/// How good a clustering is, against its stored centroids; as KCriteria has them. NaN where k = 1, of the index of
/// Davies and Bouldin also where k is above 4096.
struct ClusteringQuality {
  double silhouette_simplified = KCriteria::kUnknown;
  double calinski_harabasz = KCriteria::kUnknown;
  double davies_bouldin = KCriteria::kUnknown;
  double inertia = KCriteria::kUnknown;  ///< Σ ‖x − c‖², squared grid values
};

/// One pass over the accounts: n · d, not n · k · d. Collective; the same bits at any rank and thread count.
[[nodiscard]] ClusteringQuality clustering_quality(const Context& context, const FeatureTiles& tiles,
                                                   const Clustering& clustering);

/// What the results say of a segmentation's core segments. With scope = "macro" the figures are means over the macro
/// segments that have any, weighed by accounts, as each has a clustering of its own.
struct CoreQuality {
  ClusteringQuality clustering;  ///< inertia is not used
  std::string why_k;             ///< a sentence; with scope = "macro" a line a macro segment
  std::vector<KCriteria> curve;  ///< empty with a fixed k
};

}  // namespace tessera
