#pragma once

#include <oneapi/tbb/task_arena.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "lloyd/kernel.hpp"
#include "refine/leaf_tiles.hpp"
#include "refine/moments.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera::refinement {

/// The rule of one split, for lloyd::nearest: index 0 is the left half, 1 the right. `halves` are the 2 × d centroids,
/// `whole` the d coordinates of the node that is split, whose place on the grid is the origin. Growing and descending
/// both use this one rule, so they agree on every account.
[[nodiscard]] lloyd::CentroidPanel split_rule(std::span<const double> halves, std::span<const double> whole);

/// All open 2-means problems of one pass, solved together: an update of all of them is one integer reduction, however
/// many they are and however unevenly they lie on the ranks.
///
/// Each leaf is tried from the features in which it varies most, one start a feature, from mean ± standard deviation:
/// no random number, so no dependence on order. After a few updates only the best start of a leaf goes on.
class TwoMeans {
 public:
  struct Leaf {
    const Moments* moments = nullptr;
    std::span<const double> centroid;  ///< d, grid values
  };
  /// The best of a leaf's halvings, whether or not it gains; no centroids: every start left one half empty.
  struct Halving {
    std::vector<double> centroids;  ///< 2 × d, grid values, that the last assignment used
    Moments right;                  ///< of that assignment
  };

  /// `leaves[i]` is leaf i of the gathered tiles, and holds at least two different accounts. A halving with
  /// min_accounts in both halves that gains by the criterion (gain_by_scatter) goes before all others; where the
  /// criterion needs the accounts themselves, whether it gains is left open.
  TwoMeans(const Context& context, tbb::task_arena& arena, const LeafTiles& gathered, std::vector<Leaf> leaves,
           std::int64_t min_accounts, SplitCriterion criterion = SplitCriterion::kBic);

  /// Collective. Empty if a stop signal came to any rank meanwhile.
  [[nodiscard]] std::vector<Halving> solve();
  /// After solve(), for a leaf that has a halving: 1 if the account in this slot is in the right half.
  [[nodiscard]] std::uint8_t side(std::size_t leaf, std::size_t slot) const { return sides(leaf)[slot]; }
  /// The same by slot, of all slots; only the leaf's own mean anything.
  [[nodiscard]] const std::uint8_t* sides(std::size_t leaf) const {
    return sides_.data() + winner_[leaf] * gathered_.n_slots();
  }

 private:
  enum class State { kMoving, kSettled, kDropped };
  struct Attempt {
    State state = State::kMoving;
    std::vector<double> centroids;  ///< 2 × d
    std::int64_t n_right = 0;
    std::vector<std::int64_t> right_sum;  ///< d
  };
  [[nodiscard]] Attempt& attempt(std::size_t leaf, std::size_t start) { return attempts_[leaf * n_starts_ + start]; }
  void start_from_widest_features(std::size_t leaf);
  [[nodiscard]] std::vector<std::int64_t> changes_here(std::span<const std::size_t> moving);
  bool update(int iteration);
  void move_centroids(std::size_t leaf, Attempt& attempt, bool last);
  void keep_best_start(std::size_t leaf);
  [[nodiscard]] std::pair<int, double> merit(std::size_t leaf, const Attempt& attempt) const;

  const Context& context_;
  tbb::task_arena& arena_;
  const LeafTiles& gathered_;
  std::vector<Leaf> leaves_;
  std::int64_t min_accounts_;
  SplitCriterion criterion_;
  std::size_t n_starts_;
  std::size_t d_;
  std::vector<Attempt> attempts_;    ///< leaves × starts
  std::vector<std::uint8_t> sides_;  ///< starts × slots
  std::vector<std::size_t> winner_;  ///< start by leaf
};

}  // namespace tessera::refinement
