#include "cli/segment_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/evolution.hpp"
#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/measures.hpp"

namespace tessera::cli {

using nlohmann::ordered_json;

ordered_json segment_json(const Insight& insight, std::size_t row) {
  const Segment& s = insight.segments[row];
  ordered_json json = {{"row", row},
                       {"id", s.id},
                       {"parent", s.parent},
                       {"level", level_name(s.level)},
                       {"name", s.name},
                       {"rule", s.rule},
                       {"rule_precision", number(s.rule_precision)},
                       {"rule_recall", number(s.rule_recall)},
                       {"rule_coverage", number(s.rule_coverage)},
                       {"accounts", s.accounts},
                       {"customers", s.customers},
                       {"prospects", s.prospects},
                       {"contactable", s.contactable},
                       {"value", number(s.value)},
                       {"neighbours", ordered_json::array()},
                       {"examples", ordered_json::array()}};
  for (const Neighbour& n : insight.neighbours)
    if (n.segment == static_cast<std::int32_t>(row))
      json["neighbours"].push_back({{"row", n.neighbour},
                                    {"id", insight.segments[static_cast<std::size_t>(n.neighbour)].id},
                                    {"accounts", n.accounts},
                                    {"distance", number(n.distance)},
                                    {"trait", n.trait}});
  for (const ExampleAccount& e : insight.examples)
    if (e.segment == static_cast<std::int32_t>(row))
      json["examples"].push_back({{"account_id", e.account_id}, {"distance", number(e.distance)}});
  add_memory(s, json);
  add_measures(json, insight, static_cast<std::int32_t>(row));
  return json;
}

}  // namespace tessera::cli
