#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/compare.hpp"
#include "cli/figures.hpp"
#include "cli/gate.hpp"
#include "cli/level_name.hpp"
#include "cli/moves.hpp"

namespace tessera::cli {

using nlohmann::ordered_json;

namespace {

ordered_json change_json(const SegmentChange& change) {
  return {{"id", change.id},
          {"name", change.name},
          {"fate", name_of(change.fate)},
          {"accounts_then", change.accounts_then},
          {"accounts_now", change.accounts_now},
          {"value_then", number(change.value_then)},
          {"value_now", number(change.value_now)},
          {"stayed", change.stayed},
          {"other", change.other},
          {"story", change.story}};
}

ordered_json designs_json(const ComparedDesigns& designs) {
  const ComparedSegmentation& compared = designs.compared;
  ordered_json json = {{"then", designs.then_name},
                       {"now", designs.now_name},
                       {"level", level_name(compared.level)},
                       {"shared", designs.shared},
                       {"agreement", number(designs.agreement)},
                       {"migration", ordered_json::array()}};
  for (const SharedAccounts& pair : compared.shared)
    json["migration"].push_back({{"from", compared.then[static_cast<std::size_t>(pair.then)].id},
                                 {"to", compared.now[static_cast<std::size_t>(pair.now)].id},
                                 {"accounts", pair.accounts}});
  if (!designs.same_design) return json;
  json["kept"] = designs.kept;
  json["moved"] = why_json(designs);
  json["matched_by_accounts"] = designs.by_accounts;
  json["segments"] = ordered_json::array();
  for (const SegmentChange& change : designs.ledger) json["segments"].push_back(change_json(change));
  json["drift"] = drift_json({designs.drift})[0];
  json["drift"].erase("since");
  return json;
}

}  // namespace

ordered_json comparison_json(const NightsComparison& comparison) {
  ordered_json json = {{"earlier_night", comparison.earlier_night},
                       {"later_night", comparison.later_night},
                       {"accounts_then", comparison.accounts_then},
                       {"accounts_now", comparison.accounts_now},
                       {"shared", comparison.shared},
                       {"sources", ordered_json::array()},
                       {"segmentations", ordered_json::array()}};
  for (const ComparedSource& source : comparison.sources)
    json["sources"].push_back({{"source", source.source}, {"change", word_of(source.change)}});
  for (const ComparedDesigns& designs : comparison.designs) json["segmentations"].push_back(designs_json(designs));
  return json;
}

ordered_json review_json(const NightsReview& review) {
  ordered_json json = {{"nights", review.nights},
                       {"comparison", comparison_json(review.comparison)},
                       {"segments", ordered_json::array()}};
  for (const SegmentReview& segment : review.segments) {
    ordered_json accounts = ordered_json::array();
    for (const std::int64_t count : segment.accounts)
      accounts.push_back(count < 0 ? ordered_json(nullptr) : ordered_json(count));
    json["segments"].push_back({{"segmentation", segment.segmentation},
                                {"id", segment.id},
                                {"name", segment.name},
                                {"advice", word_of(segment.advice)},
                                {"reasons", segment.reasons},
                                {"accounts", std::move(accounts)}});
  }
  return json;
}

}  // namespace tessera::cli
