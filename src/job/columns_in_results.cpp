#include "job/columns_in_results.hpp"

#include <algorithm>

namespace tessera::job {

std::vector<std::string> columns_in_results(const Job& job) {
  std::vector<std::string> columns;
  const auto name = [&](const ColumnRef& reference) {
    if (!reference.empty() && std::ranges::count(columns, reference.text) == 0) columns.push_back(reference.text);
  };
  for (const ColumnSpec& column : job.columns) name(column.column);
  for (const MacroSpec& macro : job.macros) name(macro.column);
  for (const ColumnRef* reference : {&job.value.column, &job.value.customer, &job.value.suppress}) name(*reference);
  for (const KpiSpec& kpi : job.kpis)
    for (const ColumnRef* reference : {&kpi.column, &kpi.numerator, &kpi.denominator}) name(*reference);
  for (const SegmentationSpec& segmentation : job.segmentations) {
    for (const FeatureSpec& feature : segmentation.features) name(feature.column);
    name(segmentation.existing);
    if (!segmentation.refine) continue;
    for (const FeatureSpec& feature : segmentation.refine->features) name(feature.column);
    name(segmentation.refine->depth_by);
  }
  return columns;
}

}  // namespace tessera::job
