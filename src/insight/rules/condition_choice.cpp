#include "insight/rules/condition_choice.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

namespace tessera::insight {

namespace {

constexpr double kCostOfCondition = 0.01;
constexpr double kCostOfStranger = 0.03;  ///< a column that is no feature
constexpr double kCostOfWord = 0.005;     ///< a further bound or category
constexpr double kCostOfUnknown = 0.03;   ///< "… or unknown"
constexpr int kMostListed = 3;
constexpr int kMostExcluded = 2;

/// Tries condition after condition and keeps the best.
class Chooser {
 public:
  Chooser(const RuleColumn& column, std::span<const BinCounts::Cell> cells, std::int64_t segment, RuleGoal goal)
      : column_(column), cells_(cells), goal_(goal) {
    for (std::size_t bin = 0; bin < column.n_bins(); ++bin) {
      total_.found += cells[bin].found;
      total_.right += cells[bin].right;
    }
    best_.counts = {total_.found, total_.right, segment};
    best_.bins = column.all_bins();
    best_.utility = worth(best_.counts, goal);
  }

  void consider(BinSet bins, std::int64_t found, std::int64_t right) {
    if (bins == 0 || bins == column_.all_bins()) return;
    const RuleCounts counts{found, right, best_.counts.segment};
    // The words are counted only where the rest is good enough.
    const double before = worth(counts, goal_);
    if (before <= best_.utility) return;
    const double utility = before - words_cost(column_, bins);
    if (utility > best_.utility) best_ = {bins, utility, counts};
  }

  void consider_ranges() {
    const std::size_t missing = column_.missing();
    const BinCounts::Cell& unknown = cells_[missing];
    const BinSet with_missing = BinSet{1} << missing;
    for (std::size_t first = 0; first < missing; ++first) {
      std::int64_t found = 0, right = 0;
      BinSet bins = 0;
      for (std::size_t last = first; last < missing; ++last) {
        found += cells_[last].found;
        right += cells_[last].right;
        bins |= BinSet{1} << last;
        consider(bins, found, right);
        if (unknown.right > 0) consider(bins | with_missing, found + unknown.found, right + unknown.right);
      }
    }
    consider(with_missing, unknown.found, unknown.right);
  }

  void consider_categories() {
    std::vector<std::size_t> order(column_.n_bins());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // By the share of the bin that is the segment's, without dividing; empty bins last.
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      if (cells_[a].found == 0 || cells_[b].found == 0) return cells_[a].found > cells_[b].found;
      return static_cast<__int128>(cells_[a].right) * cells_[b].found >
             static_cast<__int128>(cells_[b].right) * cells_[a].found;
    });
    add_in_turn(order, kMostListed, [&](BinSet bins, std::int64_t found, std::int64_t right) {
      if (!has_bin(bins, column_.labels.size())) consider(bins, found, right);
    });
    std::ranges::reverse(order);
    std::erase_if(order, [&](std::size_t bin) { return cells_[bin].found == 0; });
    add_in_turn(order, kMostExcluded, [&](BinSet bins, std::int64_t found, std::int64_t right) {
      if (!has_bin(bins, column_.labels.size()))
        consider(column_.all_bins() & ~bins, total_.found - found, total_.right - right);
    });
  }

  [[nodiscard]] const ConditionChoice& best() const noexcept { return best_; }

 private:
  template <class Visit>
  void add_in_turn(const std::vector<std::size_t>& order, int most, Visit visit) const {
    BinSet bins = 0;
    BinCounts::Cell sum;
    for (std::size_t i = 0; i < order.size() && i < static_cast<std::size_t>(most); ++i) {
      if (cells_[order[i]].found == 0) return;
      bins |= BinSet{1} << order[i];
      sum.found += cells_[order[i]].found;
      sum.right += cells_[order[i]].right;
      visit(bins, sum.found, sum.right);
    }
  }

  const RuleColumn& column_;
  std::span<const BinCounts::Cell> cells_;
  RuleGoal goal_;
  BinCounts::Cell total_;
  ConditionChoice best_;
};

}  // namespace

double worth(const RuleCounts& counts, RuleGoal goal) noexcept {
  if (goal == RuleGoal::kF1) return counts.f1();
  const double recall = counts.recall();
  if (recall < kLeastRecall) return recall - 1.0;
  return 2.0 * std::min(counts.precision(), kEnoughPrecision) + counts.f1();
}

double words_cost(const RuleColumn& column, BinSet bins) noexcept {
  if (bins == column.all_bins()) return 0.0;
  double cost = kCostOfCondition + (column.is_feature ? 0.0 : kCostOfStranger);
  const BinSet known = bins & ~(BinSet{1} << column.missing());
  if (known != 0 && known != bins) cost += kCostOfUnknown;
  if (column.kind == RuleColumn::Kind::kCategory) {
    const int listed = std::popcount(bins), excluded = std::popcount(column.all_bins() & ~bins);
    return cost + kCostOfWord * std::min(listed, excluded);
  }
  const bool from = known != 0 && !has_bin(known, 0);
  const bool below = known != 0 && !has_bin(known, column.missing() - 1);
  return cost + kCostOfWord * ((from ? 1 : 0) + (below ? 1 : 0));
}

ConditionChoice best_condition(const RuleColumn& column, std::span<const BinCounts::Cell> cells, std::int64_t segment,
                               RuleGoal goal) {
  Chooser chooser(column, cells, segment, goal);
  if (column.kind == RuleColumn::Kind::kCategory)
    chooser.consider_categories();
  else
    chooser.consider_ranges();
  return chooser.best();
}

}  // namespace tessera::insight
