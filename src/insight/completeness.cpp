#include "tessera/completeness.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "insight/could_change.hpp"
#include "insight/plausible_values.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

using parallel::Reduce;

struct IsMissing {
  std::size_t i;
  bool operator()(const NumberColumn& column) const { return std::isnan(column.values[i]); }
  bool operator()(const CategoryColumn& column) const { return column.codes[i] < 0; }
  bool operator()(const FlagColumn& column) const { return column.values[i] < 0; }
  bool operator()(const DateColumn& column) const { return column.days[i] == kMissingDate; }
  bool operator()(const TextColumn& column) const { return column.at(i).empty(); }
};

bool is_missing(const Column& column, std::size_t i) {
  return std::visit(IsMissing{i}, column.data);
}

/// What the asked accounts say for all, in whole numbers, halves up.
std::int64_t scaled(std::int64_t changed, std::int64_t asked, std::int64_t all) {
  return asked == 0 ? 0 : (changed * all + asked / 2) / asked;
}

class Survey {
 public:
  Survey(const Context& context, const Job& job, const AccountTable& accounts, const MacroSegments& macros,
         const std::vector<FittedSegments>& segmentations, std::int64_t most_asked)
      : context_(context),
        job_(job),
        accounts_(accounts),
        macros_(macros),
        segmentations_(segmentations),
        most_asked_(most_asked),
        group_of_(macros.segments.empty() ? std::vector<std::int32_t>(accounts.n_local, 0) : macros.of_account),
        n_groups_(std::max<std::size_t>(1, macros.segments.size())) {}

  Completeness take(const std::vector<FilledCells>& filled) && {
    count_present();
    count_filled(filled);
    for (std::size_t c = 0; c < accounts_.columns.size(); ++c) ask(c);
    std::ranges::stable_sort(
        found_.to_buy, [](const MissingColumn& a, const MissingColumn& b) { return a.could_change > b.could_change; });
    return std::move(found_);
  }

 private:
  [[nodiscard]] CompletenessRow& row(std::size_t column, std::size_t group) {
    return found_.rows[column * n_groups_ + group];
  }
  [[nodiscard]] std::size_t group(std::size_t i) const { return static_cast<std::size_t>(group_of_[i]); }
  void sum_over_ranks(std::vector<std::int64_t>& counts) const {
    context_.comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
  }

  void count_present() {
    std::vector<std::int64_t> counts(2 * accounts_.columns.size() * n_groups_, 0);
    for (std::size_t c = 0; c < accounts_.columns.size(); ++c)
      for (std::size_t i = 0; i < accounts_.n_local; ++i)
        ++counts[2 * (c * n_groups_ + group(i)) + (is_missing(accounts_.columns[c], i) ? 1 : 0)];
    sum_over_ranks(counts);
    for (std::size_t c = 0; c < accounts_.columns.size(); ++c)
      for (std::size_t g = 0; g < n_groups_; ++g) {
        CompletenessRow& one = found_.rows.emplace_back();
        one.column = accounts_.columns[c].full_name();
        if (!macros_.segments.empty()) one.macro = macros_.segments[g].name;
        one.present = counts[2 * (c * n_groups_ + g)];
        one.missing = counts[2 * (c * n_groups_ + g) + 1];
      }
  }

  void count_filled(const std::vector<FilledCells>& filled) {
    std::vector<std::int64_t> counts(filled.size() * n_groups_, 0);
    for (std::size_t f = 0; f < filled.size(); ++f)
      for (const std::uint32_t i : *filled[f].rows) ++counts[f * n_groups_ + group(i)];
    sum_over_ranks(counts);
    for (std::size_t f = 0; f < filled.size(); ++f) {
      const auto column = std::ranges::find(accounts_.columns, filled[f].column, &Column::full_name);
      if (column == accounts_.columns.end()) continue;
      for (std::size_t g = 0; g < n_groups_; ++g) {
        if (counts[f * n_groups_ + g] == 0) continue;
        CompletenessRow& one = row(static_cast<std::size_t>(column - accounts_.columns.begin()), g);
        one.filled += counts[f * n_groups_ + g];
        one.filled_by += (one.filled_by.empty() ? "" : ", ") + filled[f].source;
      }
    }
  }

  /// What nobody can sell: what is worked out of an account's own rows, such as its orders or answers.
  [[nodiscard]] bool is_for_sale(const Column& column) const {
    const auto source = std::ranges::find(job_.sources, column.source, &SourceSpec::name);
    return source == job_.sources.end() || !is_folded_by_account(source->kind);
  }

