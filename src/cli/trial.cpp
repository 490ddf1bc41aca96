#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/budget.hpp"
#include "cli/commands.hpp"
#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/options.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"
#include "tessera/trial_report.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

const char* in_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::kControl:
      return "control";
    case Verdict::kWorked:
      return "worked";
    case Verdict::kHarmed:
      return "harmed";
    case Verdict::kNoDifference:
      return "no difference seen";
    case Verdict::kTooFew:
      return "too few to tell";
  }
  return "";
}

/// "+1.24 points (0.90 to 1.58)"
std::string points(const ArmEffect& arm) {
  if (std::isnan(arm.uplift)) return "–";
  return fmt::format("{:+.2f} points ({:+.2f} to {:+.2f})", 100.0 * arm.uplift, 100.0 * arm.uplift_low,
                     100.0 * arm.uplift_high);
}

std::string p_in_words(double p) {
  if (std::isnan(p)) return "–";
  return p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", p);
}

std::string return_in_words(const ArmEffect& arm, Verdict verdict) {
  if (std::isnan(arm.roi) || verdict == Verdict::kTooFew) return "–";
  if (std::isnan(arm.roi_low)) return fmt::format("{} (not known how well)", words::share_in_words(arm.roi));
  return fmt::format("{:.0f} % ({:.0f} to {:.0f})", 100.0 * arm.roi, 100.0 * arm.roi_low, 100.0 * arm.roi_high);
}

void print_arms(std::ostream& out, const TrialReport& report, const SegmentationEffect& effect) {
  TextTable table({"arm", "accounts", "responses", "rate", "uplift", "p", "return", "verdict"});
  table.keep_left(7);
  for (std::size_t a = 0; a < report.arms.size(); ++a) {
    const ArmEffect& arm = effect.whole.arms[a];
    table.add({report.arms[a], count(arm.accounts), count(arm.responses), words::share_in_words(arm.rate), points(arm),
               p_in_words(arm.p), return_in_words(arm, effect.whole.verdicts[a]), in_words(effect.whole.verdicts[a])});
  }
  table.print(out);
  if (std::isnan(report.expected)) return;
  for (std::size_t a = 0; a < report.arms.size(); ++a) {
    const ArmEffect& arm = effect.whole.arms[a];
    if (arm.accounts == 0) continue;
    const char* compared = arm.rate_low > report.expected    ? "more than"
                           : arm.rate_high < report.expected ? "less than"
                                                             : "in keeping with";
    out << fmt::format("{}: {} responded, {} the {} that were expected\n", report.arms[a],
                       words::share_in_words(arm.rate), compared, words::share_in_words(report.expected));
  }
}

/// "In 3 of 8 core segments arm a worked; in 2 there were too few to tell."
void print_level(std::ostream& out, const TrialReport& report, const SegmentationEffect& effect, Level level) {
  std::vector<const SegmentEffect*> segments;
  for (std::size_t s = 0; s < effect.segments.size(); ++s)
    if (effect.segments[s].level == level) segments.push_back(&effect.by_segment[s]);
  if (segments.empty()) return;
  out << "\n";
  for (std::size_t a = 1; a < report.arms.size(); ++a) {
    const auto in = [&](Verdict verdict) {
      return std::count_if(segments.begin(), segments.end(),
                           [&](const SegmentEffect* one) { return one->verdicts[a] == verdict; });
    };
    out << fmt::format("In {} of {} {} segments arm \"{}\" worked", in(Verdict::kWorked), segments.size(),
                       level_name(level), report.arms[a]);
    if (in(Verdict::kHarmed) > 0) out << fmt::format("; in {} it did harm", in(Verdict::kHarmed));
    if (in(Verdict::kTooFew) > 0) out << fmt::format("; in {} there were too few to tell", in(Verdict::kTooFew));
    out << "\n";
  }
  TextTable table({"segment", "name", "arm", "accounts", "rate", "uplift", "adjusted p", "return", "verdict"});
  table.keep_left(1);
  table.keep_left(2);
  table.keep_left(8);
  for (const SegmentEffect* one : segments)
    for (std::size_t a = 1; a < report.arms.size(); ++a) {
      const ArmEffect& arm = one->arms[a];
      const Segment& segment = effect.segments[static_cast<std::size_t>(one->segment)];
      table.add({segment.id, segment.name, report.arms[a], count(arm.accounts), words::share_in_words(arm.rate),
                 points(arm), p_in_words(arm.adjusted_p), return_in_words(arm, one->verdicts[a]),
                 in_words(one->verdicts[a])});
    }
  table.print(out);
}

