#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

constexpr Range kMinValue = {.low = 0.0, .expected = "a number, 0 or above"};
constexpr Range kOutliers = {.low = 0.0, .high = 1e6, .expected = "0, which means nobody, or 1 to 1000000"};

std::vector<std::string> read_values(Section& refine, std::string_view key) {
  constexpr std::string_view kExpected = "values of the column depth_by, such as [\"lead\", \"visitor\"]";
  std::vector<std::string> values;
  const Array* list = refine.array(key, kExpected);
  if (list == nullptr) return values;
  for (const Value& item : *list) {
    if (item.text() != nullptr && !item.text()->empty()) {
      values.push_back(*item.text());
    } else {
      refine.mistakes().add(item.place, fmt::format("{} of {} has what is no text; got {}; expected {}", key,
                                                    refine.title(), shown(item), kExpected));
    }
  }
  return values;
}

void read_depth(Section& refine, const Job& job, RefineSpec& options) {
  options.depth_by = refine.column("depth_by");
  options.stop_at_macro = read_values(refine, "stop_at_macro");
  options.stop_at_core = read_values(refine, "stop_at_core");
  for (const std::string_view key : {"stop_at_macro", "stop_at_core"})
    if (refine.has(key) && !refine.has("depth_by"))
      refine.wrong(key, "says which values stop there, but not of which column; expected depth_by = \"COLUMN\" too");
  if (!options.stop_at_macro.empty() && job.macros.empty())
    refine.wrong("stop_at_macro", "leaves accounts in no segment at all; expected a [[macro]] that they stop at");
  for (const std::string& value : options.stop_at_core)
    if (std::ranges::find(options.stop_at_macro, value) != options.stop_at_macro.end())
      refine.wrong("stop_at_core",
                   fmt::format("has {}, as has stop_at_macro; expected it in one of them", shown(value)));
}

void read_minimums(Section& refine, const Job& job, RefineSpec& options) {
  options.min_accounts = refine.integer("min_accounts", 1, 1'000'000'000'000).value_or(options.min_accounts);
  options.min_customers = refine.integer("min_customers", 0, 1'000'000'000'000).value_or(options.min_customers);
  options.min_value = refine.number("min_value", kMinValue).value_or(options.min_value);
  if (options.min_value > 0.0 && job.value.column.empty())
    refine.wrong("min_value", "asks what accounts are worth, which nothing tells; expected column in [value] too");
}

void read_micro_features(Section& refine, RefineSpec& options) {
  const Array* list = refine.array("features", "a list of columns; [] for those of the segmentation");
  if (list != nullptr) options.features = read_feature_list(refine, *list);
}

}  // namespace

void read_refine(Section& section, const Job& job, SegmentationSpec& spec) {
  const Table* table = section.table("refine", "a table such as { min_accounts = 200, max_micro = 500 }");
  if (table == nullptr) return;
  Section refine(section.mistakes(), table, section.place("refine"), "segmentation.refine",
                 "refine of " + section.title());
  RefineSpec options;
  options.criterion = refine.choice("criterion", kSplitCriteria).value_or(options.criterion);
  read_minimums(refine, job, options);
  options.max_micro = static_cast<int>(refine.integer("max_micro", 1, kMostSegments).value_or(options.max_micro));
  if (options.max_micro < spec.k) {
    refine.wrong("max_micro",
                 fmt::format("is below k; got {} with k = {}; expected at least one micro segment for each core "
                             "segment",
                             options.max_micro, spec.k));
  }
  read_micro_features(refine, options);
  options.outliers = refine.number("outliers", kOutliers).value_or(options.outliers);
  if (options.outliers > 0.0 && options.outliers < 1.0)
    refine.wrong("outliers",
                 fmt::format("would be most accounts; got {}; expected {}", options.outliers, kOutliers.expected));
  read_depth(refine, job, options);
  refine.finish();
  spec.refine = std::move(options);
}

}  // namespace tessera::job
