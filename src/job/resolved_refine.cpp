#include <fmt/format.h>

#include "job/document.hpp"
#include "job/resolved.hpp"
#include "job/words.hpp"

namespace tessera::job {

namespace {

std::string list_of(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + toml_text(value);
  return "[" + out + "]";
}

}  // namespace

std::string resolved(const FeatureSpec& feature) {
  return fmt::format("{{ column = {}, transform = \"{}\", winsorise = {}, weight = {}, encoding = \"one-hot\" }}",
                     toml_text(feature.column.text), word_of(kTransforms, feature.transform),
                     number_text(feature.winsorise), number_text(feature.weight));
}

std::string resolved(const RefineSpec& refine) {
  std::string features;
  for (const FeatureSpec& feature : refine.features) features += (features.empty() ? "" : ", ") + resolved(feature);
  std::string out = fmt::format(
      "refine = {{ criterion = \"{}\", min_accounts = {}, min_customers = {}, min_value = {}, max_micro = {}, "
      "features = [{}], outliers = {}",
      word_of(kSplitCriteria, refine.criterion), refine.min_accounts, refine.min_customers,
      number_text(refine.min_value), refine.max_micro, features, number_text(refine.outliers));
  if (!refine.depth_by.empty())
    out += fmt::format(", depth_by = {}, stop_at_macro = {}, stop_at_core = {}", toml_text(refine.depth_by.text),
                       list_of(refine.stop_at_macro), list_of(refine.stop_at_core));
  return out + " }\n";
}

}  // namespace tessera::job
