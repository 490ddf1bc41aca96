#include <fmt/format.h>

#include <string>
#include <utility>

#include "job/paths.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

constexpr Range kTolerance = {.low = 0.0, .high = 1.0, .high_is_in = false, .expected = "a number from 0 to below 1"};

void read_initial(Section& section, const std::filesystem::path& folder, SegmentationSpec& spec) {
  const auto text = section.text("initial", "\"file.h5:dataset\"");
  if (!text) return;
  const std::size_t colon = text->rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text->size()) {
    section.wrong("initial", fmt::format("is malformed; got {}; expected \"file.h5:dataset\"", shown(*text)));
    return;
  }
  const Place place = section.place("initial");
  const auto path =
      resolve_path(section.mistakes(), text->substr(0, colon), place, "initial of " + section.title(), folder);
  if (!path) return;
  spec.initial = {.path = path->absolute, .dataset = text->substr(colon + 1), .path_as_written = path->as_written};
}

void check_population(Section& section, const Job& job, const SegmentationSpec& spec) {
  if (spec.population != Population::kProspects || !job.value.customer.empty()) return;
  section.wrong("population",
                "= \"prospects\" is empty without a column that tells customers from prospects; expected customer "
                "in [value]");
}

SegmentationSpec read_segmentation(Section& section, const std::filesystem::path& folder, Names& names,
                                   const Job& job) {
  SegmentationSpec spec;
  spec.line = section.place().line;
  spec.name = read_name(section, names);
  check_safe_in_path(section.mistakes(), spec.name, section.place("name"), "name of " + section.title());
  spec.population = section.choice("population", kPopulations).value_or(Population::kAll);
  check_population(section, job, spec);
  if (read_k(section, job, spec)) read_features(section, job, spec);
  spec.scale = section.choice("scale", kScales).value_or(Scale::kStandard);
  spec.starts = static_cast<int>(section.integer("starts", 1, 10'000).value_or(spec.starts));
  spec.max_iterations = static_cast<int>(section.integer("max_iterations", 1, 1'000'000).value_or(spec.max_iterations));
  spec.tolerance = section.number("tolerance", kTolerance).value_or(0.0);
  spec.quality = section.choice("quality", kQualities).value_or(Quality::kPlain);
  read_initial(section, folder, spec);
  // Every start from the same centroids would end in the same place.
  if (spec.initial) spec.starts = 1;
  read_refine(section, job, spec);
  read_objective(section, job, spec);
  spec.existing = section.column("existing");
  read_names(section, spec);
  section.finish();
  return spec;
}

}  // namespace

void read_segmentations(Section& top, const std::filesystem::path& folder, Job& job) {
  const Array* tables = tables_of(top, "segmentation", Need::kRequired);
  if (tables == nullptr) return;
  Names names(top.mistakes(), "two segmentations have one name");
  for (std::size_t i = 0; i < tables->size(); ++i) {
    const Value& item = (*tables)[i];
    if (item.table() == nullptr) continue;
    Section section(top.mistakes(), item.table(), item.place, "segmentation",
                    title_of("segmentation", *item.table(), i));
    job.segmentations.push_back(read_segmentation(section, folder, names, job));
  }
}

}  // namespace tessera::job
