#include "cli/lookalikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/figures.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;
using words::share_in_words;

void print_reach(std::ostream& out, const Lookalike& found) {
  TextTable table({"reach", "prospects", "contactable", "likeness at least", "mean"});
  for (const std::size_t percent : {1U, 5U, 10U, 20U, 50U}) {
    if (percent > found.reach.size()) break;
    const ReachPoint& point = found.reach[percent - 1];
    table.add({share_in_words(point.reach), count(point.prospects), count(point.contactable),
               share_in_words(point.likeness), share_in_words(point.mean)});
  }
  table.print(out);
}

void print_closest(std::ostream& out, const Lookalike& found, std::size_t most) {
  const std::size_t shown = std::min(most, found.closest.size());
  if (shown == 0) return;
  out << "Closest to them, contactable\n";
  for (const CloseProspect& one : std::span(found.closest).first(shown))
    out << fmt::format("  {}  {}\n", one.account_id, share_in_words(one.likeness));
  if (found.closest.size() > shown) out << fmt::format("  … and {} more in the file\n", found.closest.size() - shown);
}

ordered_json factor_json(const LikenessFactor& factor) {
  return {{"feature", factor.encoded.name},
          {"column", factor.encoded.column},
          {"category", factor.encoded.category},
          {"coefficient", number(factor.coefficient)},
          {"sd", number(factor.sd)},
          {"effect", number(factor.effect)},
          {"words", factor.words}};
}

ordered_json column_json(const LikenessColumn& column) {
  return {{"column", column.column},
          {"is_used", column.is_used},
          {"why_not", column.why_not},
          {"alone", number(column.alone)},
          {"effect", number(column.effect)}};
}

ordered_json tenth_json(const CalibrationTenth& tenth) {
  return {{"customers", tenth.customers},       {"expected", number(tenth.expected)}, {"best", tenth.best},
          {"observed", number(tenth.observed)}, {"low", number(tenth.low)},           {"high", number(tenth.high)}};
}

ordered_json reach_json(const ReachPoint& point) {
  return {{"reach", point.reach},
          {"prospects", point.prospects},
          {"contactable", point.contactable},
          {"likeness", number(point.likeness)},
          {"mean", number(point.mean)}};
}

}  // namespace

void print_lookalikes(std::ostream& out, const ResultsSummary& summary, std::size_t most) {
  if (!summary.lookalike) return;
  const Lookalike& found = *summary.lookalike;
  out << fmt::format("\nLookalikes: {} prospects, {} contactable\n", count(found.prospects), count(found.contactable));
  if (!found.why_not.empty()) {
    out << fmt::format("None are told: {}\n", found.why_not);
    return;
  }
  out << fmt::format("{} ({} contactable) are as like the best customers as the middle one of these, {} or more\n",
                     count(found.above), count(found.above_contactable), share_in_words(found.threshold));
  out << fmt::format(
      "Learnt from {} of the best and {} other customers; on {} and {} others it tells them apart with an area of "
      "{:.3f} ({:.3f} to {:.3f})\n",
      count(found.best), count(found.rest), count(found.held_out_best), count(found.held_out_rest), found.auc,
      found.auc_low, found.auc_high);
  constexpr std::size_t kFactors = 8;
  out << "What makes them like\n";
  for (const LikenessFactor& factor : std::span(found.factors).first(std::min(kFactors, found.factors.size())))
    out << "  " << factor.words << "\n";
  print_reach(out, found);
  print_closest(out, found, most);
}

ordered_json lookalike_json(const std::optional<Lookalike>& found) {
  if (!found) return nullptr;
  ordered_json json = {{"why_not", found->why_not},
                       {"prospects", found->prospects},
                       {"contactable", found->contactable},
                       {"best", found->best},
                       {"rest", found->rest},
                       {"held_out_best", found->held_out_best},
                       {"held_out_rest", found->held_out_rest},
                       {"penalty", number(found->penalty)},
                       {"steps", found->steps},
                       {"intercept", number(found->intercept)},
                       {"auc", number(found->auc)},
                       {"auc_low", number(found->auc_low)},
                       {"auc_high", number(found->auc_high)},
                       {"threshold", number(found->threshold)},
                       {"above", found->above},
                       {"above_contactable", found->above_contactable},
                       {"columns", ordered_json::array()},
                       {"factors", ordered_json::array()},
                       {"calibration", ordered_json::array()},
                       {"reach", ordered_json::array()},
                       {"closest", ordered_json::array()}};
  for (const LikenessColumn& column : found->columns) json["columns"].push_back(column_json(column));
  for (const LikenessFactor& factor : found->factors) json["factors"].push_back(factor_json(factor));
  for (const CalibrationTenth& tenth : found->calibration) json["calibration"].push_back(tenth_json(tenth));
  for (const ReachPoint& point : found->reach) json["reach"].push_back(reach_json(point));
  for (const CloseProspect& one : found->closest)
    json["closest"].push_back({{"account_id", one.account_id}, {"likeness", number(one.likeness)}});
  return json;
}

ordered_json segment_likeness_json(const std::vector<SegmentLikeness>& rows) {
  ordered_json json = ordered_json::array();
  for (const SegmentLikeness& row : rows)
    json.push_back({{"segment", row.segment},
                    {"prospects", row.prospects},
                    {"contactable", row.contactable},
                    {"mean", number(row.mean)},
                    {"above", row.above},
                    {"above_contactable", row.above_contactable}});
  return json;
}

}  // namespace tessera::cli
