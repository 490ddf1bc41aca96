#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/best_customers.hpp"
#include "cli/choice.hpp"
#include "cli/evolution.hpp"
#include "cli/figures.hpp"
#include "cli/gate.hpp"
#include "cli/level_name.hpp"
#include "cli/lookalikes.hpp"
#include "cli/measures.hpp"
#include "cli/moves.hpp"
#include "cli/purpose.hpp"
#include "cli/segment_json.hpp"
#include "cli/summary.hpp"
#include "core/iso_date.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

ordered_json source_json(const SourceReport& source) {
  return {{"source", source.name},
          {"rows_read", source.rows_read},
          {"used", source.used},
          {"duplicates", source.duplicates},
          {"unmatched", source.unmatched},
          {"forgotten", source.forgotten},
          {"quarantined", source.quarantined},
          {"as_of", source.as_of ? ordered_json(iso_date(*source.as_of)) : ordered_json()}};
}

ordered_json freshness_json(const Freshness& source) {
  return {{"source", source.source},
          {"newest_s", source.newest_s},
          {"age_days", source.age_days},
          {"max_age_days", source.max_age_days ? ordered_json(*source.max_age_days) : ordered_json()},
          {"is_older", source.is_older},
          {"content_hash", source.content_hash}};
}

ordered_json to_buy_json(const MissingColumn& column) {
  return {{"column", column.column},
          {"missing", column.missing},
          {"asked", column.asked},
          {"could_change", column.could_change},
          {"is_estimate", column.is_estimate},
          {"share", column.share}};
}

ordered_json suggestion_json(const SpellingSuggestion& one) {
  return {{"kind", one.kind == SpellingSuggestion::Kind::kGroup ? "group" : "category"},
          {"column", one.column},
          {"value", one.value},
          {"suggestion", one.suggestion},
          {"accounts", one.accounts},
          {"suggestion_accounts", one.suggestion_accounts},
          {"score", number(one.score)}};
}

/// null: the job did not ask for them.
ordered_json duplicates_json(const std::optional<DuplicateSearch>& search) {
  if (!search) return nullptr;
  ordered_json pairs = ordered_json::array();
  for (const LikelyDuplicate& pair : search->pairs)
    pairs.push_back({{"account_id", pair.account_id}, {"other_id", pair.other_id}, {"score", number(pair.score)}});
  return {{"pairs_found", search->pairs_found},
          {"pairs_skipped", search->pairs_skipped},
          {"accounts_skipped", search->accounts_skipped},
          {"pairs", std::move(pairs)}};
}

}  // namespace

void print_json(std::ostream& out, const ResultsSummary& summary) {
  ordered_json json = {{"path", summary.path},
                       {"job", summary.job_name},
                       {"night", summary.night},
                       {"digest", summary.digest},
                       {"scored_by", summary.scored_by.empty() ? ordered_json() : ordered_json(summary.scored_by)},
                       {"engine_version", summary.engine_version},
                       {"started", summary.started},
                       {"ranks", summary.ranks},
                       {"threads_per_rank", summary.threads_per_rank},
                       {"accounts", summary.accounts},
                       {"sources", ordered_json::array()},
                       {"freshness", ordered_json::array()},
                       {"forget", ordered_json()},
                       {"to_buy", ordered_json::array()},
                       {"suggestions", ordered_json::array()},
                       {"likely_duplicates", duplicates_json(summary.duplicate_search)},
                       {"best_customers", best_customers_json(summary.best_customers)},
                       {"lookalike", lookalike_json(summary.lookalike)},
                       {"gate", gate_json(summary.gate)},
                       {"stages", ordered_json::array()},
                       {"warnings", summary.warnings},
                       {"segmentations", ordered_json::array()}};
  for (const SourceReport& source : summary.sources) json["sources"].push_back(source_json(source));
  for (const Freshness& source : summary.freshness) json["freshness"].push_back(freshness_json(source));
  if (summary.forget) json["forget"] = {{"ids", summary.forget->ids}, {"unknown", summary.forget->unknown}};
  for (const MissingColumn& column : summary.to_buy) json["to_buy"].push_back(to_buy_json(column));
  for (const SpellingSuggestion& one : summary.spellings) json["suggestions"].push_back(suggestion_json(one));
  for (const StageTime& stage : summary.stages)
    json["stages"].push_back({{"stage", stage.stage},
                              {"seconds_min", stage.seconds_min},
                              {"seconds_max", stage.seconds_max},
                              {"peak_memory_bytes", stage.peak_memory_bytes}});
  std::map<std::string, NightStory> stories = read_night_stories(summary.path);
  for (const auto& segmentation : summary.segmentations) {
    ordered_json segments = ordered_json::array();
    for (std::size_t row = 0; row < segmentation.insight.segments.size(); ++row)
      segments.push_back(segment_json(segmentation.insight, row));
    json["segmentations"].push_back({{"name", segmentation.name},
                                     {"k", segmentation.k},
                                     {"iterations", segmentation.iterations},
                                     {"inertia", number(segmentation.inertia)},
                                     {"quality", choice_json(segmentation.quality)},
                                     {"segments", std::move(segments)},
                                     {"drift", drift_json(segmentation.drift)},
                                     {"lookalike", segment_likeness_json(segmentation.likeness)}});
    add_measures(json["segmentations"].back(), segmentation.insight);
    add_purpose(segmentation, json["segmentations"].back());
    add_evolution(segmentation, json["segmentations"].back());
    add_moves(stories[segmentation.name], json["segmentations"].back());
  }
  out << json.dump(2) << "\n";
}

}  // namespace tessera::cli
