#include "cli/budget.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

std::string amount(double value) {
  return words::number_in_words(value);
}

const Segment& segment_of(const SegmentationEffect& effect, const BudgetShare& share) {
  return effect.segments[static_cast<std::size_t>(share.segment)];
}

void print_shares(std::ostream& out, const TrialReport& report, const SegmentationEffect& effect,
                  const BudgetSplit& split) {
  TextTable table({"segment", "name", "arm", "contactable", "accounts", "amount", "comes back", "at least", "at most"});
  table.keep_left(1);
  table.keep_left(2);
  for (const BudgetShare& share : split.shares) {
    const Segment& segment = segment_of(effect, share);
    table.add({segment.id, segment.name, report.arms[static_cast<std::size_t>(share.arm)], count(share.contactable),
               count(share.accounts), amount(share.amount), amount(share.amount * (1.0 + share.roi)),
               amount(share.amount * (1.0 + share.roi_low)), amount(share.amount * (1.0 + share.roi_high))});
  }
  table.print(out);
}

}  // namespace

void print_budget(std::ostream& out, const TrialReport& report, const SegmentationEffect& effect,
                  const BudgetSplit& split) {
  out << fmt::format("\nA budget of {} over the {} segments of \"{}\"\n", amount(split.budget), level_name(split.level),
                     split.segmentation);
  if (!report.has_revenue || !report.has_cost) {
    out << "It cannot be split: the campaign tells no revenue or no cost, so nobody knows what pays. Name both columns "
           "in [trial] results.\n";
    return;
  }
  if (!split.shares.empty()) print_shares(out, report, effect, split);
  if (split.segments_unproven > 0)
    out << fmt::format("{} segment{} nothing: no arm has shown there that it pays for itself\n",
                       split.segments_unproven, split.segments_unproven == 1 ? " gets" : "s get");
  if (split.left > 0.0)
    out << fmt::format("{} are left: no trial supports spending {}\n", amount(split.left),
                       split.left < split.budget ? "more" : "any of it");
  if (!split.shares.empty())
    out << "Segments that did best in a trial tend to do a little worse the next time; keep a control.\n";
}

nlohmann::ordered_json budget_json(const TrialReport& report, const SegmentationEffect& effect,
                                   const BudgetSplit& split) {
  nlohmann::ordered_json shares = nlohmann::ordered_json::array();
  for (const BudgetShare& share : split.shares) {
    const Segment& segment = segment_of(effect, share);
    shares.push_back({{"id", segment.id},
                      {"name", segment.name},
                      {"arm", report.arms[static_cast<std::size_t>(share.arm)]},
                      {"contactable", share.contactable},
                      {"accounts", share.accounts},
                      {"cost_an_account", share.cost_an_account},
                      {"amount", share.amount},
                      {"return", {share.roi, share.roi_low, share.roi_high}}});
  }
  return {{"segmentation", split.segmentation},
          {"level", level_name(split.level)},
          {"budget", split.budget},
          {"left", split.left},
          {"segments_unproven", split.segments_unproven},
          {"shares", std::move(shares)}};
}

}  // namespace tessera::cli
