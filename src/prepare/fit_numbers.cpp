#include "prepare/fit_numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>

#include "model/encoder.hpp"
#include "prepare/column_statistics.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

/// A range below this is none: its squares, and quotients by its deviation, would leave double.
constexpr double kNarrowest = 0x1p-1000;

/// A column on its way: filled in step by step by the passes.
struct Draft {
  const FeatureColumn* column = nullptr;
  ColumnSummary raw;
  std::int64_t missing = 0;
  EncodedFeature encoded;
  double least = 0.0, greatest = 0.0;  ///< after filling, transform and winsorising
  double mean = 0.0;
  std::string left_out;  ///< why the number is no feature; empty: it is one

  [[nodiscard]] bool is_flag() const { return column->type == ColumnType::kFlag; }
  [[nodiscard]] bool is_kept() const { return left_out.empty(); }
  [[nodiscard]] MeasuredColumn measured() const { return {column->source, &encoded}; }
};

using Drafts = std::vector<Draft*>;

template <class Condition>
Drafts those(std::vector<Draft>& drafts, Condition condition) {
  Drafts chosen;
  for (Draft& draft : drafts)
    if (draft.is_kept() && condition(draft)) chosen.push_back(&draft);
  return chosen;
}

std::vector<MeasuredColumn> measured(const Drafts& drafts) {
  std::vector<MeasuredColumn> columns;
  columns.reserve(drafts.size());
  for (const Draft* draft : drafts) columns.push_back(draft->measured());
  return columns;
}

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ExitCode::kBadData, message, true);
}

std::vector<Draft> summarised(const FitScope& scope, const std::vector<FeatureColumn>& columns) {
  std::vector<CellSource> sources;
  sources.reserve(columns.size());
  for (const FeatureColumn& column : columns) sources.push_back(column.source);
  const std::vector<ColumnSummary> raw = summaries(scope, sources);
  std::vector<Draft> drafts(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    Draft& draft = drafts[c];
    draft.column = &columns[c];
    draft.raw = raw[c];
    draft.missing = scope.n_global - raw[c].present;
    draft.encoded.column = columns[c].name;
    draft.encoded.name = columns[c].name;
    draft.encoded.weight = columns[c].spec.weight;
    if (!draft.is_flag()) draft.encoded.transform = columns[c].spec.transform;
    if (raw[c].present == 0 && columns[c].missing != MissingPolicy::kConstant)
      draft.left_out = fmt::format("{} has no value, and is left out", columns[c].name);
    if (raw[c].present > 0 && (std::isinf(raw[c].min) || std::isinf(raw[c].max)))
      refuse(fmt::format(
          "Column {} is infinite in row {} of the population's source, and an infinite value has no place in a "
          "distance: make it a number, or NaN where it is missing.",
          columns[c].name, first_infinite_row(scope, sources[c])));
  }
  return drafts;
}

/// What stands for a missing cell. A column of a matrix without missing cells is not searched for its median: `fill`
/// then only serves what score may meet, and the mean, already at hand, does.
void choose_fills(const FitScope& scope, std::vector<Draft>& drafts) {
  for (Draft& draft : drafts) {
    if (draft.column->missing == MissingPolicy::kConstant)
      draft.encoded.fill = draft.column->missing_constant;
    else if (draft.column->missing_is_never && draft.raw.present > 0)
      draft.encoded.fill = draft.raw.max;
    else if (draft.is_flag())
      draft.encoded.fill = draft.raw.sum * 2.0 > static_cast<double>(draft.raw.present) ? 1.0 : 0.0;
    else if (draft.raw.present > 0)
      draft.encoded.fill = draft.raw.sum / static_cast<double>(draft.raw.present);
  }
  const Drafts by_median = those(drafts, [](const Draft& draft) {
    const MissingPolicy policy = draft.column->missing;
    return !draft.is_flag() && !draft.column->missing_is_never &&
           (policy == MissingPolicy::kMedian || policy == MissingPolicy::kUnknown) &&
           (draft.missing > 0 || draft.column->source.column != nullptr);
  });
  std::vector<MeasuredColumn> raw_cells;
  raw_cells.reserve(by_median.size());
  for (const Draft* draft : by_median) raw_cells.push_back({draft->column->source, nullptr});
  const std::vector<double> medians = quantiles(scope, raw_cells, std::array{0.5});
  for (std::size_t i = 0; i < by_median.size(); ++i) by_median[i]->encoded.fill = medians[i];
}

