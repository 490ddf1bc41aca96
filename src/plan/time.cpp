#include "plan/time.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::plan {
namespace {

/// Work of one rank: core seconds that its threads share, and those that one of them does alone.
struct Work {
  double shared = 0.0;
  double alone = 0.0;
  [[nodiscard]] double seconds(int threads) const noexcept { return alone + shared / threads; }
};
Work operator+(const Work& a, const Work& b) noexcept {
  return {a.shared + b.shared, a.alone + b.alone};
}
/// `share` of the work is shared among the threads.
Work part_shared(double seconds, double share) noexcept {
  return {seconds * share, seconds * (1.0 - share)};
}

/// Costs on the machine of default_rates(), in core seconds; README.md says where they come from.
namespace cost {
constexpr double kByteRead = 3.5e-9, kRowTaken = 0.3e-6;            // of a source that is kept by row
constexpr double kRowFolded = 0.6e-6, kAccountFolded = 0.4e-6;      // of a source that is folded
constexpr double kAccountByDomain = 2.6e-6, kRowByDomain = 1.5e-6;  // of a source that is matched by domain
constexpr double kMacro = 0.03e-6;                                  // an account and criterion
constexpr double kFeaturePrepared = 0.07e-6;                        // an account and column
constexpr double kSeeded = 0.05e-6, kLookedAt = 0.008e-6;           // an account and start; and iteration
constexpr double kSplitFeature = 0.011e-6;                          // an account, encoded feature and round
constexpr double kTold = 0.35e-6, kColumnTold = 0.055e-6;           // insight: an account; and column
constexpr double kRanked = 0.1e-6, kColumnOfBest = 0.0085e-6;       // value
constexpr double kLiked = 0.1e-6, kColumnLiked = 0.014e-6;          // lookalikes
constexpr double kColumnWritten = 0.1e-6;                           // packed, hashed, written, read back, hashed
constexpr double kNightOpened = 0.1;  // evolve: another night on each rank, its tables and where its rows begin
constexpr double kRowMatched = 0.18e-6, kRowOfSegments = 0.05e-6;  // a row of another night; and segmentation
constexpr double kCounted = 0.025e-6, kCountedAgain = 0.015e-6;    // an account and feature; by another night's bins
constexpr double kPlaced = 0.03e-6;      // an account by last night's model, besides encoding it and distances
constexpr double kHashed = 0.05e-6;      // an account that is clustered, where nights are remembered
constexpr double kColumnKept = 0.02e-6;  // a checkpoint: an account and column
constexpr double kStart = 0.15;          // of the program and MPI, per run
}  // namespace cost

/// Iterations of one start, where bounds spare most of the work of the later ones.
constexpr double kIterations = 18.0, kDenseShare = 0.6;
/// And of the one start from last night's centroids; benchmarks/warm has them by share of accounts that changed.
constexpr double kWarmIterations = 6.0;
/// What is fitted anew on a fresh start alone: medians, deviations, categories.
constexpr double kEncodedAgain = 0.5;

class Clock {
 public:
  Clock(const Workload& work, const Rates& rates, const Layout& layout)
      : work_(work),
        rates_(rates),
        layout_(layout),
        n_(work.accounts / layout.ranks()),
        reading_(default_rates().reading_bytes_per_s / rates.reading_bytes_per_s),
        strewing_(default_rates().shuffled_rows_per_s / rates.shuffled_rows_per_s) {}

