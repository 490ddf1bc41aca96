#include "tessera/backtest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/exact_sum.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"
#include "trial/explained_variance.hpp"
#include "trial/outcomes.hpp"
#include "trial/stored_accounts.hpp"

namespace tessera {

namespace {

using trial::Outcomes;
using trial::StoredSegments;

constexpr std::int64_t kNowhere = -1;

/// By account of the earlier file: its row in the later one.
std::vector<std::int64_t> join(const std::vector<std::string>& earlier, const std::vector<std::string>& later) {
  std::unordered_map<std::string_view, std::int64_t> row_of;
  row_of.reserve(later.size());
  for (std::size_t i = 0; i < later.size(); ++i) row_of.emplace(later[i], static_cast<std::int64_t>(i));
  std::vector<std::int64_t> rows;
  rows.reserve(earlier.size());
  for (const std::string& id : earlier) {
    const auto found = row_of.find(id);
    rows.push_back(found == row_of.end() ? kNowhere : found->second);
  }
  return rows;
}

std::vector<double> later_values(const std::vector<std::int64_t>& rows, const std::vector<double>& later) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::int64_t row : rows)
    values.push_back(row == kNowhere ? std::numeric_limits<double>::quiet_NaN() : later[static_cast<std::size_t>(row)]);
  return values;
}

/// By account: its segment of the level, or of the next level above that it has one of.
std::vector<std::int32_t> groups_at(const StoredSegments& segments, Level level) {
  std::vector<std::int32_t> groups = segments.macro;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (level >= Level::kCore && segments.core[i] >= 0) groups[i] = segments.core[i];
    if (level == Level::kMicro && segments.micro[i] >= 0) groups[i] = segments.micro[i];
  }
  return groups;
}

BacktestOutcome test(const StoredSegments& segments, std::string name, bool is_change, std::vector<double> values) {
  const std::vector<std::int32_t> finest = groups_at(segments, Level::kMicro);
  BacktestOutcome outcome{std::move(name), is_change, 0, 0.0, 0.0, {}};
  ExactSum sum, squares;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (finest[i] < 0) values[i] = std::numeric_limits<double>::quiet_NaN();  // outside the population
    if (std::isnan(values[i])) continue;
    ++outcome.accounts;
    sum.add(values[i]);
  }
  const double n = static_cast<double>(outcome.accounts);
  outcome.mean = sum.value() / n;
  for (const double value : values)
    if (!std::isnan(value)) squares.add_product(value - outcome.mean, value - outcome.mean);
  outcome.sd = std::sqrt(squares.value() / n);
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    if (std::ranges::find(segments.segments, level, &Segment::level) == segments.segments.end()) continue;
    outcome.levels.push_back(trial::explained_variance(level, values, groups_at(segments, level),
                                                       static_cast<std::int32_t>(segments.segments.size())));
  }
  return outcome;
}

}  // namespace

Backtest backtest(const std::string& earlier_path, const std::string& later_path) {
  ResultsSummary earlier = read_summary(earlier_path), later = read_summary(later_path);
  const storage::FileReader before = results::open_results(earlier_path), after = results::open_results(later_path);
  const std::vector<std::string> ids = trial::read_account_ids(before), later_ids = trial::read_account_ids(after);
  const std::vector<std::int64_t> rows = join(ids, later_ids);
  Backtest result;
  result.earlier_night = earlier.night;
  result.later_night = later.night;
  result.gone = std::ranges::count(rows, kNowhere);
  result.accounts = static_cast<std::int64_t>(ids.size()) - result.gone;
  result.joined = static_cast<std::int64_t>(later_ids.size()) - result.accounts;
  if (result.accounts == 0)
    throw Error(
        ExitCode::kBadData,
        fmt::format("{} and {} have no account in common, so nothing can be tested; they need the same ids, and "
                    "pseudonyms by the same key",
                    earlier_path, later_path));
  const std::vector<Outcomes> outcomes = trial::read_outcomes(after, later_path, result.notes);
  std::vector<std::string> ignored;
  const std::vector<Outcomes> earlier_outcomes = trial::read_outcomes(before, earlier_path, ignored);
  for (ResultsSummary::Segmentation& one : earlier.segmentations) {
    const StoredSegments segments = trial::read_stored_segments(before, std::move(one), ids.size());
    SegmentationBacktest& tested = result.segmentations.emplace_back();
    tested.name = segments.name;
    for (const Outcomes& outcome : outcomes) {
      std::vector<double> values = later_values(rows, outcome.values);
      tested.outcomes.push_back(test(segments, outcome.name, false, values));
      const auto was = std::ranges::find(earlier_outcomes, outcome.name, &Outcomes::name);
      if (!outcome.is_amount || was == earlier_outcomes.end()) continue;
      for (std::size_t i = 0; i < values.size(); ++i) values[i] -= was->values[i];
      tested.outcomes.push_back(test(segments, outcome.name, true, std::move(values)));
    }
  }
  if (outcomes.empty())
    result.notes.push_back(fmt::format("{} has neither [value] nor [kpi]: there is nothing to test", later_path));
  return result;
}

}  // namespace tessera
