#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "job/nearest.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

constexpr Choice<bool> kTargets[] = {{"high", true}, {"low", false}};

void check_kpi(Section& section, const Job& job, const std::string& kpi) {
  std::vector<std::string> known;
  for (const KpiSpec& one : job.kpis) known.push_back(one.name);
  if (std::ranges::find(known, kpi) != known.end()) return;
  const std::string near = nearest(kpi, known);
  section.wrong("kpi", fmt::format("is no KPI; got {}; expected the name of a line of [kpi]{}", shown(kpi),
                                   near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

}  // namespace

void read_objective(Section& outer, const Job& job, SegmentationSpec& spec) {
  const Table* table =
      outer.table("objective", "a table such as { goal = \"Find customers to grow\", kpi = \"lifetime_value\" }");
  if (table == nullptr) return;
  Section section(outer.mistakes(), table, outer.place("objective"), "segmentation.objective",
                  "objective of " + outer.title());
  ObjectiveSpec objective;
  objective.goal = section.text("goal", "what the segmentation is for, in a sentence").value_or("");
  if (const auto kpi = section.text("kpi", "the name of a line of [kpi]", Need::kRequired)) {
    check_kpi(section, job, *kpi);
    objective.kpi = *kpi;
  }
  objective.high = section.choice("target", kTargets).value_or(true);
  section.finish();
  spec.objective = objective;
}

}  // namespace tessera::job
