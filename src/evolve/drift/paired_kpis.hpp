#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tessera/insight.hpp"

namespace tessera::evolve {

/// KPIs of all accounts, and of the segments that both nights have, in pairs of then and now. `ids` are tonight's
/// segments, with the ids that they are known by.
[[nodiscard]] inline std::vector<std::pair<KpiValue, KpiValue>> paired_kpis(const Insight& then, const Insight& now,
                                                                            const std::vector<Segment>& ids) {
  std::map<std::pair<std::string, std::string>, const KpiValue*> was;
  for (const KpiValue& kpi : then.kpis)
    was.emplace(std::pair(then.segments[static_cast<std::size_t>(kpi.segment)].id, kpi.kpi), &kpi);
  for (const KpiValue& kpi : then.whole_kpis) was.emplace(std::pair(std::string(), kpi.kpi), &kpi);
  std::vector<std::pair<KpiValue, KpiValue>> pairs;
  const auto add = [&](const std::string& id, const KpiValue& kpi) {
    if (const auto found = was.find({id, kpi.kpi}); found != was.end()) pairs.emplace_back(*found->second, kpi);
  };
  for (const KpiValue& kpi : now.whole_kpis) add("", kpi);
  for (const KpiValue& kpi : now.kpis) add(ids[static_cast<std::size_t>(kpi.segment)].id, kpi);
  return pairs;
}

}  // namespace tessera::evolve
