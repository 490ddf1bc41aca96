#include "tessera/backtest.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/options.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

std::string title_of(const BacktestOutcome& outcome) {
  return outcome.is_change ? fmt::format("change of {}", outcome.name) : outcome.name;
}

/// "Its core segment explains 12 % of how value differs between accounts"
void print_best(std::ostream& out, const SegmentationBacktest& tested) {
  const BacktestOutcome* best = nullptr;
  const ExplainedVariance* most = nullptr;
  for (const BacktestOutcome& outcome : tested.outcomes)
    for (const ExplainedVariance& level : outcome.levels)
      if (level.beyond_chance > 0.0 && (most == nullptr || level.beyond_chance > most->beyond_chance)) {
        best = &outcome;
        most = &level;
      }
  if (most == nullptr) {
    out << "Its segments explain nothing of what accounts did later\n";
    return;
  }
  out << fmt::format("Most is told by the {} segment of {}: it explains {} of how accounts differ, {} beyond chance\n",
                     level_name(most->level), title_of(*best), words::share_in_words(most->explained),
                     words::share_in_words(most->beyond_chance));
}

void print_segmentation(std::ostream& out, const SegmentationBacktest& tested) {
  out << fmt::format("\nSegmentation \"{}\"\n", tested.name);
  print_best(out, tested);
  if (tested.outcomes.empty()) return;
  std::vector<std::string> titles = {"outcome", "accounts", "mean", "sd", "none"};
  for (const ExplainedVariance& level : tested.outcomes.front().levels)
    titles.push_back(fmt::format("{} ({})", level_name(level.level), level.segments));
  TextTable table(std::move(titles));
  for (const BacktestOutcome& outcome : tested.outcomes) {
    std::vector<std::string> cells = {title_of(outcome), count(outcome.accounts), words::number_in_words(outcome.mean),
                                      words::number_in_words(outcome.sd), outcome.accounts > 0 ? "0 %" : "–"};
    for (const ExplainedVariance& level : outcome.levels)
      cells.push_back(std::isnan(level.explained) ? "–"
                                                  : fmt::format("{} ({})", words::share_in_words(level.explained),
                                                                words::share_in_words(level.beyond_chance)));
    table.add(std::move(cells));
  }
  table.print(out);
}

ordered_json outcome_json(const BacktestOutcome& outcome) {
  ordered_json json = {{"outcome", outcome.name},      {"is_change", outcome.is_change},
                       {"accounts", outcome.accounts}, {"mean", number(outcome.mean)},
                       {"sd", number(outcome.sd)},     {"levels", ordered_json::array()}};
  for (const ExplainedVariance& level : outcome.levels)
    json["levels"].push_back({{"level", level_name(level.level)},
                              {"segments", level.segments},
                              {"explained", number(level.explained)},
                              {"beyond_chance", number(level.beyond_chance)},
                              {"p", number(level.p)}});
  return json;
}

void print_json(std::ostream& out, const Backtest& result) {
  ordered_json json = {{"earlier_night", result.earlier_night},
                       {"later_night", result.later_night},
                       {"accounts", result.accounts},
                       {"gone", result.gone},
                       {"joined", result.joined},
                       {"notes", result.notes},
                       {"segmentations", ordered_json::array()}};
  for (const SegmentationBacktest& tested : result.segmentations) {
    ordered_json outcomes = ordered_json::array();
    for (const BacktestOutcome& outcome : tested.outcomes) outcomes.push_back(outcome_json(outcome));
    json["segmentations"].push_back({{"name", tested.name}, {"outcomes", std::move(outcomes)}});
  }
  out << json.dump(2) << "\n";
}

}  // namespace

int backtest_command(const std::vector<std::string>& words_of_command) {
  const std::optional<TwoFiles> files = parse_two_files(
      words_of_command, "results of an earlier and of a later night", "tessera backtest EARLIER.h5 LATER.h5 [options]",
      "tessera backtest results/company/2026-01-31.h5 results/company/2026-06-30.h5");
  if (!files) return 0;
  const Backtest result = backtest(files->first, files->second);
  if (files->as_json) {
    print_json(std::cout, result);
    return 0;
  }
  std::cout << fmt::format(
      "Segments of {} against what their accounts did until {}: {} accounts are in both\n{} are gone, so nobody knows "
      "what "
      "they did; {} are new and had no segment\n",
      result.earlier_night, result.later_night, count(result.accounts), count(result.gone), count(result.joined));
  for (const std::string& note : result.notes) std::cout << note << "\n";
  for (const SegmentationBacktest& tested : result.segmentations) print_segmentation(std::cout, tested);
  std::cout << "\nShare of an outcome's variance among accounts that lies between segments, in brackets what is left "
               "beyond chance. Accounts that\nare gone may have differed from those that stayed.\n";
  return 0;
}

}  // namespace tessera::cli
