#include "tessera/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/utc.hpp"
#include "model/nearest_core.hpp"
#include "model/reported_distance.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stage_clock.hpp"
#include "parallel/stop_signal.hpp"
#include "segment_rows.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/completeness.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"
#include "tessera/kmeans.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"
#include "tessera/privacy.hpp"
#include "tessera/refine.hpp"

namespace tessera {
namespace {

using parallel::StageClock;

/// The job's own centroids, moved into the encoding's grid values; their shape must fit the job.
std::vector<double> initial_centroids(const Context& context, const SegmentationSpec& spec,
                                      const FeatureEncoding& encoding) {
  if (!spec.initial) return {};
  return parallel::compute_together(context.comm, [&] {
    const storage::MatrixFile file(spec.initial->path, spec.initial->dataset);
    const auto d = static_cast<std::uint64_t>(encoding.d());
    if (file.rows() != static_cast<std::uint64_t>(spec.k) || file.columns() != d)
      throw Error(
          ExitCode::kBadJob,
          fmt::format("segmentation \"{}\": initial {}:{} is {} × {}, but k is {} and there are {} encoded "
                      "features (constant ones are dropped): give k × d centroids in the features' own units",
                      spec.name, spec.initial->path, spec.initial->dataset, file.rows(), file.columns(), spec.k, d));
    std::vector<double> centroids(file.rows() * file.columns());
    file.read(0, file.rows(), std::span<double>(centroids));
    for (std::size_t i = 0; i < centroids.size(); ++i) {
      const EncodedFeature& feature = encoding.features[i % d];
      // A matrix's columns are encoded about an offset; the file speaks in the columns' own numbers.
      const double shifted = (centroids[i] - feature.offset) / feature.scale * std::sqrt(feature.weight);
      centroids[i] = std::ldexp(shifted, encoding.exponent);
    }
    return centroids;
  });
}

Clustering cluster(const Context& context, const Job& job, const SegmentationSpec& spec, const Prepared& prepared) {
  KmeansOptions options;
  options.k = spec.k;
  options.starts = spec.starts;
  options.max_iterations = spec.max_iterations;
  options.tolerance = spec.tolerance;
  options.seed = job.seed;
  options.swaps = spec.quality == Quality::kBest;
  options.initial = initial_centroids(context, spec, prepared.encoding);
  Clustering clustering = kmeans(context, prepared.tiles, prepared.keys, options,
                                 [](int, int, double) { return parallel::stop_requested(); });
  if (clustering.stopped)
    throw Error(
        ExitCode::kStopped,
        fmt::format("stopped by a signal while clustering \"{}\": nothing was published, and this version keeps "
                    "no checkpoint. Start the job again",
                    spec.name),
        true);
  return clustering;
}

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

SegmentationResult segment(const Context& context, const Job& job, const SegmentationSpec& spec,
                           const AccountTable& accounts, const MacroSegments& macros, StageClock& clock) {
  SegmentationResult result;
  result.spec = spec;
  Prepared prepared = [&] {
    const StageClock::Scope scope(clock, "prepare");
    return prepare(context, accounts, job, spec);
  }();
  const Clustering clustering = [&] {
    const StageClock::Scope scope(clock, "kmeans");
    return cluster(context, job, spec, prepared);
  }();
  const Refinement refinement = [&] {
    const StageClock::Scope scope(clock, "refine");
    if (!spec.refine) return Refinement{};
    return refine(context, prepared.tiles, prepared.keys, clustering.nearest, clustering.centroids, clustering.k,
                  *spec.refine, job.seed);
  }();
  const StageClock::Scope scope(clock, "insight");
  SegmentRows layout = lay_out_segments(context, macros, prepared, clustering, refinement);
  result.assignment = assign_rows(accounts, macros, prepared, clustering, refinement, layout);
  std::vector<std::int32_t> next_best = clustering.next_best;
  for (std::int32_t& next : next_best) next = next < 0 ? -1 : layout.first_core + next;
  SegmentGeometry geometry = geometry_of(context, prepared.tiles, prepared.encoding, accounts, job, prepared.rows,
                                         layout.seeds, result.assignment, next_best);
  result.features = feature_links(context, accounts, job, spec, prepared, clustering.nearest, clustering.k);
  prepared.tiles = {};  // as much memory as the raw columns, and from here on nobody reads them
  result.encoding = prepared.encoding;
  result.centroids = in_own_units(clustering.centroids, prepared.encoding.exponent);
  result.tree = refinement.tree;
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
  result.next_best = spread<std::int32_t>(rows, accounts.n_local, -1, [&](std::size_t i) { return next_best[i]; });
  if (!spec.existing.empty()) {
    result.crosswalk = crosswalk(context, accounts, spec.existing, rows, layout.seeds, result.assignment);
    inherit_names(result.crosswalk, layout.seeds);
  }
  result.insight = describe(context, accounts, job, spec, rows, layout.seeds, result.assignment, std::move(geometry));
  if (spec.objective) result.objective_rank = objective_ranks(*spec.objective, result.insight);
  if (job.trial) assign_arms(context, job, accounts, rows, layout.seeds, result);
  return result;
}

/// The finest segments of one segmentation, as functions of encoded accounts. Refers to the result.
FittedSegments fitted_segments(const SegmentationResult& result, int threads) {
  FittedSegments fitted;
  fitted.encoding = &result.encoding;
  for (const std::int32_t core : result.assignment.core) fitted.is_in.push_back(core >= 0 ? 1 : 0);
  std::vector<double> centroids(result.centroids.size());
  std::ranges::transform(result.centroids, centroids.begin(),
                         [&](double value) { return std::ldexp(value, result.encoding.exponent); });
  fitted.segment_of = [&result, threads, centroids = std::move(centroids)](const FeatureTiles& tiles) {
    std::vector<std::int32_t> core = nearest_core(tiles, centroids, result.k, threads);
    return result.tree.n_micro > 0 ? descend(result.tree, tiles, core, threads) : core;
  };
  return fitted;
}

Completeness completeness(const Context& context, const Job& job, const MacroSegments& macros,
                          const RunResults& results) {
  std::vector<FittedSegments> fitted;
  for (const SegmentationResult& result : results.segmentations)
    fitted.push_back(fitted_segments(result, context.threads));
  std::vector<FilledCells> filled;
  for (const ColumnFill& fill : results.ingest.fills) filled.push_back({fill.column, fill.source, &fill.accounts});
  return completeness_of(context, job, results.accounts, macros, filled, fitted);
}

}  // namespace

RunOutcome run_job(const Context& context, const Job& job, const std::string& night) {
  parallel::catch_stop_signals();
  StageClock clock;
  RunResults results;
  results.job = job;
  results.night = night;
  results.started = utc_now();
  results.threads_per_rank = context.threads;

  std::unique_ptr<const PseudonymKey> key;  // null: ids are written as they are
  if (job.privacy.pseudonymise) key = read_pseudonym_key(context, job.privacy);
  const std::vector<SourceHead> heads = read_heads(context, job);
  check_columns(job, heads);
  {
    const StageClock::Scope scope(clock, "ingest");
    Ingested ingested = ingest(context, job, heads);
    results.accounts = std::move(ingested.accounts);
    results.ingest = std::move(ingested.report);
    results.freshness = freshness_of(context, job, results.ingest, night);
  }
  const MacroSegments macros = [&] {
    const StageClock::Scope scope(clock, "macro");
    return macro_segments(context, results.accounts, job.macros);
  }();
  for (const SegmentationSpec& spec : job.segmentations)
    results.segmentations.push_back(segment(context, job, spec, results.accounts, macros, clock));

  {
    const StageClock::Scope scope(clock, "insight");
    results.completeness = completeness(context, job, macros, results);
  }
  if (key) pseudonymise(context, *key, results);
  results.warnings = context.journal.warnings();
  results.stages = clock.all_stages(context.comm);
  RunOutcome outcome;
  outcome.published = write_results(context, results);
  if (context.comm.is_root()) outcome.summary = read_summary(outcome.published.path);
  return outcome;
}

}  // namespace tessera
