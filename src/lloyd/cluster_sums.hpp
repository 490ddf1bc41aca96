#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/population.hpp"
#include "parallel/communicator.hpp"

namespace tessera::lloyd {

/// How the bounds fared in one pass; see Assigner.
struct BoundTally {
  std::int64_t tested = 0;  ///< accounts whose bounds were looked at
  std::int64_t spent = 0;   ///< of those, how many could have changed their cluster
};

/// The sums and weights of a partition of all accounts into k clusters, exact, in grid units, the same on every rank;
/// and from them the centroids and the inertia. An account of weight w is worth w equal accounts of weight 1. Nothing
/// overflows as long as all accounts together weigh no more than most_weight(d); see population.hpp.
///
/// Threads record the accounts that move in changes of their own; reduce() adds the changes of all threads and ranks in
/// one go. As the sums are integers, adding and subtracting only what moved never drifts from the sums of the whole.
class ClusterSums {
 public:
  /// The empty partition: k clusters without accounts.
  ClusterSums(int k, const Population& population, int threads);

  [[nodiscard]] int k() const noexcept { return k_; }
  [[nodiscard]] bool has_empty() const noexcept;
  /// What the accounts of a cluster weigh together; 0: it has none.
  [[nodiscard]] std::int64_t weight(int cluster) const noexcept { return weights_[static_cast<std::size_t>(cluster)]; }

  /// Moves one account of this rank; from = −1: it was in no cluster yet. Threads call it at once, each with its
  /// number.
  void move(int thread, const float* tile, std::size_t lane, int weight, std::int32_t from, std::int32_t to);
  /// Moves the first `accounts` lanes of a tile from assignment[lane] to nearest[lane], and sets assignment to it.
  /// `weights`: of the lanes; null: all 1.
  void move_tile(int thread, const float* tile, std::size_t accounts, const std::uint16_t* weights,
                 std::int32_t* assignment, const std::int32_t* nearest);

  struct Agreed {
    std::int64_t moved = 0;  ///< accounts, over all ranks
    bool stop = false;       ///< some rank wishes to stop
    BoundTally tally;        ///< over all ranks
  };
  /// Adds all recorded changes over all threads and ranks. Collective: one reduction.
  Agreed reduce(const parallel::Communicator& comm, bool stop_here, const BoundTally& tally = {});

  /// Removes the clusters without accounts. Returns the new number of each old cluster, −1 for those removed.
  std::vector<std::int32_t> drop_empty();

  /// k × d: the means, in grid values; of clusters without accounts what the mean was when there last were any.
  [[nodiscard]] std::span<const double> centroids() const noexcept { return centroids_; }
  /// Σ w ‖x − mean‖² in units of 2^-32 squared grid units: T − Σ_j ‖S_j‖² / n_j, relative to the population's origin,
  /// from the integer sums, each of the k · d quotients cut to the unit.
  [[nodiscard]] Wide inertia() const noexcept;

 private:
  struct alignas(64) Changes {
    std::vector<std::int64_t> rows;     ///< k × (d + 1): sums, then the weight
    std::vector<std::uint8_t> dirty;    ///< k
    std::vector<std::int32_t> scratch;  ///< a tile with the accounts as rows
    std::int64_t moved = 0;
  };
  /// The row of a cluster in a thread's changes, its weight changed by `times` already.
  [[nodiscard]] std::int64_t* changed_row(Changes& changes, std::int32_t cluster, int times) noexcept;
  template <class Weighing>
  void move_rows(Changes& changes, std::size_t accounts, Weighing weighing, std::int32_t* assignment,
                 const std::int32_t* nearest);
  void merge_threads();
  void apply_message();
  void update_cluster(std::size_t cluster);

  int k_;
  int d_;
  int threads_;
  const Population& population_;
  std::vector<std::int64_t> sums_;     ///< k × d
  std::vector<std::int64_t> weights_;  ///< k
  std::vector<double> centroids_;      ///< k × d
  std::vector<Wide> explained_;        ///< k: ‖S_j − n_j·origin‖² / n_j in the unit of inertia()
  std::vector<Changes> changes_;       ///< by thread
  std::vector<std::int64_t>
      message_;  ///< what the reduction carries: k × (d + 1), then accounts moved, stop, the tally
};

/// inertia() in squared grid values.
[[nodiscard]] double inertia_value(Wide inertia) noexcept;

}  // namespace tessera::lloyd