/// Bounds by quantiles of the filled and transformed column; columns with the same share are searched together.
/// Bounds that meet leave one value, and nothing to tell accounts apart by.
void choose_bounds(const FitScope& scope, std::vector<Draft>& drafts) {
  std::map<double, Drafts> by_share;
  for (Draft* draft : those(drafts, [](const Draft& d) { return !d.is_flag() && d.column->spec.winsorise > 0.0; }))
    by_share[draft->column->spec.winsorise].push_back(draft);
  for (const auto& [share, sharing] : by_share) {
    const std::vector<double> bounds = quantiles(scope, measured(sharing), std::array{share, 1.0 - share});
    for (std::size_t i = 0; i < sharing.size(); ++i) {
      Draft& draft = *sharing[i];
      draft.encoded.low = bounds[2 * i];
      draft.encoded.high = bounds[2 * i + 1];
      if (!(draft.encoded.low < draft.encoded.high))
        draft.left_out = fmt::format("{} is {} for every account once winsorised by {} at each end, and is left out",
                                     draft.column->name, draft.encoded.low, share);
    }
  }
}

/// The extremes of the finished column follow from those of the cells, because each step keeps their order.
void find_extremes(std::vector<Draft>& drafts) {
  for (Draft* draft : those(drafts, [](const Draft&) { return true; })) {
    const double fill = draft->encoded.fill;
    std::array<double, 3> values = {draft->raw.min, draft->raw.max, fill};
    if (draft->raw.present == 0) values = {fill, fill, fill};
    if (draft->missing == 0) values[2] = values[0];
    fill_transform_winsorise(draft->encoded, values);
    const auto [least, greatest] = std::ranges::minmax(values);
    draft->least = least;
    draft->greatest = greatest;
    const double shown = draft->raw.present > 0 ? draft->raw.min : fill;
    if (greatest - least < kNarrowest) {
      draft->left_out = fmt::format("{} is {} for every account, and is left out", draft->column->name,
                                    !draft->is_flag() ? fmt::to_string(shown)
                                    : shown == 1.0    ? "yes"
                                                      : "no");
    } else if (!std::isfinite(greatest - least)) {
      refuse(
          fmt::format("Column {} runs from {} to {}, too far for distances in double: set min and max under [columns].",
                      draft->column->name, draft->raw.min, draft->raw.max));
    }
  }
}

void find_means(const FitScope& scope, std::vector<Draft>& drafts) {
  const auto n = static_cast<double>(scope.n_global);
  const auto is_raw = [](const Draft& draft) {
    return draft.missing == 0 && draft.encoded.transform == Transform::kNone &&
           !(draft.encoded.low < draft.encoded.high);
  };
  for (Draft* draft : those(drafts, is_raw)) draft->mean = draft->raw.sum / n;
  const Drafts others = those(drafts, [&](const Draft& draft) { return !is_raw(draft); });
  const std::vector<double> totals = sums(scope, measured(others));
  for (std::size_t i = 0; i < others.size(); ++i) others[i]->mean = totals[i] / n;
  for (const Draft* draft : those(drafts, [](const Draft& d) { return !std::isfinite(d.mean); }))
    refuse(fmt::format("The sum of column {} is beyond double: set min and max under [columns].", draft->column->name));
}

void scale_by_deviation(const FitScope& scope, const Drafts& drafts) {
  std::vector<double> means;
  std::vector<double> half_widths;
  means.reserve(drafts.size());
  half_widths.reserve(drafts.size());
  for (const Draft* draft : drafts) {
    means.push_back(draft->mean);
    half_widths.push_back(std::fmax(draft->greatest - draft->mean, draft->mean - draft->least));
  }
  const std::vector<double> deviations = standard_deviations(scope, measured(drafts), means, half_widths);
  for (std::size_t i = 0; i < drafts.size(); ++i) drafts[i]->encoded.scale = deviations[i];
}

