#include "cli/gate.hpp"

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

constexpr std::size_t kMostLines = 5;

const char* word_of(CheckResult result) noexcept {
  return result == CheckResult::kPass ? "pass" : result == CheckResult::kWarning ? "warning" : "hold";
}

const char* word_of(Drift::Since since) noexcept {
  return since == Drift::Since::kLastNight ? "last night" : "the baseline";
}

void print_kpis(std::ostream& out, const Drift& drift) {
  constexpr double kClear = 0.05;
  for (const KpiDrift& kpi : drift.kpis)
    if (kpi.segment < 0 && kpi.q_value < kClear)
      out << fmt::format("    {}: {} then, {} now\n", kpi.kpi, words::number_in_words(kpi.then.estimate),
                         words::number_in_words(kpi.now.estimate));
}

/// Whether an index is more than two samples of one population would show; the gate asks the same.
const char* chance_in_words(const FeatureDrift& feature) {
  constexpr double kChance = 0.001;
  return feature.p_value < kChance ? "and not by chance" : "which may be chance";
}

/// "; the largest: engagement.clicks 0.074, and not by chance".
std::string largest_in_words(const Drift& drift) {
  const FeatureDrift* largest = nullptr;
  for (const FeatureDrift& feature : drift.features)
    if (feature.index > (largest == nullptr ? 0.0 : largest->index)) largest = &feature;
  if (largest == nullptr) return "";
  return fmt::format("; the largest: {} {:.2g}, {}", largest->column, largest->index, chance_in_words(*largest));
}

ordered_json value_json(const KpiValue& value) {
  return {{"count", value.count},
          {"estimate", number(value.estimate)},
          {"low", number(value.low)},
          {"high", number(value.high)}};
}

ordered_json feature_json(const FeatureDrift& feature) {
  ordered_json json = {{"column", feature.column},       {"then", feature.then},         {"now", feature.now},
                       {"index", number(feature.index)}, {"p", number(feature.p_value)}, {"why_not", feature.why_not},
                       {"bins", ordered_json::array()}};
  for (const FeatureDrift::Bin& bin : feature.bins)
    json["bins"].push_back({{"low", number(bin.bin.low)},
                            {"high", number(bin.bin.high)},
                            {"category", bin.bin.category},
                            {"is_missing", bin.bin.kind == DistributionBin::Kind::kMissing},
                            {"then", bin.bin.accounts},
                            {"now", bin.now},
                            {"part", number(bin.part)}});
  return json;
}

}  // namespace

void print_gate(std::ostream& out, const GateReport& report) {
  if (report.checks.empty()) return;
  const GateVerdict verdict = report.verdict();
  const auto count = [&](CheckResult result) { return std::ranges::count(report.checks, result, &GateCheck::result); };
  switch (verdict.decision) {
    case GateDecision::kPublish:
      out << fmt::format("\nThe gate let the night pass: all {} checks are within their limits\n",
                         report.checks.size());
      return;
    case GateDecision::kPublishWithWarnings:
      out << fmt::format("\nThe gate let the night pass, with {} warning{} of {} checks\n",
                         count(CheckResult::kWarning), count(CheckResult::kWarning) == 1 ? "" : "s",
                         report.checks.size());
      break;
    case GateDecision::kHold:
      out << fmt::format("\nThe gate held the night: {} of {} checks are beyond their limits\n",
                         count(CheckResult::kHold), report.checks.size());
      break;
  }
  for (const CheckResult result : {CheckResult::kHold, CheckResult::kWarning})
    for (const GateCheck& check : report.checks)
      if (check.result == result)
        out << fmt::format("  {:<8}{}{}{}\n", word_of(result), check.message,
                           check.since.empty() ? "" : fmt::format(" [since {}]", check.since),
                           std::isnan(check.value) || std::isnan(check.limit)
                               ? ""
                               : fmt::format(" [{:.4g}, limit {:.4g}]", check.value, check.limit));
}

void print_drift(std::ostream& out, const std::string& title, const Drift& drift) {
  constexpr double kToLookAt = 0.1;
  std::vector<const FeatureDrift*> features;
  for (const FeatureDrift& feature : drift.features)
    if (feature.index >= kToLookAt) features.push_back(&feature);
  std::ranges::stable_sort(features, std::ranges::greater{}, &FeatureDrift::index);
  const auto unknown =
      std::ranges::count_if(drift.features, [](const FeatureDrift& one) { return std::isnan(one.index); });
  if (features.empty())
    out << fmt::format("  {}: none of {} features has shifted by {} or more (stability index){}\n", title,
                       drift.features.size() - static_cast<std::size_t>(unknown), kToLookAt, largest_in_words(drift));
  else
    out << fmt::format(
        "  {}: {} of {} features have shifted (stability index; from {} a shift, from 0.25 another population)\n",
        title, features.size(), drift.features.size(), kToLookAt);
  for (const FeatureDrift* feature : std::span(features).first(std::min(kMostLines, features.size())))
    out << fmt::format("    {} {:.2g}, {}\n", feature->column, feature->index, chance_in_words(*feature));
  for (const FeatureDrift& feature : drift.features)
    if (!feature.why_not.empty())
      out << fmt::format("    {} cannot be compared: {}\n", feature.column, feature.why_not);
  print_kpis(out, drift);
}

void print_drift(std::ostream& out, const std::vector<Drift>& drifts) {
  for (const Drift& drift : drifts)
    print_drift(out, fmt::format("Since {} ({})", word_of(drift.since), drift.night), drift);
}

ordered_json gate_json(const GateReport& report) {
  if (report.checks.empty()) return nullptr;
  const GateVerdict verdict = report.verdict();
  ordered_json json = {{"verdict", verdict.decision == GateDecision::kHold      ? "hold"
                                   : verdict.decision == GateDecision::kPublish ? "publish"
                                                                                : "publish with warnings"},
                       {"checks", ordered_json::array()}};
  for (const GateCheck& check : report.checks)
    json["checks"].push_back({{"check", check.check},
                              {"subject", check.subject},
                              {"since", check.since},
                              {"value", number(check.value)},
                              {"limit", number(check.limit)},
                              {"result", word_of(check.result)},
                              {"message", check.message}});
  return json;
}

ordered_json drift_json(const std::vector<Drift>& drifts) {
  ordered_json json = ordered_json::array();
  for (const Drift& drift : drifts) {
    ordered_json features = ordered_json::array(), kpis = ordered_json::array();
    for (const FeatureDrift& feature : drift.features) features.push_back(feature_json(feature));
    for (const KpiDrift& kpi : drift.kpis)
      kpis.push_back({{"segment", kpi.segment},
                      {"kpi", kpi.kpi},
                      {"then", value_json(kpi.then)},
                      {"now", value_json(kpi.now)},
                      {"change", number(kpi.change)},
                      {"low", number(kpi.low)},
                      {"high", number(kpi.high)},
                      {"p", number(kpi.p_value)},
                      {"q", number(kpi.q_value)}});
    json.push_back({{"since", drift.since == Drift::Since::kLastNight ? "last_night" : "baseline"},
                    {"night", drift.night},
                    {"features", std::move(features)},
                    {"kpis", std::move(kpis)}});
  }
  return json;
}

}  // namespace tessera::cli
