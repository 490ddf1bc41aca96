#include "cli/purpose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;
using Segmentation = ResultsSummary::Segmentation;

void print_features(std::ostream& out, const Segmentation& segmentation, std::size_t most) {
  std::vector<FeatureLink> features = segmentation.features;
  if (features.empty()) return;
  std::ranges::stable_sort(features, [](const auto& a, const auto& b) { return a.importance > b.importance; });
  out << "\nWhat tells the core segments apart, the most telling first\n";
  const bool has_kpi = segmentation.objective.has_value();
  std::vector<std::string> titles = {"feature", "importance", "most like"};
  if (has_kpi) titles.push_back(fmt::format("explains of {}", segmentation.objective->kpi));
  TextTable table(std::move(titles));
  table.keep_left(2);
  for (const FeatureLink& feature : std::span(features).first(std::min(most, features.size()))) {
    std::vector<std::string> cells = {
        feature.column, words::share_in_words(feature.importance),
        std::isnan(feature.redundancy) ? "–" : fmt::format("{} ({:.2f})", feature.redundant_with, feature.redundancy)};
    if (has_kpi) cells.push_back(words::share_in_words(feature.kpi_explained));
    table.add(std::move(cells));
  }
  table.print(out);
}

/// The largest pairs of core segments and segments of today.
void print_crosswalk(std::ostream& out, const Segmentation& segmentation, std::size_t most) {
  const auto& segments = segmentation.insight.segments;
  std::vector<Crosswalk::Pair> pairs;
  std::ranges::copy_if(segmentation.crosswalk.pairs, std::back_inserter(pairs), [&](const Crosswalk::Pair& pair) {
    return segments[static_cast<std::size_t>(pair.segment)].level == Level::kCore && !pair.existing.empty();
  });
  if (pairs.empty()) return;
  std::ranges::stable_sort(pairs, [](const auto& a, const auto& b) { return a.accounts > b.accounts; });
  out << "\nFrom the segments of today to these";
  for (const Crosswalk::Agreement& agreement : segmentation.crosswalk.agreement)
    if (agreement.level == Level::kCore)
      out << fmt::format(" (agreement {:.2f}: 1 the same, 0 as by chance)", agreement.adjusted_rand);
  out << "\n";
  TextTable table({"today", "core segment", "accounts", "of today's", "of the segment's"});
  table.keep_left(1);
  for (const Crosswalk::Pair& pair : std::span(pairs).first(std::min(most, pairs.size())))
    table.add({pair.existing, segments[static_cast<std::size_t>(pair.segment)].name, count(pair.accounts),
               words::share_in_words(pair.share_of_existing), words::share_in_words(pair.share_of_segment)});
  table.print(out);
  if (pairs.size() > most) out << fmt::format("  … and {} smaller ones\n", pairs.size() - most);
}

void print_trial(std::ostream& out, const Segmentation& segmentation) {
  if (segmentation.trial.empty()) return;
  double largest_z = 0.0;
  for (const TrialCell& cell : segmentation.trial)
    if (!std::isnan(cell.z)) largest_z = std::max(largest_z, std::fabs(cell.z));
  out << "\nTrial arms\n";
  for (const TrialCell& cell : segmentation.trial) {
    if (cell.segment >= 0) continue;
    out << fmt::format("  {}: {} accounts ({})", segmentation.trial_arms[static_cast<std::size_t>(cell.arm)],
                       count(cell.accounts), words::share_in_words(cell.share));
    if (!std::isnan(cell.smallest_uplift))
      out << fmt::format("; a rise by {:.2f} points of the response rate would be seen", 100.0 * cell.smallest_uplift);
    out << "\n";
  }
  out << fmt::format("  the largest imbalance of an arm in a segment is {:.1f} standard deviations of a fair draw\n",
                     largest_z);
}

ordered_json objective_json(const ObjectiveSpec& objective) {
  return {{"goal", objective.goal}, {"kpi", objective.kpi}, {"target", objective.high ? "high" : "low"}};
}

ordered_json pair_json(const Crosswalk::Pair& pair) {
  return {{"existing", pair.existing},
          {"segment", pair.segment},
          {"accounts", pair.accounts},
          {"share_of_existing", pair.share_of_existing},
          {"share_of_segment", pair.share_of_segment},
          {"likeness", pair.likeness}};
}

ordered_json cell_json(const TrialCell& cell, const std::vector<std::string>& arms) {
  return {{"segment", cell.segment},   {"arm", arms[static_cast<std::size_t>(cell.arm)]},
          {"accounts", cell.accounts}, {"share", number(cell.share)},
          {"z", number(cell.z)},       {"smallest_uplift", number(cell.smallest_uplift)}};
}

