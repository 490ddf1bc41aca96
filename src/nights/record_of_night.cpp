#include "nights/record_of_night.hpp"

#include <algorithm>

namespace tessera::nights {
namespace {

RunFigures::Segmentation figures_of(const ResultsSummary::Segmentation& one, const GateReport& gate) {
  RunFigures::Segmentation figures{one.name, one.k, one.iterations, one.inertia, 0, 0, {}};
  for (const Segment& segment : one.insight.segments) {
    if (segment.level == Level::kCore) ++figures.core;
    if (segment.level == Level::kMicro) ++figures.micro;
  }
  for (const GateCheck& check : gate.checks)
    if (check.check == "moved" && check.subject == one.name) figures.moved = check.value;
  return figures;
}

}  // namespace

RunFigures figures_of(const ResultsSummary& results, std::uint64_t written_bytes,
                      const std::vector<InputBytes>& inputs) {
  RunFigures figures;
  figures.path = results.path;
  figures.digest = results.digest;
  figures.accounts = results.accounts;
  figures.written_bytes = written_bytes;
  for (const InputBytes& input : inputs) figures.read_bytes += input.bytes;
  figures.sources = results.sources;
  for (const ResultsSummary::Segmentation& one : results.segmentations)
    figures.segmentations.push_back(figures_of(one, results.gate));
  figures.warnings = results.warnings.size();
  return figures;
}

std::optional<RunRecord> record_of_night(const std::string& results_path,
                                         const std::function<ResultsSummary(const std::string&)>& read) {
  const auto manifest = read_manifest(night_files(results_path).manifest);
  if (!manifest) return std::nullopt;
  const ResultsSummary results = read(results_path);
  RunRecord record;
  record.job = manifest->job;
  record.night = manifest->night;
  record.outcome = "published";
  record.owner = manifest->owner;
  record.started = manifest->started;
  record.finished = manifest->finished;
  record.released = manifest->released;
  record.released_by = manifest->released_by;
  record.released_because = manifest->released_because;
  record.ranks = manifest->ranks;
  record.threads_per_rank = manifest->threads_per_rank;
  record.stages = results.stages;
  for (const StageTime& stage : results.stages)
    record.peak_memory_bytes = std::max(record.peak_memory_bytes, stage.peak_memory_bytes);
  record.results = figures_of(results, manifest->bytes, manifest->inputs);
  return record;
}

}  // namespace tessera::nights
