#include <fmt/format.h>

#include <string>
#include <utility>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

constexpr Range kShareClipped = {
    .low = 0.0, .high = 0.5, .high_is_in = false, .expected = "a share from 0 to below 0.5"};
constexpr Range kWeight = {.low = 0.0, .high = 1e6, .low_is_in = false, .expected = "a number above 0, up to 1000000"};
constexpr std::string_view kExpectedFeatures = "a list of columns, or \"all\" with a matrix";

FeatureSpec read_feature(Section& section, const Value& item) {
  FeatureSpec feature;
  if (const std::string* text = item.text()) {
    feature.column = column_ref(section.mistakes(), *text, item.place);
    return feature;
  }
  if (item.table() == nullptr) {
    section.mistakes().add(item.place,
                           fmt::format("a feature of {} is neither a column nor a table; got {}; expected \"column\" "
                                       "or {{ column = \"…\", … }}",
                                       section.title(), shown(item)));
    return feature;
  }
  Section one(section.mistakes(), item.table(), item.place, "segmentation.features", "a feature of " + section.title());
  feature.column = one.column("column", Need::kRequired);
  feature.transform = one.choice("transform", kTransforms).value_or(Transform::kNone);
  feature.winsorise = one.number("winsorise", kShareClipped).value_or(0.0);
  feature.weight = one.number("weight", kWeight).value_or(1.0);
  one.finish();
  return feature;
}

void read_all(Section& section, const Value& value, const Job& job, SegmentationSpec& spec) {
  if (*value.text() != "all") {
    section.wrong("features", fmt::format("is not known; got {}; expected {}", shown(value), kExpectedFeatures));
    return;
  }
  spec.all_features = true;
  if (!job.sources.empty() && job.sources.front().kind != SourceKind::kMatrix) {
    section.wrong("features", "= \"all\" needs a matrix as the population; expected a list of columns");
  }
}

}  // namespace

void read_features(Section& section, const Job& job, SegmentationSpec& spec) {
  const Value* value = section.value("features", kExpectedFeatures, Need::kRequired);
  if (value == nullptr) return;
  if (value->text() != nullptr) return read_all(section, *value, job, spec);
  if (value->array() == nullptr || value->array()->empty()) {
    section.wrong("features", fmt::format("names no column; got {}; expected {}", shown(*value), kExpectedFeatures));
    return;
  }
  spec.features = read_feature_list(section, *value->array());
}

std::vector<FeatureSpec> read_feature_list(Section& section, const Array& list) {
  std::vector<FeatureSpec> features;
  Names names(section.mistakes(), "a column is named twice as a feature");
  for (const Value& item : list) {
    FeatureSpec feature = read_feature(section, item);
    if (feature.column.empty()) continue;
    names.claim(feature.column.text, item.place);
    features.push_back(std::move(feature));
  }
  return features;
}

}  // namespace tessera::job
