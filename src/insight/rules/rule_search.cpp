#include "insight/rules/rule_search.hpp"

#include <algorithm>
#include <numeric>

#include "insight/rules/condition_choice.hpp"
#include "parallel/agreement.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kShortList = 16;
constexpr int kMostRounds = 16;
constexpr double kLeastGain = 1e-3;
constexpr std::size_t kAtOnce = 512;  ///< segments whose counts are in memory together: 32 MiB for 64 columns

/// The search for one segment's rule.
class Hunt {
 public:
  Hunt(std::size_t segment, std::size_t n_columns) {
    target_.segment = segment;
    target_.columns.resize(n_columns);
    std::iota(target_.columns.begin(), target_.columns.end(), std::size_t{0});
  }

  [[nodiscard]] RuleTarget& target() noexcept { return target_; }
  [[nodiscard]] const RuleTarget& target() const noexcept { return target_; }
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

  /// After the first pass: the size of the segment, and the columns that tell most of it.
  void begin(std::span<const RuleColumn> columns, const BinCounts& counts) {
    if (target_.columns.empty()) {
      is_over_ = true;
      return;
    }
    for (const BinCounts::Cell& cell : counts.of(0)) size_ += cell.right;
    std::vector<double> utility;
    for (std::size_t c = 0; c < target_.columns.size(); ++c)
      utility.push_back(best_condition(columns[target_.columns[c]], counts.of(c), size_, goal_).utility);
    step(columns, counts);
    constexpr double kInUse = 10.0;  // above any utility
    for (const Condition& condition : target_.rule.conditions) utility[condition.column] += kInUse;
    std::vector<std::size_t> order = target_.columns;
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t c) { return utility[c]; });
    order.resize(std::min(order.size(), kShortList));
    std::ranges::sort(order);
    target_.columns = std::move(order);
  }

  /// The best move by these counts, or the next goal, or the end.
  void step(std::span<const RuleColumn> columns, const BinCounts& counts) {
    if (size_ == 0) {
      is_over_ = true;
      return;
    }
    if (!move(columns, counts)) {
      is_over_ = goal_ == RuleGoal::kPrecision;
      goal_ = RuleGoal::kPrecision;
      if (!is_over_ && !move(columns, counts)) is_over_ = true;
    }
  }

 private:
  [[nodiscard]] Condition* condition_on(std::size_t column) {
    const auto found = std::ranges::find(target_.rule.conditions, column, &Condition::column);
    return found == target_.rule.conditions.end() ? nullptr : &*found;
  }

  /// What the rule is worth now, with words: the same for every column that its counts are taken from.
  [[nodiscard]] double utility_now(std::span<const RuleColumn> columns, const BinCounts& counts) {
    const std::size_t column = target_.columns.front();
    const Condition* condition = condition_on(column);
    const BinSet bins = condition == nullptr ? columns[column].all_bins() : condition->bins;
    RuleCounts now{0, 0, size_};
    for (std::size_t bin = 0; bin < columns[column].n_bins(); ++bin)
      if (has_bin(bins, bin)) {
        now.found += counts.of(0)[bin].found;
        now.right += counts.of(0)[bin].right;
      }
    return worth(now, goal_) - words_of(columns);
  }
  [[nodiscard]] double words_of(std::span<const RuleColumn> columns) const {
    double cost = 0.0;
    for (const Condition& condition : target_.rule.conditions)
      cost += words_cost(columns[condition.column], condition.bins);
    return cost;
  }

  bool move(std::span<const RuleColumn> columns, const BinCounts& counts) {
    const double now = utility_now(columns, counts);
    const double words = words_of(columns);
    double best = now + kLeastGain;
    Condition chosen;
    for (std::size_t c = 0; c < target_.columns.size(); ++c) {
      const RuleColumn& column = columns[target_.columns[c]];
      const Condition* mine = condition_on(target_.columns[c]);
      if (mine == nullptr && target_.rule.conditions.size() == Rule::kMostConditions) continue;
      const double other_words = words - (mine == nullptr ? 0.0 : words_cost(column, mine->bins));
      const ConditionChoice choice = best_condition(column, counts.of(c), size_, goal_);
      if (choice.utility - other_words <= best) continue;
      best = choice.utility - other_words;
      chosen = {target_.columns[c], choice.bins};
    }
    if (chosen.bins == 0) return false;
    if (Condition* mine = condition_on(chosen.column))
      mine->bins = chosen.bins;
    else
      target_.rule.conditions.push_back(chosen);
    std::erase_if(target_.rule.conditions, [&](const Condition& c) { return c.bins == columns[c.column].all_bins(); });
    return true;
  }

  RuleTarget target_;
  RuleGoal goal_ = RuleGoal::kF1;
  std::int64_t size_ = 0;  ///< weighted, over all ranks
  bool is_over_ = false;
};

void fill_members(std::vector<Hunt>& hunts, const RuleSample& sample, const Membership& members) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> hunt_of(members.table_size(), kNone);
  for (std::size_t h = 0; h < hunts.size(); ++h) hunt_of[hunts[h].target().segment] = h;
  for (std::size_t i = 0; i < sample.places.size(); ++i)
    members.for_each_segment(sample.places[i], [&](std::size_t segment) {
      if (hunt_of[segment] != kNone) hunts[hunt_of[segment]].target().members.push_back(static_cast<std::uint32_t>(i));
    });
}

/// The search for some segments at once.
void search(const Context& context, std::span<const RuleColumn> columns, const RuleSample& sample,
            std::span<Hunt> hunts) {
  for (int round = 0; round < kMostRounds; ++round) {
    parallel::stop_together(context.comm);
    std::vector<Hunt*> open;
    std::vector<const RuleTarget*> targets;
    for (Hunt& hunt : hunts)
      if (!hunt.is_over()) {
        open.push_back(&hunt);
        targets.push_back(&hunt.target());
      }
    if (open.empty()) break;
    const std::vector<BinCounts> counts = round == 0 ? first_bin_counts(context, columns, sample, targets)
                                                     : bin_counts(context, columns, sample, targets);
#pragma omp parallel for schedule(dynamic, 1) num_threads(context.threads)
    for (std::size_t h = 0; h < open.size(); ++h)
      round == 0 ? open[h]->begin(columns, counts[h]) : open[h]->step(columns, counts[h]);
  }
}

}  // namespace

std::vector<Rule> search_rules(const Context& context, std::span<const RuleColumn> columns, const RuleSample& sample,
                               const Membership& members, std::span<const std::size_t> segments) {
  std::vector<Hunt> hunts;
  hunts.reserve(segments.size());
  for (const std::size_t segment : segments) hunts.emplace_back(segment, columns.size());
  fill_members(hunts, sample, members);
  for (std::size_t first = 0; first < hunts.size(); first += kAtOnce)
    search(context, columns, sample, std::span(hunts).subspan(first, std::min(kAtOnce, hunts.size() - first)));
  std::vector<Rule> rules;
  rules.reserve(hunts.size());
  for (Hunt& hunt : hunts) rules.push_back(std::move(hunt.target().rule));
  return rules;
}

}  // namespace tessera::insight
