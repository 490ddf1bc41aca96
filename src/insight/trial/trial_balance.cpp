#include <array>
#include <cmath>

#include "core/special_numbers.hpp"
#include "core/two_proportions.hpp"
#include "insight/cells.hpp"
#include "insight/membership.hpp"
#include "parallel/communicator.hpp"
#include "tessera/trial.hpp"

namespace tessera {

namespace {

/// The response rate that an uplift is added to: what people expect, or else what a source of the job tells of all
/// accounts. NaN where nobody knows. Collective.
double base_rate(const Context& context, const AccountTable& accounts, const TrialSpec& trial) {
  if (!trial.results) return kNaN;
  const TrialSpec::Results& results = *trial.results;
  if (results.expected) return *results.expected;
  if (results.source.empty()) return kNaN;
  constexpr std::array kFlag{ColumnType::kFlag};
  const ColumnRef response{results.source + "." + results.response.text, results.response.line,
                           results.response.column};
  const Column& column = insight::column_of(accounts, response, "[trial] results response", kFlag);
  std::array<std::int64_t, 2> counts{};  // of those that did not respond, and that did
  for (const std::int8_t flag : std::get<FlagColumn>(column.data).values)
    if (flag >= 0) ++counts[static_cast<std::size_t>(flag)];
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  return statistics::Share{counts[1], counts[0] + counts[1]}.value();
}

/// The cells of one segment, from the accounts in each arm.
void add_cells(std::int32_t segment, std::span<const std::int64_t> accounts, const TrialSpec& trial, double base,
               std::vector<TrialCell>& cells) {
  std::int64_t all = 0;
  for (const std::int64_t in_arm : accounts) all += in_arm;
  const double n = static_cast<double>(all);
  for (std::size_t arm = 0; arm < accounts.size(); ++arm) {
    TrialCell cell{segment, static_cast<std::int32_t>(arm), accounts[arm], kNaN, kNaN, kNaN};
    if (all > 0) {
      const double stated = trial.arms[arm].share;
      cell.share = static_cast<double>(accounts[arm]) / n;
      cell.z = (static_cast<double>(accounts[arm]) - n * stated) / std::sqrt(n * stated * (1.0 - stated));
    }
    if (arm > 0) cell.smallest_uplift = statistics::smallest_uplift(base, accounts[arm], accounts[0]);
    cells.push_back(cell);
  }
}

}  // namespace

std::vector<TrialCell> trial_balance(const Context& context, const AccountTable& accounts, const TrialSpec& trial,
                                     std::span<const std::int32_t> arms, std::span<const std::uint32_t> rows,
                                     const std::vector<SegmentSeed>& seeds, const SegmentAssignment& assignment) {
  const insight::Membership members = insight::membership(rows, seeds, assignment);
  const std::size_t n_arms = trial.arms.size();
  std::vector<std::int64_t> counts(members.table_size() * n_arms, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int32_t arm = arms[rows[i]];
    if (arm < 0) continue;
    members.for_each_segment(i,
                             [&](std::size_t segment) { ++counts[segment * n_arms + static_cast<std::size_t>(arm)]; });
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  const double base = base_rate(context, accounts, trial);
  std::vector<TrialCell> cells;
  const auto add = [&](std::int32_t segment, std::int32_t place) {
    add_cells(segment, std::span(counts).subspan(static_cast<std::size_t>(place) * n_arms, n_arms), trial, base, cells);
  };
  add(-1, members.whole());
  for (std::int32_t segment = 0; segment < members.n_segments; ++segment) add(segment, segment);
  return cells;
}

}  // namespace tessera
