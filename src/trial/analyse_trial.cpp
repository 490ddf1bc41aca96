#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/two_proportions.hpp"
#include "insight/words.hpp"
#include "tessera/errors.hpp"
#include "tessera/trial_report.hpp"
#include "trial/arm_comparison.hpp"
#include "trial/campaign.hpp"
#include "trial/stored_trial.hpp"

namespace tessera {

namespace {

using trial::ArmSums;
using trial::Campaign;
using trial::Outcome;
using trial::StoredSegmentation;
using trial::StoredTrial;

/// A campaign that tells of nobody, or only of those who responded, would make every arm a success.
void check_campaign(const Campaign& campaign, const StoredTrial& stored, const std::string& path) {
  std::int64_t known = 0, yes = 0, no = 0;
  for (const Outcome& outcome : campaign.outcomes) {
    known += outcome.is_known ? 1 : 0;
    yes += outcome.responded == 1 ? 1 : 0;
    no += outcome.responded == 0 ? 1 : 0;
  }
  if (known == 0)
    throw Error(
        ExitCode::kBadData,
        fmt::format("{}: none of its {} rows is of an account of the results{}", path, campaign.rows,
                    stored.job.pseudonymised
                        ? ", whose ids are pseudonyms: give the campaign with the pseudonyms that were exported, "
                          "or put them in place of the ids with the job's key (jobs/README.md says how)"
                        : "; see that its key column holds the ids that the night had"));
  if (no == 0 && yes > 0)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: nobody of {} accounts is said not to have responded; write \"no\" for those who did "
                            "not, a blank cell means that nobody knows",
                            path, yes));
}

/// Counts of the join, by the arms of the first segmentation that an account is in.
void count_accounts(const StoredTrial& stored, const Campaign& campaign, TrialReport& report) {
  const std::size_t n_arms = stored.job.trial.arms.size();
  report.assigned_and_actual.assign(n_arms, std::vector<std::int64_t>(n_arms + 1, 0));
  for (std::size_t i = 0; i < campaign.outcomes.size(); ++i) {
    const Outcome& outcome = campaign.outcomes[i];
    if (!outcome.is_known) continue;
    std::int32_t arm = -1;
    for (const StoredSegmentation& segmentation : stored.segmentations) arm = std::max(arm, segmentation.arm[i]);
    if (arm < 0) {
      ++report.unassigned;
      continue;
    }
    ++report.accounts;
    report.without_response += outcome.responded < 0 ? 1 : 0;
    if (outcome.actual_arm >= 0)
      ++report.assigned_and_actual[static_cast<std::size_t>(arm)][static_cast<std::size_t>(outcome.actual_arm)];
    if (arm == 0) report.control_sent += outcome.sent ? 1 : 0;
    if (arm > 0) report.not_sent += outcome.sent ? 0 : 1;
  }
}

SegmentationEffect effect_of(const StoredSegmentation& stored, const Campaign& campaign, std::size_t n_arms) {
  const trial::StoredSegments& of_accounts = stored.segments;
  const std::vector<Segment>& segments = of_accounts.segments;
  const std::size_t n_segments = segments.size();
  std::vector<std::vector<ArmSums>> sums(n_segments + 1, std::vector<ArmSums>(n_arms));
  for (std::size_t i = 0; i < campaign.outcomes.size(); ++i) {
    if (stored.arm[i] < 0) continue;
    const auto arm = static_cast<std::size_t>(stored.arm[i]);
    const Outcome& outcome = campaign.outcomes[i];
    const auto add = [&](ArmSums& into) {
      ++into.assigned;
      if (outcome.is_known && outcome.responded >= 0) into.add(outcome.responded == 1, outcome.revenue, outcome.cost);
    };
    add(sums[n_segments][arm]);
    for (const std::int32_t segment : {of_accounts.macro[i], of_accounts.core[i], of_accounts.micro[i]})
      if (segment >= 0) add(sums[static_cast<std::size_t>(segment)][arm]);
  }
  SegmentationEffect effect{of_accounts.name, segments, {}, {}};
  const auto compared = [&](std::int32_t segment, std::size_t place) {
    return trial::compare_arms(segment, sums[place], campaign.has_revenue, campaign.has_cost);
  };
  effect.whole = compared(-1, n_segments);
  for (std::size_t s = 0; s < n_segments; ++s) effect.by_segment.push_back(compared(static_cast<std::int32_t>(s), s));
  std::vector<SegmentEffect*> whole{&effect.whole};
  trial::judge(whole);
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    std::vector<SegmentEffect*> of_level;
    for (std::size_t s = 0; s < n_segments; ++s)
      if (segments[s].level == level) of_level.push_back(&effect.by_segment[s]);
    trial::judge(of_level);
  }
  return effect;
}

/// What would make the comparison unfair.
void warn(const SegmentEffect& whole, TrialReport& report) {
  constexpr double kSurprising = 0.001;
  const ArmEffect& control = whole.arms.front();
  if (control.accounts == 0)
    report.warnings.push_back(
        fmt::format("the file tells nothing of the control \"{}\", so nothing can be compared: "
                    "it needs the rows of accounts that were sent nothing, too",
                    report.arms.front()));
  for (std::size_t a = 1; a < whole.arms.size(); ++a) {
    const ArmEffect& arm = whole.arms[a];
    if (control.accounts == 0 || arm.assigned == 0) continue;
    const statistics::Share here{arm.accounts, arm.assigned}, there{control.accounts, control.assigned};
    if (!(statistics::score_test_p(here, there) < kSurprising)) continue;
    report.warnings.push_back(fmt::format(
        "the file tells of {} of arm \"{}\" but of {} of the control: if it is those who did not respond that are "
        "missing, the uplift is not to be trusted",
        words::share_in_words(here.value()), report.arms[a], words::share_in_words(there.value())));
  }
}

}  // namespace

TrialReport analyse_trial(const std::string& results_path, const std::string& campaign_path) {
  const StoredTrial stored = trial::read_stored_trial(results_path);
  const Campaign campaign = trial::read_campaign(campaign_path, stored);
  check_campaign(campaign, stored, campaign_path);
  const TrialSpec& spec = stored.job.trial;
  TrialReport report;
  report.campaign = spec.campaign;
  report.night = stored.night;
  for (const TrialSpec::Arm& arm : spec.arms) report.arms.push_back(arm.name);
  report.expected = std::numeric_limits<double>::quiet_NaN();
  if (spec.results && spec.results->expected) report.expected = *spec.results->expected;
  report.has_revenue = campaign.has_revenue;
  report.has_cost = campaign.has_cost;
  report.has_actual_arm = campaign.has_actual_arm;
  report.has_sent = campaign.has_sent;
  report.rows = campaign.rows;
  report.unknown_rows = campaign.unknown_rows;
  count_accounts(stored, campaign, report);
  for (const StoredSegmentation& segmentation : stored.segmentations)
    report.segmentations.push_back(effect_of(segmentation, campaign, spec.arms.size()));
  if (stored.job.has_families)
    report.warnings.emplace_back(
        "arms were drawn for families of accounts, and intervals take each account as drawn by itself: where families "
        "are large they are too narrow");
  if (!report.segmentations.empty()) warn(report.segmentations.front().whole, report);
  return report;
}

}  // namespace tessera