ordered_json crosswalk_json(const Crosswalk& crosswalk) {
  ordered_json json = {{"agreement", ordered_json::array()}, {"pairs", ordered_json::array()}};
  for (const Crosswalk::Agreement& agreement : crosswalk.agreement)
    json["agreement"].push_back({{"level", level_name(agreement.level)},
                                 {"accounts", agreement.accounts},
                                 {"adjusted_rand", number(agreement.adjusted_rand)}});
  for (const Crosswalk::Pair& pair : crosswalk.pairs) json["pairs"].push_back(pair_json(pair));
  return json;
}

}  // namespace

void print_goal(std::ostream& out, const Segmentation& segmentation) {
  if (!segmentation.objective) return;
  const ObjectiveSpec& objective = *segmentation.objective;
  out << fmt::format("{}{}ranked by {}, the {} first\n", objective.goal, objective.goal.empty() ? "" : ": ",
                     objective.kpi, objective.high ? "highest" : "lowest");
}

void sort_by_objective(const Segmentation& segmentation, std::vector<std::int32_t>& rows) {
  if (segmentation.objective_rank.empty()) return;
  const auto place = [&](std::int32_t row) {
    const std::int32_t rank = segmentation.objective_rank[static_cast<std::size_t>(row)];
    return rank == 0 ? std::numeric_limits<std::int32_t>::max() : rank;
  };
  std::ranges::stable_sort(rows, [&](auto a, auto b) { return place(a) < place(b); });
}

void print_purpose(std::ostream& out, const Segmentation& segmentation, std::size_t most) {
  print_features(out, segmentation, most);
  print_crosswalk(out, segmentation, most);
  print_trial(out, segmentation);
}

void print_segment_purpose(std::ostream& out, const Segmentation& segmentation, std::int32_t row) {
  const auto& segments = segmentation.insight.segments;
  const Level level = segments[static_cast<std::size_t>(row)].level;
  if (segmentation.objective && segmentation.objective_rank[static_cast<std::size_t>(row)] > 0)
    out << fmt::format("Place {} of {} {} segments by {}\n", segmentation.objective_rank[static_cast<std::size_t>(row)],
                       std::ranges::count(segments, level, &Segment::level), level_name(level),
                       segmentation.objective->kpi);
  const Crosswalk::Pair* largest = nullptr;
  for (const Crosswalk::Pair& pair : segmentation.crosswalk.pairs)
    if (pair.segment == row && !pair.existing.empty() && (largest == nullptr || pair.accounts > largest->accounts))
      largest = &pair;
  if (largest != nullptr)
    out << fmt::format("Today: {} of it are in \"{}\", and make {} of that\n",
                       words::share_in_words(largest->share_of_segment), largest->existing,
                       words::share_in_words(largest->share_of_existing));
  std::string arms;
  for (const TrialCell& cell : segmentation.trial) {
    if (cell.segment != row) continue;
    arms += fmt::format("{}{} {}", arms.empty() ? "Trial arms: " : ", ",
                        segmentation.trial_arms[static_cast<std::size_t>(cell.arm)], count(cell.accounts));
    if (!std::isnan(cell.smallest_uplift))
      arms += fmt::format(" (a rise by {:.2f} points would be seen)", 100.0 * cell.smallest_uplift);
  }
  if (!arms.empty()) out << arms << "\n";
}

void add_segment_purpose(const Segmentation& segmentation, std::int32_t row, ordered_json& json) {
  if (segmentation.objective) {
    json["objective"] = objective_json(*segmentation.objective);
    json["objective_rank"] = segmentation.objective_rank[static_cast<std::size_t>(row)];
  }
  for (const Crosswalk::Pair& pair : segmentation.crosswalk.pairs)
    if (pair.segment == row) json["crosswalk"].push_back(pair_json(pair));
  for (const TrialCell& cell : segmentation.trial)
    if (cell.segment == row) json["trial"].push_back(cell_json(cell, segmentation.trial_arms));
}

void add_purpose(const Segmentation& segmentation, ordered_json& json) {
  if (segmentation.objective) json["objective"] = objective_json(*segmentation.objective);
  for (std::size_t s = 0; s < segmentation.objective_rank.size(); ++s)
    json["segments"][s]["objective_rank"] = segmentation.objective_rank[s];
  json["features"] = ordered_json::array();
  for (const FeatureLink& feature : segmentation.features)
    json["features"].push_back({{"column", feature.column},
                                {"importance", number(feature.importance)},
                                {"explained", number(feature.explained)},
                                {"redundancy", number(feature.redundancy)},
                                {"redundant_with", feature.redundant_with},
                                {"kpi_correlation", number(feature.kpi_correlation)},
                                {"kpi_explained", number(feature.kpi_explained)}});
  if (!segmentation.crosswalk.agreement.empty()) json["crosswalk"] = crosswalk_json(segmentation.crosswalk);
  if (segmentation.trial.empty()) return;
  json["trial"] = ordered_json::array();
  for (const TrialCell& cell : segmentation.trial) json["trial"].push_back(cell_json(cell, segmentation.trial_arms));
}

}  // namespace tessera::cli
