#include "insight/number_table.hpp"

#include <algorithm>
#include <cmath>

#include "core/special_numbers.hpp"
#include "insight/numbers/moments_by_segment.hpp"
#include "insight/numbers/order_statistics.hpp"

namespace tessera::insight {

namespace {

/// A deviation that is no more than the rounding of the mean is none.
bool varies(const parallel::Moments& moments) noexcept {
  return std::isfinite(moments.sd) && moments.sd > 1e-12 * std::fabs(moments.mean);
}

double lift_over(double mean, double whole) noexcept {
  if (whole == 0.0 || (mean < 0.0) != (whole < 0.0)) return mean == 0.0 && whole != 0.0 ? 0.0 : kNaN;
  return mean / whole;
}

std::vector<double> cut_values(std::span<const double> quantiles) {
  std::vector<double> cuts{0.0};
  for (const double quantile : quantiles)
    if (!std::isnan(quantile)) cuts.push_back(quantile);
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

/// All from the counts.
NumberTable table_of(const FewValues& column, const Membership& members) {
  std::vector<parallel::Moments> moments;
  std::vector<double> medians;
  moments.reserve(members.table_size());
  medians.reserve(members.table_size());
  for (std::size_t segment = 0; segment < members.table_size(); ++segment) {
    moments.push_back(moments_of(column.values, column.of(segment)));
    medians.push_back(quantile_of(column.values, column.of(segment), 0.5));
  }
  std::array<double, 5> quantiles{};
  std::ranges::transform(NumberTable::kProbabilities, quantiles.begin(), [&](double probability) {
    return quantile_of(column.values, column.of(members.table_size() - 1), probability);
  });
  return {std::move(moments), std::move(medians), quantiles,
          CutCounts(column, members.table_size(), cut_values(quantiles))};
}

}  // namespace

CutCounts::CutCounts(const parallel::Communicator& comm, std::span<const double> values, const Membership& members,
                     std::vector<double> cuts)
    : cuts_(std::move(cuts)), slots_(2 * cuts_.size() + 1), counts_(members.table_size() * slots_, 0) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    const std::size_t slot = slot_of(values[i]);
    members.for_each_segment(i, [&](std::size_t segment) { ++counts_[segment * slots_ + slot]; });
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts_));
}

CutCounts::CutCounts(const FewValues& column, std::size_t table_size, std::vector<double> cuts)
    : cuts_(std::move(cuts)), slots_(2 * cuts_.size() + 1), counts_(table_size * slots_, 0) {
  for (std::size_t v = 0; v < column.values.size(); ++v) {
    const std::size_t slot = slot_of(column.values[v]);
    for (std::size_t segment = 0; segment < table_size; ++segment)
      counts_[segment * slots_ + slot] += column.of(segment)[v];
  }
}

std::size_t CutCounts::slot_of(double value) const noexcept {
  std::size_t slot = 0;
  for (const double cut : cuts_) slot += static_cast<std::size_t>(value >= cut) + static_cast<std::size_t>(value > cut);
  return slot;
}

std::int64_t CutCounts::up_to(std::size_t segment, double cut, std::size_t with_cut) const noexcept {
  const auto at = static_cast<std::size_t>(std::ranges::lower_bound(cuts_, cut) - cuts_.begin());
  const std::int64_t* slots = &counts_[segment * slots_];
  std::int64_t count = 0;
  for (std::size_t slot = 0; slot < std::min(2 * at + 1 + with_cut, slots_); ++slot) count += slots[slot];
  return count;
}

NumberTable number_table(const parallel::Communicator& comm, std::span<const double> values,
                         const Membership& members) {
  if (const auto few = few_values(comm, values, members)) return table_of(*few, members);
  OrderStatistics order = order_statistics(comm, values, members, NumberTable::kProbabilities);
  std::array<double, 5> quantiles{};
  std::ranges::copy(order.whole, quantiles.begin());
  return {moments_of_many_values(comm, values, members), std::move(order.medians), quantiles,
          CutCounts(comm, values, members, cut_values(quantiles))};
}

NumberProfile number_profile(const NumberTable& table, const Membership& members, std::int32_t segment,
                             const std::string& column) {
  const auto s = static_cast<std::size_t>(segment);
  const parallel::Moments& mine = table.moments[s];
  const parallel::Moments& whole = table.moments[static_cast<std::size_t>(members.whole())];
  NumberProfile profile{segment, column, mine.count, kNaN, kNaN, kNaN, kNaN, kNaN};
  if (mine.count == 0) return profile;
  profile.mean = mine.mean;
  profile.median = table.medians[s];
  profile.sd = mine.sd;
  profile.lift = lift_over(mine.mean, whole.mean);
  profile.effect = glass_delta(mine, whole);
  return profile;
}

double glass_delta(const parallel::Moments& segment, const parallel::Moments& baseline) noexcept {
  if (segment.count == 0 || baseline.count == 0) return kNaN;
  return varies(baseline) ? (segment.mean - baseline.mean) / baseline.sd : 0.0;
}

}  // namespace tessera::insight
