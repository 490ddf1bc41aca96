#include "plan/memory.hpp"

#include <algorithm>

#include "ingest/history_fold.hpp"
#include "ingest/limits.hpp"
#include "tessera/account_key.hpp"

namespace tessera::plan {
namespace {

constexpr double kMega = 1e6;
/// The program, MPI and HDF5, before any data; and for each thread its stack, arena and reading buffers.
constexpr double kProcess = 34 * kMega, kThread = 3 * kMega;
/// A row on its way through find_winners(): key and place; and what is left of it: key, place, copies.
constexpr double kKeyedRow = 24, kWinner = 24;
/// An entry of a hash table by text, beside the text: node, hash, bucket, and what the allocator adds.
constexpr double kHashedText = 96;
constexpr double kIndex = 4;  ///< a place, a segment, a code

/// Bytes held, and the most that ever was.
class Ledger {
 public:
  void hold(double bytes) {
    held_ += bytes;
    peak_ = std::max(peak_, held_);
  }
  void release(double bytes) { held_ -= bytes; }
  /// Held for a moment, beside all else.
  void pass(double bytes) { peak_ = std::max(peak_, held_ + bytes); }
  [[nodiscard]] double peak() const noexcept { return peak_; }

 private:
  double held_ = 0.0, peak_ = 0.0;
};

/// One rank's share of the work, and how it comes into memory and leaves it.
class Rank {
 public:
  Rank(const Workload& work, int ranks, int threads) : work_(work), ranks_(ranks), n_(work.accounts / ranks) {
    ledger_.hold(kProcess + threads * kThread);
  }

  std::vector<StageMemory> run() {
    work_.is_matrix ? take_in_matrix() : take_in();
    tell("ingest");
    if (work_.before.last_accounts > 0.0) match_accounts();
    ledger_.hold(kIndex * n_);
    tell("macro");
    for (const SegmentationWork& one : work_.segmentations) segment(one);
    if (work_.before.last_accounts > 0.0) explain_moves();
    ledger_.hold(sizeof(std::int64_t) * n_);  // the rank of each by value
    tell("value");
    ledger_.hold(sizeof(double) * n_);
    ledger_.pass(3.0 * sizeof(double) * n_);
    tell("lookalike");
    judge();
    tell("evolve");
    ledger_.pass(kPieceOfResults + 2.0 * kIndex * n_);
    tell("results");
    return std::move(told_);
  }

 private:
  static constexpr double kPieceOfResults = 20 * kMega;

  [[nodiscard]] double rows_of(const SourceWork& source) const { return source.rows / ranks_; }
  [[nodiscard]] static double row_of_accounts(const SourceWork& source) {
    double bytes = 0.0;
    for (const HeldColumn& column : source.of_accounts) bytes += column.bytes();
    return bytes;
  }
  [[nodiscard]] static bool is_folded(const SourceWork& source) { return is_folded_by_account(source.spec->kind); }

  /// The stage's peak: the largest over segmentations, where there are several.
  void tell(const std::string& stage) {
    const auto known = std::ranges::find(told_, stage, &StageMemory::stage);
    if (known == told_.end())
      told_.push_back({stage, ledger_.peak()});
    else
      known->peak_bytes = ledger_.peak();
  }

  void take_in_matrix() { ledger_.pass(16.0 * kMega); }

  /// Rows of all sources lie with their owners before any is put into the accounts' order; those that are folded come
  /// later and are never at rest.
  void take_in() {
    const intake::Limits limits;
    double round = 0.0;
    for (const SourceWork& source : work_.sources)
      round =
          std::max(round, std::min<double>(static_cast<double>(limits.round_bytes), source.sample.text_bytes / ranks_));
    ledger_.hold(2.5 * round);  // typed rows of a round, and its messages on both sides
    for (const SourceWork& source : work_.sources) {
      if (!is_folded(source)) ledger_.hold(rows_of(source) * source.stored_bytes());
    }
    populate();
    for (const SourceWork& source : work_.sources) {
      if (&source != &work_.of_population()) take_in_source(source);
    }
    ledger_.release(2.5 * round);
  }

  void populate() {
    const SourceWork& source = work_.of_population();
    const double rows = rows_of(source), id = sizeof(std::uint64_t) + source.key_bytes;
    if (is_folded(source)) {
      ledger_.hold(n_ * (sizeof(intake::Fold) + kHashedText + 2.0 * id));
      ledger_.hold(n_ * (sizeof(AccountKey) + id + row_of_accounts(source)));
      ledger_.release(n_ * (sizeof(intake::Fold) + kHashedText + 2.0 * id));
      return;
    }
    ledger_.pass(rows * (kKeyedRow + kWinner));
    // Columns are picked one after the other, and each lets its rows go; ids are picked last.
    ledger_.pass(n_ * (sizeof(AccountKey) + id + sizeof(std::uint64_t)));
    ledger_.release(rows * source.stored_bytes());
    ledger_.hold(n_ * (sizeof(AccountKey) + id + row_of_accounts(source)));
  }

