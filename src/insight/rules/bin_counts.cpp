#include "insight/rules/bin_counts.hpp"

#include <algorithm>

#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Of the conditions that an account fails, where in target.columns the only one is.
struct Failed {
  int count = 0;
  std::size_t column = kNone;
};

class Counter {
 public:
  Counter(std::span<const RuleColumn> columns, const RuleTarget& target, BinCounts& counts) : counts_(counts) {
    for (const std::size_t column : target.columns) bins_.push_back(columns[column].sampled.data());
    for (const Condition& condition : target.rule.conditions) {
      const auto place = std::ranges::find(target.columns, condition.column) - target.columns.begin();
      conditions_.push_back({bins_[static_cast<std::size_t>(place)], condition.bins, static_cast<std::size_t>(place)});
    }
  }

  template <class Add>
  void count(std::size_t account, Add add) {
    const Failed failed = failures(account);
    if (failed.count == 0) {
      for (std::size_t c = 0; c < bins_.size(); ++c) add(cell(c, account));
    } else if (failed.count == 1) {
      add(cell(failed.column, account));
    }
  }

 private:
  struct Test {
    const std::uint8_t* bins;
    BinSet accepted;
    std::size_t column;
  };

  [[nodiscard]] Failed failures(std::size_t account) const noexcept {
    Failed failed;
    for (const Test& test : conditions_)
      if (!has_bin(test.accepted, test.bins[account])) {
        failed.column = test.column;
        if (++failed.count > 1) break;
      }
    return failed;
  }
  [[nodiscard]] BinCounts::Cell& cell(std::size_t column, std::size_t account) noexcept {
    return counts_.cells[column * BinCounts::kBins + bins_[column][account]];
  }

  BinCounts& counts_;
  std::vector<const std::uint8_t*> bins_;
  std::vector<Test> conditions_;
};

std::vector<BinCounts> empty_counts(std::span<const RuleTarget* const> targets) {
  std::vector<BinCounts> counts(targets.size());
  for (std::size_t t = 0; t < targets.size(); ++t)
    counts[t].cells.resize(targets[t]->columns.size() * BinCounts::kBins);
  return counts;
}

/// Sums over ranks in one go. Bins that no column has are not sent.
void add_over_ranks(const Context& context, std::span<const RuleColumn> columns,
                    std::span<const RuleTarget* const> targets, std::vector<BinCounts>& counts) {
  std::vector<std::int64_t> sent;
  const auto for_each_cell = [&](auto visit) {
    for (std::size_t t = 0; t < targets.size(); ++t)
      for (std::size_t c = 0; c < targets[t]->columns.size(); ++c)
        for (std::size_t bin = 0; bin < columns[targets[t]->columns[c]].n_bins(); ++bin)
          visit(counts[t].cells[c * BinCounts::kBins + bin]);
  };
  for_each_cell([&](const BinCounts::Cell& cell) { sent.insert(sent.end(), {cell.found, cell.right}); });
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(sent));
  std::size_t at = 0;
  for_each_cell([&](BinCounts::Cell& cell) {
    cell = {sent[at], sent[at + 1]};
    at += 2;
  });
}

}  // namespace

std::vector<BinCounts> bin_counts(const Context& context, std::span<const RuleColumn> columns, const RuleSample& sample,
                                  std::span<const RuleTarget* const> targets) {
  std::vector<BinCounts> counts = empty_counts(targets);
#pragma omp parallel for schedule(dynamic, 1) num_threads(context.threads)
  for (std::size_t t = 0; t < targets.size(); ++t) {
    Counter counter(columns, *targets[t], counts[t]);
    for (std::size_t i = 0; i < sample.places.size(); ++i)
      counter.count(i, [&](BinCounts::Cell& cell) { cell.found += sample.weights[i]; });
    for (const std::uint32_t i : targets[t]->members)
      counter.count(i, [&](BinCounts::Cell& cell) { cell.right += sample.weights[i]; });
  }
  add_over_ranks(context, columns, targets, counts);
  return counts;
}

std::vector<BinCounts> first_bin_counts(const Context& context, std::span<const RuleColumn> columns,
                                        const RuleSample& sample, std::span<const RuleTarget* const> targets) {
  // All accounts are found by a rule without conditions: they are counted once for all targets.
  std::vector<BinCounts::Cell> whole(columns.size() * BinCounts::kBins);
#pragma omp parallel for schedule(dynamic, 1) num_threads(context.threads)
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (std::size_t i = 0; i < sample.places.size(); ++i)
      whole[c * BinCounts::kBins + columns[c].sampled[i]].found += sample.weights[i];
  std::vector<BinCounts> counts = empty_counts(targets);
#pragma omp parallel for schedule(dynamic, 1) num_threads(context.threads)
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const RuleTarget& target = *targets[t];
    for (std::size_t c = 0; c < target.columns.size(); ++c) {
      const std::size_t column = target.columns[c];
      BinCounts::Cell* cells = &counts[t].cells[c * BinCounts::kBins];
      std::copy_n(&whole[column * BinCounts::kBins], BinCounts::kBins, cells);
      for (const std::uint32_t i : target.members) cells[columns[column].sampled[i]].right += sample.weights[i];
    }
  }
  add_over_ranks(context, columns, targets, counts);
  return counts;
}

}  // namespace tessera::insight