  /// Accounts by group.
  using Counts = std::vector<std::int64_t>;

  void ask(std::size_t c) {
    const Column& column = accounts_.columns[c];
    std::vector<const FittedSegments*> concerned;
    for (const FittedSegments& one : segmentations_)
      if (insight::counts_for(one, column.full_name())) concerned.push_back(&one);
    std::int64_t missing = 0;
    for (std::size_t g = 0; g < n_groups_; ++g) missing += row(c, g).missing;
    if (concerned.empty() || missing == 0 || !is_for_sale(column)) return;

    std::vector<std::uint32_t> rows = rows_that_miss(column, concerned);
    const Counts candidates = by_group(rows, {});
    const std::int64_t all = std::accumulate(candidates.begin(), candidates.end(), std::int64_t{0});
    if (all > most_asked_) keep_sample(rows, all);
    const insight::PlausibleValues plausible = insight::plausible_values(context_, column, group_of_, n_groups_);
    const std::vector<std::uint8_t> changed = parallel::compute_together(context_.comm, [&] {
      std::vector<std::uint8_t> flags(rows.size(), 0);
      for (const FittedSegments* one : concerned)
        insight::mark_changes(accounts_, column, plausible, group_of_, *one, rows, context_.threads, flags);
      return flags;
    });
    conclude(c, missing, candidates, by_group(rows, {}), by_group(rows, changed));
  }

  [[nodiscard]] std::vector<std::uint32_t> rows_that_miss(const Column& column,
                                                          const std::vector<const FittedSegments*>& concerned) const {
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < accounts_.n_local; ++i) {
      const bool is_in_any =
          std::ranges::any_of(concerned, [i](const FittedSegments* one) { return one->is_in[i] != 0; });
      if (is_in_any && is_missing(column, i)) rows.push_back(static_cast<std::uint32_t>(i));
    }
    return rows;
  }

  /// By the half of the key that does not say which rank has the account.
  void keep_sample(std::vector<std::uint32_t>& rows, std::int64_t all) const {
    const auto below = static_cast<std::uint64_t>((static_cast<unsigned __int128>(most_asked_) << 64U) /
                                                  static_cast<unsigned __int128>(all));
    std::erase_if(rows, [&](std::uint32_t i) { return accounts_.key(i).lo >= below; });
  }

  /// Collective. Those of `rows` that `which` has a 1 for, or all.
  [[nodiscard]] Counts by_group(const std::vector<std::uint32_t>& rows, const std::vector<std::uint8_t>& which) const {
    Counts counts(n_groups_, 0);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (which.empty() || which[i] != 0) ++counts[group(rows[i])];
    sum_over_ranks(counts);
    return counts;
  }

  void conclude(std::size_t c, std::int64_t missing, const Counts& candidates, const Counts& asked,
                const Counts& changed) {
    MissingColumn found;
    found.column = accounts_.columns[c].full_name();
    found.missing = missing;
    found.asked = std::accumulate(asked.begin(), asked.end(), std::int64_t{0});
    found.is_estimate = found.asked < std::accumulate(candidates.begin(), candidates.end(), std::int64_t{0});
    const std::int64_t all_changed = std::accumulate(changed.begin(), changed.end(), std::int64_t{0});
    for (std::size_t g = 0; g < n_groups_; ++g) {
      // Of a group that the sample left out, all groups speak.
      row(c, g).could_change =
          asked[g] > 0 ? scaled(changed[g], asked[g], candidates[g]) : scaled(all_changed, found.asked, candidates[g]);
      found.could_change += row(c, g).could_change;
    }
    found.share = static_cast<double>(found.could_change) / static_cast<double>(accounts_.n_global);
    if (found.could_change > 0) found_.to_buy.push_back(std::move(found));
  }

  const Context& context_;
  const Job& job_;
  const AccountTable& accounts_;
  const MacroSegments& macros_;
  const std::vector<FittedSegments>& segmentations_;
  std::int64_t most_asked_;
  std::vector<std::int32_t> group_of_;  ///< by local account: its macro segment
  std::size_t n_groups_;
  Completeness found_;
};

}  // namespace

Completeness completeness_of(const Context& context, const Job& job, const AccountTable& accounts,
                             const MacroSegments& macros, const std::vector<FilledCells>& filled,
                             const std::vector<FittedSegments>& segmentations, std::int64_t most_asked) {
  return Survey(context, job, accounts, macros, segmentations, most_asked).take(filled);
}

}  // namespace tessera
