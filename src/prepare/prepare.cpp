#include "tessera/prepare.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "core/grid.hpp"
#include "model/encoder.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "prepare/depth.hpp"
#include "prepare/fit_categories.hpp"
#include "prepare/fit_numbers.hpp"
#include "tessera/errors.hpp"
#include "tessera/follow.hpp"
#include "tessera/macro.hpp"

namespace tessera {
namespace {

using parallel::Reduce;

std::string place(const Job& job, const SegmentationSpec& segmentation) {
  return fmt::format("{}:{}: segmentation \"{}\"", job.file, segmentation.line, segmentation.name);
}

/// Of a sensitive column, nothing that is said names a value.
void keep_quiet(const std::string& column, FittedColumn& fitted) {
  if (!fitted.warnings.empty())
    fitted.warnings = {fmt::format("{} does not tell accounts apart, and is left out", column)};
  for (std::size_t f = 0; f < fitted.features.size(); ++f)
    fitted.features[f].encoded.name = fmt::format("{} (sensitive {})", column, f + 1);
}

/// Every column fitted, in the job's order.
std::vector<FittedColumn> fit_columns(const FitScope& scope, const std::vector<FeatureColumn>& columns, Scale scale) {
  const auto is_category = [](const FeatureColumn& column) { return column.type == ColumnType::kCategory; };
  std::vector<FeatureColumn> numbers = columns;
  std::erase_if(numbers, is_category);
  std::vector<FittedColumn> fitted_numbers = fit_numbers(scope, numbers, scale);
  std::vector<FittedColumn> fitted;
  fitted.reserve(columns.size());
  auto next_number = fitted_numbers.begin();
  for (const FeatureColumn& column : columns) {
    fitted.push_back(is_category(column) ? fit_category(scope, column, scale) : std::move(*next_number++));
    if (column.source.column != nullptr && column.source.column->is_sensitive) keep_quiet(column.name, fitted.back());
  }
  return fitted;
}

/// A column may be a feature twice, and a category be called "(other)": every name is then made its own.
void make_names_unique(std::vector<FittedFeature>& features) {
  std::set<std::string> taken;
  for (FittedFeature& feature : features) {
    const std::string name = feature.encoded.name;
    for (int copy = 2; !taken.insert(feature.encoded.name).second; ++copy)
      feature.encoded.name = fmt::format("{} ({})", name, copy);
  }
}

/// The largest power of two that keeps the farthest reach below 8 by at least a step of the grid.
int common_exponent(const std::vector<FittedFeature>& features) {
  constexpr int kLargest = 1000;  // a power of two within double's range, whatever the reach
  double farthest = 0.0;
  for (const FittedFeature& feature : features) farthest = std::fmax(farthest, feature.reach);
  const int exponent = std::min(kLargest, 2 - std::ilogb(farthest));  // farthest · 2^exponent lies in [4, 8)
  return std::ldexp(farthest, exponent) > kGridLimit * kGridStep ? exponent - 1 : exponent;
}

/// A feature that the grid all but rounds away beside a much wider one would be ignored in silence.
void warn_of_lost_digits(Journal& journal, const std::vector<FittedFeature>& features, int exponent) {
  constexpr double kFewSteps = 64 * kGridStep;
  for (const FittedFeature& feature : features)
    if (std::ldexp(feature.reach, exponent) < kFewSteps)
      journal.warn(
          fmt::format("{} is so narrow beside the widest feature that it hardly counts in any distance: choose "
                      "another scale, or raise its weight",
                      feature.encoded.name));
}

/// Stands in where no feature is left: 0 for every account, so that a night of equal accounts still has its one
/// segment.
FittedFeature weightless(const FeatureColumn& column) {
  FittedFeature feature;
  feature.encoded.column = feature.encoded.name = column.name;
  feature.encoded.is_indicator = feature.encoded.is_unknown = column.type == ColumnType::kCategory;
  feature.encoded.weight = 0.0;
  feature.reach = 1.0;
  return feature;
}

FeatureEncoding fit(const FitScope& scope, const Job& job, const SegmentationSpec& segmentation) {
  const std::vector<FeatureColumn> columns = feature_columns(scope.accounts, job, segmentation);
  std::vector<FittedFeature> features;
  for (FittedColumn& column : fit_columns(scope, columns, segmentation.scale)) {
    for (const std::string& warning : column.warnings)
      scope.context.journal.warn(fmt::format("segmentation \"{}\": {}", segmentation.name, warning));
    std::ranges::move(column.features, std::back_inserter(features));
  }
  if (features.empty()) {
    scope.context.journal.warn(
        fmt::format("{}: no feature tells its {} accounts apart (each of the {} is empty or the same for every "
                    "account): they form one "
                    "segment",
                    place(job, segmentation), scope.n_global, columns.size()));
    features.push_back(weightless(columns.front()));
  }
  make_names_unique(features);
  FeatureEncoding encoding;
  encoding.exponent = common_exponent(features);
  warn_of_lost_digits(scope.context.journal, features, encoding.exponent);
  for (FittedFeature& feature : features) encoding.features.push_back(std::move(feature.encoded));
  return encoding;
}

void check_population(const Context& context, const Job& job, const SegmentationSpec& segmentation,
                      const Prepared& prepared) {
  if (context.comm.all_reduce<Reduce::kSum>(static_cast<std::uint64_t>(prepared.population.size())) == 0)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: its population has no accounts: check `population`, and [value] customer",
                            place(job, segmentation)),
                true);
  if (prepared.n_global == 0)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: all of its accounts stop at the macro level: check stop_at_macro of refine",
                            place(job, segmentation)),
                true);
  if (segmentation.scope == Scope::kAll && segmentation.k > 0 &&
      static_cast<std::uint64_t>(segmentation.k) > prepared.n_global)
    throw Error(ExitCode::kBadJob,
                fmt::format("{}: k = {} is more than the {} accounts of its population: choose a smaller k",
                            place(job, segmentation), segmentation.k, prepared.n_global),
                true);
}

