#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera {

struct KmeansOptions {
  int k = 0;
  int starts = 4;
  int max_iterations = 300;
  double tolerance = 0.0;  ///< relative fall of inertia that ends Lloyd; 0: until no account moves
  std::uint64_t seed = 0;
  bool swaps = false;           ///< quality = "best": afterwards swaps lead the best starts out of their local optima
  std::vector<double> initial;  ///< k × d in grid values (what FeatureTiles hold); empty: k-means++; else starts = 1
  std::span<const std::uint16_t> weights = {};  ///< n_local, 1 … 4096 each; empty: all 1
  std::string whom = "the population";          ///< that is clustered, for warnings
};

/// The answer of k-means over one population. Everything but the two assignments is the same on every rank.
struct Clustering {
  int k = 0;  ///< may be below the k asked for: the number of distinct accounts
  int d = 0;
  std::vector<std::int32_t>
      origin;  ///< d grid units: what the kernel is centred on; to repeat the last pass, use the same
  std::vector<double> centroids;        ///< k × d, grid values; the stored centroids that the last pass used
  std::vector<std::int64_t> accounts;   ///< k, over all ranks, by the last pass; whatever they weigh
  std::vector<std::int32_t> nearest;    ///< n_local: core segment, by the last dense pass against `centroids`
  std::vector<std::int32_t> next_best;  ///< n_local: the second nearest; −1 if k = 1
  int iterations = 0;                   ///< updates of the winning start, then those of swaps that lowered its inertia
  int winning_start = 0;
  std::vector<double>
      inertia_by_iteration;  ///< after each of them, Σ w ‖x − c‖² in squared grid values, from the integer sums
  bool stopped = false;      ///< the stop callback asked for it: the rest says nothing, KmeansState does
};

/// Where k-means stands between two updates: with the accounts and the options, all that it takes to go on from there
/// to the same bits. The same on every rank, and at any number of them.
struct KmeansState {
  struct Start {
    int number = 0;
    int k = 0;
    int iterations = 0;
    std::vector<double> centroids;  ///< k × d grid values
    __int128 inertia = 0;           ///< exact, of the partition whose means the centroids are
    std::vector<double> inertia_by_iteration;
  };
  /// The swaps, which come when all starts have ended.
  struct Swaps {
    std::size_t start = 0;                      ///< place in `best` of the start that they improve
    int tries_left = 0;                         ///< for this start
    std::uint64_t survey = 0;                   ///< number of the survey that says what to try
    std::size_t pair = 0;                       ///< of its pairs, the one to be tried next
    int in_vain = 0;                            ///< tries since the last gain
    std::optional<Start> trial = std::nullopt;  ///< how far the try of this pair has come
  };
  std::vector<Start> best;  ///< of the starts that have ended, best first; of what swaps were tried on, as they left it
  int starts_ended = 0;
  std::optional<Start> running;  ///< a start that was interrupted
  std::optional<Swaps> swaps;
  bool has_ended = false;  ///< `best` is the one answer
};

/// Called once an update on every rank with the iteration's number and inertia. Returns true to stop: the answer may
/// differ between ranks, it is agreed on inside; the state then says where to go on. Swaps that are tried after the
/// last start count on as starts.
using KmeansProgress = std::function<bool(int start, int iteration, double inertia)>;

/// Distributed exact k-means: k-means++ by exponential races (Efraimidis & Spirakis 2006; Arthur & Vassilvitskii 2007),
/// Lloyd (1982) on exact integer sums, `starts` times; the lowest inertia wins, ties by the lower start. With `swaps`,
/// centroids that are missed little are moved to where accounts are far from theirs, as long as that gains; the inertia
/// is never above that without.
///
/// With weights, an account of weight w is worth w equal ones in the origin, the means, the inertia, and the chances of
/// k-means++ and of the swaps. It is one account where accounts are counted, and where a cluster without any takes the
/// farthest. Throws Error(kInternal) if the weights are not as said, Error(kBadData) if they are too many for exact
/// sums (above 2^39, or 2^47 / d, in all); on all ranks.
///
/// `state`, unless null, is where it goes on from (as it is made: at the beginning), and is kept: after an error
/// thrown by a safe point too it is one to go on from. With that of a k-means that has ended there is only the last
/// pass to make.
///
/// Collective; tiles and keys hold this rank's accounts (n_local may be 0). The same bits at any rank and thread count,
/// however often it was stopped.
[[nodiscard]] Clustering kmeans(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                                const KmeansOptions& options, const KmeansProgress& progress = {},
                                KmeansState* state = nullptr);

}  // namespace tessera