  [[nodiscard]] std::vector<StageTime> stages() const {
    Work prepare, kmeans, refine, insight, evolve = of_matching();
    double waited = 0.0;
    for (const SegmentationWork& one : work_.segmentations) {
      prepare = prepare + of_prepare(one);
      kmeans = kmeans + of_kmeans(one);
      refine = refine + of_refine(one);
      insight = insight + of_insight(one);
      evolve = evolve + of_evolve(one);
      waited += layout_.ranks() > 1 ? iterations(one) * rates_.all_reduce_s : 0.0;
    }
    const auto criteria = static_cast<double>(work_.macros);
    const double written = n_ * work_.written_columns * cost::kColumnWritten;
    const double to_disk = work_.accounts * kBytesWritten / rates_.writing_bytes_per_s;
    const int t = layout_.cpus_per_task;
    return {
        {"ingest", of_ingest().seconds(t) + cost::kStart},
        {"macro", part_shared(strewing_ * n_ * criteria * cost::kMacro, 0.5).seconds(t)},
        {"prepare", prepare.seconds(t)},
        {"kmeans", kmeans.seconds(t) + waited},
        {"refine", refine.seconds(t)},
        {"insight", insight.seconds(t)},
        {"value", part_shared(n_ * (cost::kRanked + work_.columns * cost::kColumnOfBest) * strewing_, 0.1).seconds(t)},
        {"lookalike",
         part_shared(n_ * (cost::kLiked + work_.columns * cost::kColumnLiked) * strewing_, 0.4).seconds(t)},
        {"evolve", evolve.seconds(t)},
        {"results", part_shared(strewing_ * written, 0.3).seconds(t) + to_disk}};
  }

 private:
  /// In the results file, of an account.
  static constexpr double kBytesWritten = 45.0;

  [[nodiscard]] Work of_ingest() const {
    Work all;
    for (const SourceWork& source : work_.sources) {
      const double rows = source.rows / layout_.ranks();
      const double bytes = reading_ * source.sample.text_bytes / layout_.ranks() * cost::kByteRead;
      if (source.spec->kind == SourceKind::kMatrix) {
        all = all + part_shared(source.bytes / layout_.ranks() / rates_.memory_bytes_per_s, 0.0);
      } else if (is_folded_by_account(source.spec->kind)) {
        all = all + part_shared(2.0 * bytes, 0.9) +
              part_shared(strewing_ * (rows * cost::kRowFolded + n_ * cost::kAccountFolded), 0.0);
      } else {
        all = all + part_shared(bytes, 0.9) + part_shared(strewing_ * rows * cost::kRowTaken, 0.6);
        if (source.spec->match == Match::kDomain)
          all = all + part_shared(strewing_ * (n_ * cost::kAccountByDomain + rows * cost::kRowByDomain), 0.0);
      }
    }
    return all;
  }

  [[nodiscard]] Work of_prepare(const SegmentationWork& one) const {
    const double part = one.is_warm ? kEncodedAgain : 1.0;
    return part_shared(part * strewing_ * one.features * n_ * one.share * cost::kFeaturePrepared, 0.3);
  }

  [[nodiscard]] static double starts(const SegmentationWork& one) {
    return one.spec->initial || one.is_warm ? 1.0 : one.spec->starts;
  }
  [[nodiscard]] static double iterations(const SegmentationWork& one) {
    const double of_a_start = one.is_warm ? kWarmIterations : kIterations;
    return starts(one) * std::min(of_a_start, static_cast<double>(one.spec->max_iterations));
  }

  [[nodiscard]] Work of_kmeans(const SegmentationWork& one) const {
    if (one.d == 0) return {};
    const double accounts = n_ * one.share;
    const double dense = one.k * static_cast<double>(one.d) / rates_.fused_per_s;
    const double an_iteration = strewing_ * cost::kLookedAt +
                                static_cast<double>(one.d) * sizeof(float) / rates_.memory_bytes_per_s +
                                kDenseShare * dense;
    const double seeded = one.is_warm ? 0.0 : starts(one) * cost::kSeeded;
    double seconds = accounts * (strewing_ * seeded + iterations(one) * an_iteration);
    if (work_.is_remembered) seconds += accounts * strewing_ * cost::kHashed;
    constexpr double kSwaps = 3.0;  // what swaps take beside the starts themselves
    if (one.spec->quality == Quality::kBest && !one.is_warm) seconds *= kSwaps;
    constexpr double kSweep = 2.0;  // automatic k: of the order of one k-means at the largest, on a sample
    if (one.spec->auto_k && !one.is_warm) seconds += kSweep * accounts * dense * kIterations;
    return part_shared(seconds, 0.85);
  }

