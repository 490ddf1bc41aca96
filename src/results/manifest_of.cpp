#include "results/manifest_of.hpp"

#include <filesystem>

#include "parallel/communicator.hpp"

namespace tessera::results {

nights::Manifest manifest_of(const Context& context, const RunResults& results, const RunFacts& facts,
                             const Published& published) {
  nights::Manifest manifest;
  manifest.job = results.job.name;
  manifest.night = results.night;
  manifest.is_held = published.is_held;
  manifest.verdict = results.verdict;
  manifest.results_file = std::filesystem::path(published.path).filename();
  manifest.bytes = published.bytes;
  manifest.digest = published.digest;
  manifest.job_hash = nights::hash_of_job(results.job.resolved_toml);
  manifest.inputs = results.inputs;
  manifest.accounts = context.comm.all_reduce<parallel::Reduce::kSum>(std::uint64_t{results.accounts.n_local});
  for (const SegmentationResult& one : results.segmentations) {
    nights::Manifest::Segmentation& counted = manifest.segmentations.emplace_back();
    counted.name = one.spec.name;
    for (const Segment& segment : one.insight.segments) {
      if (segment.level == Level::kCore) ++counted.core;
      if (segment.level == Level::kMicro) ++counted.micro;
    }
  }
  manifest.owner = nights::this_process(facts.run_id);
  manifest.owner.attempt = facts.attempt;
  manifest.engine_version = TESSERA_VERSION;
  manifest.ranks = context.comm.size();
  manifest.threads_per_rank = results.threads_per_rank;
  manifest.started = results.started;
  manifest.finished = facts.finished;
  manifest.metrics = metrics_path(results.job);
  return manifest;
}

}  // namespace tessera::results
