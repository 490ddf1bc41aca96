#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/cluster_sums.hpp"
#include "lloyd/kernel.hpp"
#include "lloyd/population.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// For many clusters: a copy of this rank's accounts, sorted so that a tile's accounts lie near one another, and
/// compared only with the centroids that may be nearest to one of them (after Newling & Fleuret 2016, who draw the ball
/// about each account, and Elkan 2003).
///
/// The accounts of a cluster are sorted by their distance from an anchor, the cluster's centroid at the time. So a tile
/// lies in a ball about its anchor, and whatever becomes of the centroids, those that are farther from the anchor than
/// the nearest one by more than the ball's diameter are nearest to none of its accounts. Pieces of a cluster share one
/// list of centroids, in the order of their distance from the anchor; a tile is compared with its head.
///
/// How much that leaves is counted before a copy is made, so it is made only where it pays: few dimensions that matter,
/// many clusters. Skipping changes no assignment: the proof stands in neighbourhoods.cpp.
class Neighbourhoods {
 public:
  explicit Neighbourhoods(const Population& population, int threads) : population_(population), threads_(threads) {}

  [[nodiscard]] bool settled() const noexcept { return copy_.n_tiles() > 0; }

  /// How often accounts were sorted and copied.
  [[nodiscard]] int times_settled() const noexcept { return times_settled_; }

  /// Sorts the accounts about `centroids` (k × d grid values), their clusters being `assignment` (n_local, none below
  /// 0), if by the counts that pays, or pays again.
  void settle(std::span<const double> centroids, std::span<const std::int32_t> assignment);
  /// One pass, where settled: every account to its nearest centroid; those that move are recorded in `sums`.
  void assign(const CentroidPanel& panel, std::span<const double> centroids, ClusterSums& sums,
              std::span<std::int32_t> assignment);
  /// Gives the copy up.
  void leave();
  /// After other hands changed clusters in `assignment`.
  void read_clusters(std::span<const std::int32_t> assignment);

 private:
  static constexpr std::size_t kTile = FeatureTiles::kTileAccounts;

  struct Ball {
    std::uint32_t first = 0;     ///< of its accounts in order_
    std::uint32_t accounts = 0;  ///< at most kTile
    float radius = 0.0F;         ///< no account is farther from the anchor
  };
  /// Tiles about one anchor, the outermost last.
  struct Piece {
    std::int32_t anchor = 0;
    std::uint32_t first = 0, end = 0;  ///< tiles
  };
  struct Workspace;
  struct Pass {
    const CentroidPanel& panel;
    ClusterSums& sums;
    std::span<std::int32_t> assignment;
    int thread;
  };

  [[nodiscard]] std::vector<float> distances_to_anchors(std::size_t step,
                                                        std::span<const std::int32_t> assignment) const;
  void sort_accounts(std::size_t step, std::uint32_t in_a_ball, std::span<const std::int32_t> assignment);
  void add_ball(std::size_t cluster, const Ball& ball, bool is_first_of_cluster);
  void copy_accounts();
  [[nodiscard]] double mean_comparisons(std::span<const double> centroids) const;
  std::int64_t assign_piece(const Piece& piece, const Pass& pass, Workspace& work);
  void move_accounts(const Pass& pass, std::size_t t, const std::int32_t* nearest);

  const Population& population_;
  int threads_;
  std::vector<float> anchors_;          ///< anchors × d
  std::vector<std::uint32_t> order_;    ///< the accounts as sorted
  std::vector<std::int32_t> clusters_;  ///< as order_: where they are now
  std::vector<Ball> balls_;             ///< by tile
  std::vector<Piece> pieces_;
  FeatureTiles copy_;           ///< by ball, a tile each
  std::int64_t at_first_ = -1;  ///< accounts × centroids compared by the first pass after sorting
  std::int64_t excess_ = 0;     ///< what later ones took more
  int times_settled_ = 0;
  unsigned calls_ = 0;  ///< of settle() while unsettled: it tries at the first, second, fourth, eighth …
};

}  // namespace tessera::lloyd
