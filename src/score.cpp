#include "tessera/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/utc.hpp"
#include "insight/membership.hpp"
#include "insight/sizes.hpp"
#include "lacking_columns.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stage_clock.hpp"
#include "placed_accounts.hpp"
#include "score_output.hpp"
#include "scoring_job.hpp"
#include "segment_rows.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"
#include "tessera/privacy.hpp"

namespace tessera {
namespace {

using parallel::StageClock;

/// Every rank reads the file, and must find the same one.
StoredModels read_together(const Context& context, const std::string& path) {
  StoredModels night = parallel::compute_together(context.comm, [&] { return read_stored_models(path); });
  const std::string first = context.comm.broadcast_text(night.digest);
  parallel::run_together(context.comm, [&] {
    for (const StoredModel& model : night.segmentations) check_is_whole(model, path);
    if (night.digest != first)
      throw Error(ExitCode::kNoInput, fmt::format("{}: rank {} reads another file than rank 0 does; all nodes must see "
                                                  "one file system",
                                                  path, context.comm.rank()));
  });
  return night;
}

/// The segments of the night, with what is scored counted.
std::vector<Segment> counted_segments(const Context& context, const AccountTable& accounts, const Job& job,
                                      const StoredModel& model, const PlacedAccounts& placed,
                                      const SegmentAssignment& assignment) {
  std::vector<SegmentSeed> seeds;
  for (const Segment& segment : model.segments)
    seeds.push_back({segment.level, segment.parent, segment.name, segment.rule, segment.is_outliers});
  std::vector<Segment> segments = model.segments;
  const insight::Membership members = insight::membership(placed.population, seeds, assignment);
  insight::measure_sizes(context.comm, accounts, job.value, members, segments);
  return segments;
}

SegmentationResult scored(const Context& context, const StoredModels& night, const StoredModel& model, const Job& job,
                          const AccountTable& accounts) {
  PlacedAccounts placed = place_accounts(context, night, model, accounts, Measure::kDistances);
  if (placed.without_macro > 0)
    context.journal.warn(
        fmt::format("segmentation \"{}\": {} accounts are in a macro segment that had nobody in it on "
                    "that night, and so is none of its segments",
                    model.spec.name, placed.without_macro));
  SegmentationResult result;
  result.spec = *std::ranges::find(job.segmentations, model.spec.name, &SegmentationSpec::name);
  result.assignment = std::move(placed.assignment);
  result.distance.assign(accounts.n_local, std::nan(""));
  result.fit = result.distance;
  result.next_best.assign(accounts.n_local, -1);
  result.inertia = placed.reported.inertia;
  for (std::size_t i = 0; i < placed.rows.size(); ++i) {
    const std::uint32_t row = placed.rows[i];
    result.distance[row] = placed.reported.distance[i];
    result.fit[row] = placed.reported.fit[i];
    if (placed.next_best[i] >= 0) result.next_best[row] = model.first_core + placed.next_best[i];
  }
  result.insight.segments = counted_segments(context, accounts, job, model, placed, result.assignment);
  result.quality.why_k = fmt::format("scored by the model of {}", night.night);
  return result;
}

}  // namespace

Published score(const Context& context, const ScoreRequest& request) {
  parallel::run_together(context.comm, [&] {
    if (context.comm.is_root()) check_score_output(request);
  });
  const StoredModels night = read_together(context, request.results);
  RunResults results;
  results.started = utc_now();
  results.night = night.night;
  results.threads_per_rank = context.threads;
  results.scored_by = fmt::format("{} {}", night.digest, std::filesystem::weakly_canonical(request.results).string());
  results.job = scoring_job(night, request);
  std::unique_ptr<const PseudonymKey> key;  // null: ids are written as they are
  if (results.job.privacy.pseudonymise) key = read_pseudonym_key(context, results.job.privacy);

  StageClock clock;
  {
    const StageClock::Scope scope(clock, "ingest");
    std::vector<SourceHead> heads = read_heads(context, results.job);
    leave_out_absent_columns(heads, results.job);
    check_columns(results.job, heads);
    read_as_on_that_night(night, heads, results.job);
    Ingested ingested = ingest(context, results.job, heads);
    results.accounts = std::move(ingested.accounts);
    results.ingest = std::move(ingested.report);
    results.freshness = freshness_of(context, results.job, results.ingest, results.night);
  }
  {
    const StageClock::Scope scope(clock, "score");
    complete_columns(context, night, results.accounts);
    for (const StoredModel& model : night.segmentations)
      results.segmentations.push_back(scored(context, night, model, results.job, results.accounts));
  }
  if (key) pseudonymise(context, *key, results);
  results.warnings = context.journal.warnings();
  results.stages = clock.all_stages(context.comm);
  return write_results(context, results);
}

}  // namespace tessera