void print_join(std::ostream& out, const TrialReport& report) {
  out << fmt::format("Campaign \"{}\", arms of the night of {}: {} rows, {} accounts of the trial\n", report.campaign,
                     report.night, words::count_in_words(report.rows), words::count_in_words(report.accounts));
  if (report.unknown_rows > 0)
    out << fmt::format("{} rows are of accounts that the results do not know\n",
                       words::count_in_words(report.unknown_rows));
  if (report.unassigned > 0)
    out << fmt::format("{} accounts are in the file but in no arm: suppressed, or in no segmentation\n",
                       words::count_in_words(report.unassigned));
  if (report.without_response > 0)
    out << fmt::format("{} accounts are left out, as the file does not say whether they responded\n",
                       words::count_in_words(report.without_response));
  std::int64_t moved = 0;
  for (std::size_t a = 0; a < report.arms.size(); ++a)
    for (std::size_t b = 0; b <= report.arms.size(); ++b)
      if (a != b) moved += report.assigned_and_actual[a][b];
  if (report.has_actual_arm)
    out << fmt::format("{} accounts were in another arm than assigned; all count where they were assigned\n",
                       count(moved));
  if (report.has_sent && report.control_sent + report.not_sent > 0)
    out << fmt::format("{} accounts of the control were sent something, {} of the other arms were sent nothing\n",
                       count(report.control_sent), count(report.not_sent));
  for (const std::string& warning : report.warnings) out << "Warning: " << warning << "\n";
}

ordered_json effect_json(const TrialReport& report, const SegmentEffect& effect) {
  ordered_json arms = ordered_json::array();
  for (std::size_t a = 0; a < effect.arms.size(); ++a) {
    const ArmEffect& arm = effect.arms[a];
    arms.push_back({{"arm", report.arms[a]},
                    {"verdict", in_words(effect.verdicts[a])},
                    {"assigned", arm.assigned},
                    {"accounts", arm.accounts},
                    {"responses", arm.responses},
                    {"rate", {number(arm.rate), number(arm.rate_low), number(arm.rate_high)}},
                    {"uplift", {number(arm.uplift), number(arm.uplift_low), number(arm.uplift_high)}},
                    {"p", number(arm.p)},
                    {"adjusted_p", number(arm.adjusted_p)},
                    {"revenue", number(arm.revenue)},
                    {"cost", number(arm.cost)},
                    {"extra_revenue", number(arm.extra_revenue)},
                    {"extra_cost", number(arm.extra_cost)},
                    {"return", {number(arm.roi), number(arm.roi_low), number(arm.roi_high)}}});
  }
  return arms;
}

void print_report_json(std::ostream& out, const TrialReport& report, const std::vector<BudgetSplit>& budgets) {
  ordered_json json = {{"campaign", report.campaign},
                       {"night", report.night},
                       {"arms", report.arms},
                       {"expected", number(report.expected)},
                       {"rows", report.rows},
                       {"unknown_rows", report.unknown_rows},
                       {"accounts", report.accounts},
                       {"unassigned", report.unassigned},
                       {"without_response", report.without_response},
                       {"assigned_and_actual", report.assigned_and_actual},
                       {"control_sent", report.control_sent},
                       {"not_sent", report.not_sent},
                       {"warnings", report.warnings},
                       {"segmentations", ordered_json::array()}};
  for (const SegmentationEffect& effect : report.segmentations) {
    ordered_json segments = ordered_json::array();
    for (std::size_t s = 0; s < effect.segments.size(); ++s)
      segments.push_back({{"id", effect.segments[s].id},
                          {"name", effect.segments[s].name},
                          {"level", level_name(effect.segments[s].level)},
                          {"arms", effect_json(report, effect.by_segment[s])}});
    json["segmentations"].push_back(
        {{"name", effect.name}, {"arms", effect_json(report, effect.whole)}, {"segments", std::move(segments)}});
  }
  for (std::size_t i = 0; i < budgets.size(); ++i)
    json["segmentations"][i]["budget"] = budget_json(report, report.segmentations[i], budgets[i]);
  out << json.dump(2) << "\n";
}

void print_report(std::ostream& out, const TrialReport& report) {
  print_join(out, report);
  for (const SegmentationEffect& effect : report.segmentations) {
    out << fmt::format("\nSegmentation \"{}\", all accounts\n", effect.name);
    print_arms(out, report, effect);
    for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) print_level(out, report, effect, level);
  }
  out << "\nUplifts are points of the response rate against the control, with 95 % intervals; p-values are adjusted "
         "for "
         "the number of segments\n(Benjamini and Hochberg), and 5 % is where an arm counts as different. Returns are "
         "on what an arm cost beyond the control.\n";
}

}  // namespace

int trial_command(const std::vector<std::string>& words_of_command) {
  boost::program_options::options_description own;
  own.add_options()("budget", boost::program_options::value<double>(),
                    "an amount to split over the segments in which an arm has shown to pay");
  const std::optional<TwoFiles> files = parse_two_files(
      words_of_command, "a results file and a campaign's CSV file", "tessera trial RESULTS.h5 CAMPAIGN.csv [options]",
      "tessera trial jobs/results/company/latest.h5 campaign.csv --budget 50000", own);
  if (!files) return 0;
  const TrialReport report = analyse_trial(files->first, files->second);
  std::vector<BudgetSplit> budgets;
  if (files->values.count("budget") != 0)
    for (const SegmentationEffect& effect : report.segmentations)
      budgets.push_back(split_budget(report, effect, files->values["budget"].as<double>()));
  if (files->as_json) {
    print_report_json(std::cout, report, budgets);
    return 0;
  }
  print_report(std::cout, report);
  for (std::size_t i = 0; i < budgets.size(); ++i) print_budget(std::cout, report, report.segmentations[i], budgets[i]);
  return 0;
}

}  // namespace tessera::cli