/// By the encoding.
void encode_rows(const Context& context, const AccountTable& accounts, Prepared& prepared) {
  std::vector<std::int64_t> clipped(prepared.encoding.features.size(), 0);
  prepared.tiles = parallel::compute_together(context.comm, [&] {
    return encode_counting(prepared.encoding, accounts, prepared.rows, context.threads, clipped);
  });
  context.comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(clipped));
  for (std::size_t f = 0; f < clipped.size(); ++f) prepared.encoding.features[f].clipped = clipped[f];
}

void fit_and_encode(const Context& context, const AccountTable& accounts, const Job& job,
                    const SegmentationSpec& segmentation, Prepared& prepared) {
  const FitScope scope{context, accounts, prepared.rows, static_cast<std::int64_t>(prepared.n_global)};
  prepared.encoding = fit(scope, job, segmentation);
  encode_rows(context, accounts, prepared);
}

/// Who is clustered, and who of them is refined.
Prepared choose_rows(const Context& context, const AccountTable& accounts, const Job& job,
                     const SegmentationSpec& segmentation) {
  Prepared prepared;
  prepared.population = population_rows(accounts, job.value, segmentation.population);
  const std::vector<Depth> depth = depth_of(context, accounts, job, segmentation, prepared.population);
  for (std::size_t i = 0; i < depth.size(); ++i) {
    if (depth[i] == Depth::kMacro) continue;
    prepared.rows.push_back(prepared.population[i]);
    prepared.is_refined.push_back(depth[i] == Depth::kMicro ? 1 : 0);
  }
  prepared.n_global = context.comm.all_reduce<Reduce::kSum>(static_cast<std::uint64_t>(prepared.rows.size()));
  check_population(context, job, segmentation, prepared);
  prepared.keys.reserve(prepared.rows.size());
  for (const std::uint32_t row : prepared.rows) prepared.keys.push_back(accounts.key(row));
  return prepared;
}

/// Those who are refined, by themselves.
Prepared refined_rows(const Context& context, const Prepared& clustered) {
  Prepared prepared;
  for (std::size_t i = 0; i < clustered.rows.size(); ++i)
    if (clustered.is_refined[i] != 0) prepared.rows.push_back(clustered.rows[i]);
  prepared.population = prepared.rows;
  prepared.is_refined.assign(prepared.rows.size(), 1);
  prepared.n_global = context.comm.all_reduce<Reduce::kSum>(static_cast<std::uint64_t>(prepared.rows.size()));
  return prepared;
}

}  // namespace

Prepared prepare(const Context& context, const AccountTable& accounts, const Job& job,
                 const SegmentationSpec& segmentation) {
  Prepared prepared = choose_rows(context, accounts, job, segmentation);
  if (!is_macro_only(segmentation)) fit_and_encode(context, accounts, job, segmentation, prepared);
  return prepared;
}

Prepared prepare_again(const Context& context, const AccountTable& accounts, const Job& job,
                       const SegmentationSpec& segmentation, const FeatureEncoding& fitted) {
  Prepared prepared = choose_rows(context, accounts, job, segmentation);
  prepared.encoding = fitted;
  encode_rows(context, accounts, prepared);
  return prepared;
}

Prepared prepare_refinement(const Context& context, const AccountTable& accounts, const Job& job,
                            const SegmentationSpec& segmentation, const Prepared& clustered) {
  Prepared prepared = refined_rows(context, clustered);
  SegmentationSpec micro = segmentation;
  micro.features = segmentation.refine->features;
  micro.all_features = false;
  fit_and_encode(context, accounts, job, micro, prepared);
  return prepared;
}

Prepared prepare_refinement_again(const Context& context, const AccountTable& accounts, const Prepared& clustered,
                                  const FeatureEncoding& fitted) {
  Prepared prepared = refined_rows(context, clustered);
  prepared.encoding = fitted;
  encode_rows(context, accounts, prepared);
  return prepared;
}

}  // namespace tessera
