#include "nights/record_of_night.hpp"

#include <algorithm>

namespace tessera::nights {
namespace {

RunFigures::Segmentation figures_of(const ResultsSummary::Segmentation& one, const ResultsSummary& results) {
  RunFigures::Segmentation figures{one.name, one.k, one.iterations, one.inertia, 0, 0, {}};
  for (const Segment& segment : one.insight.segments) {
    if (segment.level == Level::kCore) ++figures.core;
    if (segment.level == Level::kMicro) ++figures.micro;
  }
  for (const GateCheck& check : results.gate.checks)
    if (check.check == "moved" && check.subject == one.name) figures.moved = check.value;
  return figures;
}

}  // namespace

RunRecord record_of_night(const Manifest& manifest, const ResultsSummary& results) {
  RunRecord record;
  record.job = manifest.job;
  record.night = manifest.night;
  record.outcome = "published";
  record.owner = manifest.owner;
  record.started = manifest.started;
  record.finished = manifest.finished;
  record.ranks = manifest.ranks;
  record.threads_per_rank = manifest.threads_per_rank;
  record.stages = results.stages;
  for (const StageTime& stage : results.stages)
    record.peak_memory_bytes = std::max(record.peak_memory_bytes, stage.peak_memory_bytes);
  RunFigures& figures = record.results.emplace();
  figures.path = results.path;
  figures.digest = manifest.digest;
  figures.accounts = manifest.accounts;
  figures.written_bytes = manifest.bytes;
  for (const InputBytes& input : manifest.inputs) figures.read_bytes += input.bytes;
  figures.sources = results.sources;
  for (const ResultsSummary::Segmentation& one : results.segmentations)
    figures.segmentations.push_back(figures_of(one, results));
  figures.warnings = results.warnings.size();
  return record;
}

}  // namespace tessera::nights
