#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// A sweep beyond takes longer than anybody waits, and tells no more.
constexpr std::int64_t kMostTried = 1000;
constexpr std::string_view kExpectedK = "a whole number from 1 to 1000000, or \"auto\"";

void read_sweep(Section& section, SegmentationSpec& spec) {
  spec.k_min = static_cast<int>(section.integer("k_min", 2, kMostTried).value_or(spec.k_min));
  const bool has_most = section.has("k_max");
  spec.k_max = static_cast<int>(section.integer("k_max", 2, kMostTried).value_or(std::max(spec.k_max, spec.k_min)));
  for (const char* key : {"k_min", "k_max"})
    if (!spec.auto_k && spec.k > 0 && section.has(key))
      section.wrong(key, fmt::format("has no meaning with k = {}; expected k = \"auto\"", spec.k));
  if (spec.auto_k && has_most && spec.k_min > spec.k_max)
    section.wrong("k_min", fmt::format("is above k_max; got {} with k_max = {}; expected no more than k_max",
                                       spec.k_min, spec.k_max));
}

/// What only k-means has a use for.
void check_macro_only(Section& section, const Job& job) {
  if (job.macros.empty())
    section.wrong("features", "are missing, and so is k; expected both, or a [[macro]] for macro segments alone");
  for (const char* key :
       {"scale", "scope", "k_min", "k_max", "starts", "max_iterations", "tolerance", "quality", "initial", "refine"})
    if (section.has(key))
      section.wrong(key, "has no meaning without features and k, as there is no k-means; expected both");
}

void read_number(Section& section, SegmentationSpec& spec) {
  const Value* value = section.value("k", kExpectedK, Need::kRequired);
  if (value == nullptr) return;
  if (value->text() == nullptr) {
    spec.k = static_cast<int>(section.integer("k", 1, kMostSegments).value_or(0));
    return;
  }
  spec.auto_k = *value->text() == "auto";
  if (!spec.auto_k) section.wrong("k", fmt::format("is not known; got {}; expected {}", shown(*value), kExpectedK));
}

}  // namespace

bool read_k(Section& section, const Job& job, SegmentationSpec& spec) {
  const bool has_kmeans = section.has("features") || section.has("k");
  if (has_kmeans) read_number(section, spec);
  read_sweep(section, spec);
  spec.scope = section.choice("scope", kScopes).value_or(Scope::kAll);
  if (!has_kmeans) {
    check_macro_only(section, job);
    return false;
  }
  if (spec.scope == Scope::kMacro && job.macros.empty())
    section.wrong("scope", "= \"macro\" needs macro segments; expected a [[macro]]");
  if (section.has("initial") && (spec.auto_k || spec.scope == Scope::kMacro))
    section.wrong("initial", "holds k centroids; expected a number as k, and scope = \"all\"");
  return true;
}

}  // namespace tessera::job
