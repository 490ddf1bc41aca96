#include "segmentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "core_segments.hpp"
#include "micro_level.hpp"
#include "model/reported_distance.hpp"
#include "parallel/agreement.hpp"
#include "segment_rows.hpp"
#include "tessera/prepare.hpp"

namespace tessera {
namespace {

using parallel::StageClock;

std::vector<double> in_own_units(const std::vector<double>& grid_values, int exponent) {
  std::vector<double> own(grid_values.size());
  std::ranges::transform(grid_values, own.begin(), [&](double value) { return std::ldexp(value, -exponent); });
  return own;
}

void assign_arms(const Context& context, const Job& job, const AccountTable& accounts,
                 const std::vector<std::uint32_t>& rows, const std::vector<SegmentSeed>& seeds,
                 SegmentationResult& result) {
  const std::vector<std::int32_t> arms = trial_arms(accounts, job, *job.trial);
  result.trial_arm = spread<std::int32_t>(rows, accounts.n_local, -1, [&](std::size_t i) { return arms[rows[i]]; });
  result.trial = trial_balance(context, accounts, *job.trial, arms, rows, seeds, result.assignment);
}

/// What each account is worth; empty: nobody says.
std::span<const double> account_values(const AccountTable& accounts, const ValueSpec& value) {
  const Column* column = accounts.find(value.column.text);
  const auto* numbers = column == nullptr ? nullptr : std::get_if<NumberColumn>(&column->data);
  return numbers == nullptr ? std::span<const double>() : std::span<const double>(numbers->values);
}

/// The core segments' model, and where each account stands in it.
void keep_core_segments(const Context& context, const AccountTable& accounts, const Prepared& prepared,
                        const CoreSegments& cores, const SegmentRows& layout, SegmentationResult& result) {
  const Clustering& clustering = cores.clustering;
  result.encoding = prepared.encoding;
  result.centroids = in_own_units(clustering.centroids, prepared.encoding.exponent);
  for (const std::int32_t macro : cores.macro_of_core) result.macro_of_core.push_back(layout.row_of(macro));
  result.k = clustering.k;
  result.iterations = clustering.iterations;
  for (const double inertia : clustering.inertia_by_iteration)
    result.inertia_by_iteration.push_back(std::ldexp(inertia, -2 * prepared.encoding.exponent));

  const ReportedDistances reported = reported_distances(context, prepared.encoding, accounts, prepared.rows,
                                                        result.centroids, clustering.nearest, clustering.next_best);
  result.inertia = reported.inertia;
  const double nowhere = std::nan("");
  const auto& rows = prepared.rows;
  result.distance =
      spread<double>(rows, accounts.n_local, nowhere, [&](std::size_t i) { return reported.distance[i]; });
  result.fit = spread<double>(rows, accounts.n_local, nowhere, [&](std::size_t i) { return reported.fit[i]; });
}

}  // namespace

SegmentationResult segment(const Context& context, const Job& job, const SegmentationSpec& spec,
                           const AccountTable& accounts, const MacroSegments& macros, const NightBefore& before,
                           const std::string& night, StageClock& clock, CoreProgress& progress) {
  SegmentationResult result;
  result.spec = spec;
  result.distance.assign(accounts.n_local, std::nan(""));
  result.fit = result.distance;
  Fitted fitted = fit_segments(context, job, spec, accounts, macros, before, night, clock, progress);
  Prepared& prepared = fitted.prepared;
  const CoreSegments& cores = fitted.cores;
  const Clustering& clustering = cores.clustering;
  const MicroLevel& micro = fitted.micro;
  const Refinement& refinement = micro.refinement;

  const StageClock::Scope scope(clock, "insight");
  SegmentRows layout = lay_out_segments(context, macros, prepared, cores, refinement);
  result.assignment = assign_rows(accounts, macros, prepared, cores, refinement, layout);
  CarriedOn carried = carry_on(context, before.last_night, before.notes, spec.name, result.assignment,
                               account_values(accounts, job.value), layout.seeds);
  parallel::stop_together(context.comm);
  result.highest_id = carried.highest_id;
  result.succession = std::move(carried.succession);
  for (std::int32_t row = 0; row < layout.first_core; ++row)
    result.macro_names.push_back(layout.seeds[static_cast<std::size_t>(row)].name);
  std::vector<std::int32_t> next_best = clustering.next_best;
  for (std::int32_t& next : next_best) next = next < 0 ? -1 : layout.first_core + next;
  result.next_best =
      spread<std::int32_t>(prepared.rows, accounts.n_local, -1, [&](std::size_t i) { return next_best[i]; });
  SegmentGeometry geometry;
  if (clustering.k > 0)
    geometry = geometry_of(context, prepared.tiles, prepared.encoding, accounts, job, prepared.rows, layout.seeds,
                           result.assignment, next_best);
  parallel::stop_together(context.comm);
  if (clustering.k > 0)
    result.features = feature_links(context, accounts, job, spec, prepared, clustering.nearest, clustering.k);
  parallel::stop_together(context.comm);
  prepared.tiles = {};  // as much memory as the raw columns, and from here on nobody reads them
  if (clustering.k > 0) keep_core_segments(context, accounts, prepared, cores, layout, result);
  result.tree = refinement.tree;
  if (micro.encoding) result.micro_encoding = *micro.encoding;
  result.quality = cores.quality;
  result.start = fitted.start;
  for (KCriteria& criteria : result.quality.curve) criteria.macro = layout.row_of(criteria.macro);
  if (!spec.existing.empty()) {
    result.crosswalk =
        crosswalk(context, accounts, spec.existing, prepared.population, layout.seeds, result.assignment);
    inherit_names(result.crosswalk, layout.seeds);
  }
  SegmentationSpec called = spec;
  for (const auto& [by_criteria, by_people] : carried.macro_names) called.names[by_criteria] = by_people;
  result.insight = describe(context, accounts, job, called, prepared.population, layout.seeds, result.assignment,
                            std::move(geometry));
  if (spec.objective) result.objective_rank = objective_ranks(*spec.objective, result.insight);
  if (job.trial) assign_arms(context, job, accounts, prepared.population, layout.seeds, result);
  clock.made(fmt::format("segmentation \"{}\": {} segments", spec.name, result.insight.segments.size()));
  return result;
}

}  // namespace tessera