  [[nodiscard]] Work of_refine(const SegmentationWork& one) const {
    if (!one.spec->refine || one.d == 0) return {};
    const double grown = std::max(1.0, std::log2(static_cast<double>(one.spec->refine->max_micro) / one.k));
    const double rounds = one.is_warm ? 1.0 : grown;  // last night's tree is followed, not grown
    const int d = one.d_micro > 0 ? one.d_micro : one.d;
    return part_shared(strewing_ * n_ * one.share * d * rounds * cost::kSplitFeature, 0.6);
  }

  [[nodiscard]] Work of_insight(const SegmentationWork& one) const {
    return part_shared(strewing_ * n_ * one.share * (cost::kTold + work_.columns * cost::kColumnTold), 0.2);
  }

  [[nodiscard]] int nights_before() const {
    return (work_.before.last_accounts > 0.0 ? 1 : 0) + (work_.before.baseline_accounts > 0.0 ? 1 : 0);
  }

  /// Rows of other nights, by the account that they are of.
  [[nodiscard]] Work of_matching() const {
    const double rows = (work_.before.last_accounts + work_.before.baseline_accounts) / layout_.ranks();
    const auto matched = std::ranges::count(work_.segmentations, true, &SegmentationWork::was_there);
    const double a_row = cost::kRowMatched + static_cast<double>(matched) * cost::kRowOfSegments;
    return part_shared(strewing_ * (nights_before() * cost::kNightOpened + rows * a_row), 0.0);
  }

  /// Features in bins, tonight's and those of other nights; why accounts are elsewhere than last night.
  [[nodiscard]] Work of_evolve(const SegmentationWork& one) const {
    const double accounts = n_ * one.share;
    const double bins = one.features * (cost::kCounted + (one.was_there ? nights_before() * cost::kCountedAgain : 0.0));
    Work work = part_shared(strewing_ * accounts * bins, 0.6);
    if (!one.was_there || work_.before.last_accounts == 0.0) return work;
    const double placed = strewing_ * (cost::kPlaced + one.features * cost::kFeaturePrepared * kEncodedAgain) +
                          one.k * static_cast<double>(one.d) / rates_.fused_per_s;
    return work + part_shared(accounts * placed, 0.6);
  }

  const Workload& work_;
  const Rates& rates_;
  const Layout& layout_;
  const double n_;                   ///< accounts of a rank
  const double reading_, strewing_;  ///< how much longer this machine takes than the one of the costs
};

/// Until no checkpoint is kept any more of the run's own accord.
double until_clustered(const std::vector<StageTime>& stages) {
  double seconds = 0.0;
  for (const StageTime& stage : stages) {
    seconds += stage.seconds;
    if (stage.stage == "kmeans") break;
  }
  return seconds;
}

}  // namespace

std::vector<StageTime> time_of(const Workload& work, const Rates& rates, const Layout& layout) {
  return Clock(work, rates, layout).stages();
}

CheckpointCost checkpoint_of(const Workload& work, const Rates& rates, const Layout& layout,
                             const std::vector<StageTime>& stages) {
  CheckpointCost checkpoint;
  checkpoint.bytes = work.accounts * work.kept_bytes();
  const double slower = default_rates().shuffled_rows_per_s / rates.shuffled_rows_per_s;
  const double hashed = slower * work.accounts / layout.ranks() * work.columns * cost::kColumnKept;
  checkpoint.seconds = work.is_matrix ? 0.0 : hashed + checkpoint.bytes / rates.writing_bytes_per_s;
  checkpoint.is_due = until_clustered(stages) > work.checkpoint_every_s;
  return checkpoint;
}

}  // namespace tessera::plan
