#include "night_gate.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <utility>

#include "evolve/drift/paired_kpis.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/prepare.hpp"

namespace tessera {

namespace {

/// Another night that tonight is set against.
struct OtherNight {
  Drift::Since since;
  const LastNight* accounts;
  ResultsSummary summary;

  [[nodiscard]] const ResultsSummary::Segmentation* find(const std::string& name) const {
    const auto found = std::ranges::find(summary.segmentations, name, &ResultsSummary::Segmentation::name);
    return found == summary.segmentations.end() || accounts->find(name) == nullptr ? nullptr : &*found;
  }
};

/// Tonight's features, and what became of them and of KPIs since other nights. Collective.
void measure_drift(const Context& context, const Job& job, const AccountTable& accounts,
                   const std::vector<OtherNight>& nights, SegmentationResult& result) {
  std::vector<const OtherNight*> known;
  std::vector<std::vector<FeatureDistribution>> distributions;
  for (const OtherNight& night : nights)
    if (const auto* then = night.find(result.spec.name)) {
      known.push_back(&night);
      distributions.push_back(then->distribution);
    }
  const std::vector<std::uint32_t> rows = population_rows(accounts, job.value, result.spec.population);
  FeatureCounts counts = count_features(context, accounts, result.spec, rows, distributions);
  result.distribution = std::move(counts.tonight);
  for (std::size_t n = 0; n < known.size(); ++n) {
    Drift drift{known[n]->since, known[n]->summary.night, {}, {}};
    for (std::size_t f = 0; f < distributions[n].size(); ++f)
      drift.features.push_back(feature_drift(distributions[n][f], counts.in_bins_of[n][f]));
    drift.kpis = kpi_drift(
        evolve::paired_kpis(known[n]->find(result.spec.name)->insight, result.insight, result.insight.segments));
    result.drift.push_back(std::move(drift));
  }
}

GateNight gate_night(const std::string& night, std::uint64_t accounts, const std::vector<SourceReport>& sources,
                     const std::vector<Freshness>& freshness) {
  return {night, static_cast<std::int64_t>(accounts), sources, freshness};
}

/// Collective. Where accounts of both nights went; since last night the ledger has it.
std::vector<Migration> migration_since(const Context& context, const OtherNight& night, const SegmentationResult& now) {
  if (night.since == Drift::Since::kLastNight && now.succession) return now.succession->evolution.migration;
  return count_migration(context, *night.accounts->find(now.spec.name), now.assignment, {});
}

/// Collective.
ComparedNight compared(const Context& context, const OtherNight& night, const RunResults& results) {
  const ResultsSummary& was = night.summary;
  ComparedNight compared{gate_night(was.night, was.accounts, was.sources, was.freshness), {}};
  for (const SegmentationResult& now : results.segmentations) {
    const auto* then = night.find(now.spec.name);
    if (then == nullptr) continue;
    const Level level = level_to_compare(then->insight.segments, now.insight.segments);
    ComparedSegmentation one{now.spec.name, level, then->insight.segments, now.insight.segments, {}, {}};
    one.shared = shared_accounts(migration_since(context, night, now), level);
    const auto drift = std::ranges::find(now.drift, night.since, &Drift::since);
    if (drift != now.drift.end()) one.features = drift->features;
    compared.segmentations.push_back(std::move(one));
  }
  return compared;
}

bool is_there(const parallel::Communicator& comm, const std::string& path) {
  std::error_code ignored;
  return comm.broadcast<std::int8_t>(comm.is_root() && std::filesystem::exists(path, ignored) ? 1 : 0) != 0;
}

/// What the gate goes by, from a file whose accounts are known already. Collective.
OtherNight other_night(const Context& context, Drift::Since since, const LastNight& accounts) {
  return {since, &accounts, parallel::compute_together(context.comm, [&] { return read_summary(accounts.path); })};
}

}  // namespace

void judge_night(const Context& context, const Job& job, const LastNight* last_night, const std::string& lost,
                 const TextColumn* pseudonyms, RunResults& results) {
  const parallel::Communicator& comm = context.comm;
  std::vector<OtherNight> nights;
  // Of a night that is gone only the ids are known.
  if (last_night != nullptr && last_night->accounts > 0)
    nights.push_back(other_night(context, Drift::Since::kLastNight, *last_night));
  std::optional<LastNight> baseline;
  if (job.review && is_there(comm, job.review->baseline)) {
    baseline = read_night(context, job, job.review->baseline, results.accounts, pseudonyms);
    nights.push_back(other_night(context, Drift::Since::kBaseline, *baseline));
  }
  for (SegmentationResult& one : results.segmentations) measure_drift(context, job, results.accounts, nights, one);
  if (!job.gate) return;
  std::optional<ComparedNight> since_last_night, since_baseline;
  for (const OtherNight& night : nights)
    (night.since == Drift::Since::kLastNight ? since_last_night : since_baseline) = compared(context, night, results);
  GateReport report;
  if (comm.is_root()) {
    const GateNight tonight =
        gate_night(results.night, results.accounts.n_global, results.ingest.sources, results.freshness);
    report = decide(job, tonight, since_last_night, since_baseline);
    constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
    if (!lost.empty())
      report.checks.insert(report.checks.begin(), {"history", "", "", kNoNumber, kNoNumber, CheckResult::kHold,
                                                   lost + ". To release this night is to begin one as well"});
  }
  results.gate = broadcast_report(context, report);
  results.verdict = results.gate.verdict();
}

}  // namespace tessera
