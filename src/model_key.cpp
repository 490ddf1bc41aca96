#include "model_key.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "job/resolved.hpp"

namespace tessera {
namespace {

std::vector<SourceSpec> what_sources_are(const Job& job) {
  std::vector<SourceSpec> sources = job.sources;
  for (SourceSpec& source : sources) {
    source.path_as_written.clear();
    source.max_age.reset();
    source.header.clear();
    source.widths.clear();
    source.delimiter = 0;
    source.history.as_of.reset();
    source.feedback.as_of.reset();
  }
  return sources;
}

/// What macro segments are called does not make them, nor does the order of groups.
std::vector<MacroSpec> what_criteria_are(const Job& job) {
  std::vector<MacroSpec> macros = job.macros;
  for (std::size_t m = 0; m < macros.size(); ++m) {
    macros[m].name = std::to_string(m);
    for (std::size_t b = 0; b < macros[m].bands.size(); ++b) macros[m].bands[b].name = std::to_string(b);
    for (MacroSpec::Group& group : macros[m].groups) std::ranges::sort(group.values);
    std::ranges::sort(macros[m].groups, {}, &MacroSpec::Group::values);
    for (std::size_t g = 0; g < macros[m].groups.size(); ++g) macros[m].groups[g].name = std::to_string(g);
  }
  return macros;
}

}  // namespace

std::string what_makes_segments(const Job& job, const SegmentationSpec& segmentation) {
  Job key;
  key.sources = what_sources_are(job);
  key.columns = job.columns;
  if (segmentation.scope == Scope::kMacro) key.macros = what_criteria_are(job);
  key.value.customer = job.value.customer;
  if (segmentation.refine && segmentation.refine->min_value > 0.0) key.value.column = job.value.column;
  SegmentationSpec spec = segmentation;
  spec.max_iterations = 0;
  spec.tolerance = 0.0;
  spec.objective.reset();
  spec.existing = {};
  spec.names.clear();
  key.segmentations.push_back(std::move(spec));
  return job::resolved(key);
}

std::string what_makes_macros(const Job& job, const SegmentationSpec& segmentation) {
  Job key;
  key.sources = what_sources_are(job);
  key.columns = job.columns;
  key.macros = what_criteria_are(job);
  key.value.customer = job.value.customer;
  SegmentationSpec spec;
  spec.population = segmentation.population;
  key.segmentations.push_back(std::move(spec));
  return job::resolved(key);
}

}  // namespace tessera