  void take_in_source(const SourceWork& source) {
    const double columns = n_ * row_of_accounts(source);
    if (source.spec->kind == SourceKind::kHistory) {
      const double folds = n_ * (sizeof(intake::Fold) + source.categories_a_row * kFewCategories);
      ledger_.hold(folds);
      ledger_.hold(columns);
      ledger_.release(folds);
    } else if (is_folded(source)) {
      ledger_.pass(n_ * kAnswers + columns);
      ledger_.hold(columns);
    } else {
      const double rows = rows_of(source);
      const bool by_domain = source.spec->match == Match::kDomain;
      ledger_.pass(by_domain ? n_ * (kHashedText + 2.0 * source.key_bytes) + rows * (kKeyedRow + kWinner)
                             : rows * (kKeyedRow + kWinner));
      ledger_.release(rows * source.stored_bytes());
      ledger_.hold(columns);
    }
  }
  /// What a fold of contacts or feedback holds of an account; counts by category of a history.
  static constexpr double kAnswers = 120, kFewCategories = 64;

  /// Where each account was on another night: whether at all, and for each segmentation its segment at three levels.
  [[nodiscard]] double answers() const {
    const auto matched = std::ranges::count(work_.segmentations, true, &SegmentationWork::was_there);
    return n_ * (1.0 + 3.0 * kIndex * static_cast<double>(matched));
  }

  /// Rows are read a block at a time, and each rank reads those of its own accounts alone.
  void match_accounts() {
    const double pseudonyms = work_.is_pseudonymous ? n_ * kPseudonymousRow : 0.0;
    ledger_.hold(answers());
    ledger_.pass(kBlockOfNight + pseudonyms);
  }

  /// All accounts by last night's model, one segmentation after the other.
  void explain_moves() {
    double most = 0.0;
    for (const SegmentationWork& one : work_.segmentations)
      if (one.was_there) most = std::max(most, n_ * 6.0 * kIndex + n_ * one.share * kPlacedRow);
    ledger_.pass(most);
  }

  /// The baseline's accounts, and features in bins: as many at a time as fit a piece.
  void judge() {
    if (work_.before.baseline_accounts > 0.0) match_accounts();
    for (const SegmentationWork& one : work_.segmentations) {
      const double feature = sizeof(double) * n_ * one.share;
      ledger_.pass(kIndex * n_ * one.share + std::max(feature, std::min(kPieceOfCells, feature * one.features)));
    }
    if (work_.before.baseline_accounts > 0.0) ledger_.release(answers());
  }
  /// An account placed: population, row, depth, nearest and next, twice the rows; one in the order of pseudonyms: keys
  /// and texts, there and in the table's order.
  static constexpr double kPlacedRow = 22, kPseudonymousRow = 2 * (16 + 8 + 32);
  static constexpr double kBlockOfNight = 8 * kMega, kPieceOfCells = 64.0 * 1024 * 1024;

  void segment(const SegmentationWork& one) {
    const double m = n_ * one.share;  // clustered
    const double tiles = m * sizeof(float) * one.d;
    ledger_.hold(2.0 * sizeof(double) * n_);  // distance and fit
    if (one.d == 0) return;
    const double of_prepared = m * (2.0 * kIndex + sizeof(AccountKey) + 1.0) + tiles;
    ledger_.hold(of_prepared);
    ledger_.pass(m * sizeof(double));
    tell("prepare");
    constexpr double kBounds = 12.0;  // two gaps and a rival
    constexpr int kManyClusters = 128;
    const bool copies = one.k >= kManyClusters;
    ledger_.pass(m * (kIndex + kBounds + (copies ? 3.0 * kIndex : 0.0)) + (copies ? tiles : 0.0));
    ledger_.hold(2.0 * kIndex * m);
    // A checkpoint is kept in here, or wherever a signal stops the run: a mask for each filled column, ends of texts.
    if (!work_.is_matrix)
      ledger_.pass(kPieceOfResults + n_ * (work_.filled_columns + static_cast<double>(sizeof(std::uint64_t))));
    tell("kmeans");
    if (one.spec->refine) refine(one, m);
    ledger_.hold(4.0 * kIndex * n_);
    if (one.was_there) ledger_.hold(3.0 * kIndex * n_);  // the results tell where accounts were
    ledger_.pass(m * 2.0 * sizeof(double));
    ledger_.release(of_prepared + 2.0 * kIndex * m);
    ledger_.pass(n_ * 4.0 * sizeof(double));
    tell("insight");
  }

  void refine(const SegmentationWork& one, double m) {
    const double tiles = m * sizeof(float) * (one.d_micro > 0 ? one.d_micro : one.d);
    if (one.d_micro > 0) ledger_.hold(tiles);
    // Leaves are sorted in tiles of their own while a tree grows; one that is followed is only descended.
    ledger_.pass((one.is_warm ? 0.0 : tiles) + m * (2.0 * kIndex + 3.0));
    if (one.d_micro > 0) ledger_.release(tiles);
    ledger_.hold(kIndex * m);
    tell("refine");
  }

  const Workload& work_;
  const double ranks_;
  const double n_;  ///< accounts
  Ledger ledger_;
  std::vector<StageMemory> told_;
};

}  // namespace

std::vector<StageMemory> memory_of(const Workload& work, int ranks, int threads) {
  return Rank(work, ranks, threads).run();
}

}  // namespace tessera::plan