void scale_robustly(const FitScope& scope, const Drafts& drafts) {
  constexpr double kQuartilesOfNormal = 1.349;  // interquartile range of a standard normal: robust then equals standard
  const std::vector<double> quartiles = quantiles(scope, measured(drafts), std::array{0.25, 0.5, 0.75});
  Drafts without_range;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    drafts[i]->encoded.offset = quartiles[3 * i + 1];
    drafts[i]->encoded.scale = (quartiles[3 * i + 2] - quartiles[3 * i]) / kQuartilesOfNormal;
    if (!(drafts[i]->encoded.scale > 0.0)) without_range.push_back(drafts[i]);
  }
  scale_by_deviation(scope, without_range);
}

/// The mean, cut to the leading bits of the column's range: whole numbers then stay whole, so the grid holds them
/// exactly.
double offset_of_unscaled(const Draft& draft) {
  const double unit = std::ldexp(1.0, std::ilogb(draft.greatest - draft.least) - 10);
  const double offset = std::nearbyint(draft.mean / unit) * unit;
  return std::isfinite(offset) ? offset : draft.mean;
}

void choose_scales(const FitScope& scope, std::vector<Draft>& drafts, Scale scale) {
  for (Draft* draft : those(drafts, [](const Draft& d) { return d.is_flag(); })) {
    draft->encoded.offset = draft->mean;
    draft->encoded.scale = flag_scale(scale);
  }
  const Drafts numbers = those(drafts, [](const Draft& d) { return !d.is_flag(); });
  for (Draft* draft : numbers) {
    if (scale == Scale::kStandard) draft->encoded.offset = draft->mean;
    if (scale == Scale::kNone) draft->encoded.offset = offset_of_unscaled(*draft);
    if (scale == Scale::kMinMax) {
      draft->encoded.offset = draft->least;
      draft->encoded.scale = draft->greatest - draft->least;
    }
    if (scale != Scale::kNone) draft->encoded.clip = scale == Scale::kMinMax ? kMinMaxClip : kClip;
  }
  if (scale == Scale::kStandard) scale_by_deviation(scope, numbers);
  if (scale == Scale::kRobust) scale_robustly(scope, numbers);
}

double reach(const Draft& draft) {
  const EncodedFeature& encoded = draft.encoded;
  const double farthest = std::fmax(draft.greatest - encoded.offset, encoded.offset - draft.least) / encoded.scale;
  return (encoded.clip > 0.0 ? encoded.clip : farthest) * std::sqrt(encoded.weight);
}

FittedColumn finished(const FitScope& scope, const Draft& draft, Scale scale) {
  FittedColumn fitted;
  if (draft.is_kept())
    fitted.features.push_back({draft.encoded, reach(draft)});
  else
    fitted.warnings.push_back(draft.left_out);
  if (draft.column->missing == MissingPolicy::kUnknown && draft.missing > 0 && draft.raw.present > 0) {
    const double share = static_cast<double>(draft.missing) / static_cast<double>(scope.n_global);
    fitted.features.push_back(
        indicator(draft.column->name, kUnknownLabel, share, flag_scale(scale), draft.column->spec.weight));
    fitted.features.back().encoded.is_unknown = true;
  }
  return fitted;
}

}  // namespace

std::vector<FittedColumn> fit_numbers(const FitScope& scope, const std::vector<FeatureColumn>& columns, Scale scale) {
  if (columns.empty()) return {};
  std::vector<Draft> drafts = summarised(scope, columns);
  choose_fills(scope, drafts);
  choose_bounds(scope, drafts);
  find_extremes(drafts);
  find_means(scope, drafts);
  choose_scales(scope, drafts, scale);
  std::vector<FittedColumn> fitted;
  fitted.reserve(drafts.size());
  for (const Draft& draft : drafts) fitted.push_back(finished(scope, draft, scale));
  return fitted;
}

}  // namespace tessera
