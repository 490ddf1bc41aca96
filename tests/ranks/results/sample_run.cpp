#include "sample_run.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera::test {
namespace {

std::string id_of(std::size_t i) {
  return "ACC-" + std::to_string(i * 7919 % 1'000'003) + (i % 3 == 0 ? "-Ä" : "");
}

/// Ids in canonical order.
std::vector<std::string> ordered_ids(std::size_t n) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < n; ++i) ids.push_back(id_of(i));
  std::ranges::sort(ids, {}, [](const std::string& id) { return account_key(id); });
  return ids;
}

ColumnRef named(const std::string& text) {
  return {text, 0, 0};
}

Job sample_job() {
  Job job;
  job.name = "night/ly";
  job.resolved_toml = "name = \"night/ly\"\n";
  job.value.column = named("revenue");
  job.value.customer = named("is_customer");
  job.macros.push_back({"sector", named("industry"), {}, {}});
  job.kpis.push_back({"tenure", KpiKind::kMean, named("since"), {}, {}});
  ColumnSpec website;
  website.column = named("web/site");
  job.columns.push_back(website);
  return job;
}

AccountTable sample_accounts(std::size_t n, std::size_t begin, std::size_t end, bool dictionary_extra) {
  AccountTable table;
  table.n_global = n;
  table.first_global = begin;
  table.n_local = end - begin;
  NumberColumn revenue;
  CategoryColumn industry{{}, {"banking", "software/cloud", "Öl"}};
  if (dictionary_extra) industry.categories.insert(industry.categories.begin(), "agriculture");
  FlagColumn is_customer;
  DateColumn since;
  TextColumn website;
  NumberColumn unnamed;
  const std::vector<std::string> ids = ordered_ids(n);
  for (std::size_t i = begin; i < end; ++i) {
    table.ids.push_back(ids[i]);
    table.keys.push_back(account_key(ids[i]));
    revenue.values.push_back(i % 5 == 0 ? kNaN : (i % 5 == 1 ? 1e18 : 0.25 * static_cast<double>(i)));
    const auto code = static_cast<std::int32_t>(i % 4) - 1;
    industry.codes.push_back(code < 0 || !dictionary_extra ? code : code + 1);
    is_customer.values.push_back(static_cast<std::int8_t>(i % 3) - 1);
    since.days.push_back(i % 6 == 0 ? kMissingDate : static_cast<std::int32_t>(i));
    website.push_back(i % 2 == 0 ? "" : "https://example.org/" + std::string(i % 17, 'w'));
    unnamed.values.push_back(1.0);
  }
  table.columns.push_back({"crm", "revenue", ColumnType::kNumber, std::move(revenue)});
  table.columns.push_back({"crm", "industry", ColumnType::kCategory, std::move(industry)});
  table.columns.push_back({"crm", "is_customer", ColumnType::kFlag, std::move(is_customer)});
  table.columns.push_back({"crm", "since", ColumnType::kDate, std::move(since)});
  table.columns.push_back({"crm", "web/site", ColumnType::kText, std::move(website)});
  table.columns.push_back({"crm", "unnamed", ColumnType::kNumber, std::move(unnamed)});
  return table;
}

IngestReport sample_report(std::size_t n, std::size_t begin, std::size_t end) {
  IngestReport report;
  report.sources.push_back({"crm", n + 4, n, 1, 2, 0, 1, {{"crm/a.csv", 1000, 1'700'000'000, "00ff"}}});
  report.sources.push_back({"marketing", 7, 7, 0, 0, 0, 0, {}});
  report.columns.push_back({"crm.revenue", ColumnType::kNumber, false, "98.7 % of 12,000 cells are numbers"});
  // Every tenth account stands for a row in quarantine, some of them equal but for their place.
  for (std::size_t i = begin; i < end; ++i)
    if (i % 10 == 0)
      report.quarantine.push_back({0, "crm/a.csv", i + 2, "revenue", "not a number", i % 20 == 0 ? "abc" : "dé"});
  return report;
}

Insight sample_insight(std::size_t n) {
  Insight insight;
  const auto all = static_cast<std::int64_t>(n);
  insight.segments.push_back({"S-0001", -1, Level::kMacro, "Tech", "industry in (software)", all, all, 0, all, 12.5});
  insight.segments.push_back({"S-0002", -1, Level::kCore, "Größte · SME", "", all / 2, 1, 2, 3, 1e18});
  insight.segments.push_back({"S-0003", -1, Level::kCore, "Others", "", all - all / 2, 0, 0, 0, -0.5});
  insight.segments.push_back({"S-0004", 1, Level::kMicro, "Micro", "", all / 2, 0, 0, 0, 0.0});
  insight.numbers.push_back({1, "crm.revenue", 3, 1.5, 1.25, 0.5, kNaN, -0.25});
  insight.numbers.push_back({2, "crm.revenue", 0, kNaN, kNaN, kNaN, kNaN, kNaN});
  insight.categories.push_back({1, "crm.industry", "(unknown)", 4, 0.5, 1.5});
  insight.categories.push_back({3, "crm.industry", "Öl", 2, 0.25, 0.75});
  insight.segments[1].rule = "10–50 employees, Öl & Gas";
  insight.segments[1].rule_precision = 0.9;
  insight.segments[1].rule_recall = 0.75;
  insight.segments[1].rule_coverage = 0.125;
  insight.neighbours = {{1, 2, 1, 17, 0.5, "Größe: mehr"}, {2, 1, 1, 0, 0.5, ""}};
  insight.examples = {{1, "A1", 0.25}, {1, "A2", 0.5}};
  insight.map = {{{1, -0.5, 0.25, all / 2}, {3, kNaN, kNaN, 0}}, {{0.125, 0.5, 1}}, 0.75, 0.125};
  insight.kpis.push_back({0, "tenure", 9, 3.5, 3.0, 4.0, 0.75, false});
  insight.kpis.push_back({1, "tenure", 0, kNaN, kNaN, kNaN, kNaN, true});
  insight.kpi_variance.push_back({Level::kMacro, "tenure", 2, 9, 0.25, 8.0, 0.01, 0.02});
  Penetration& penetration = insight.penetration.emplace_back();
  penetration.segment = 1;
  penetration.compared_with = 4;
  penetration.companies = kNaN;
  penetration.worth_high = 1e6;
  insight.affinities.push_back({1, "channel", "vp", "Öffnung", 30, 90, 1.0 / 3, 0.25, 0.5, 1.5, 1.25, 2.0, true});
  ExpectedReturn& contact = insight.returns.emplace_back();
  contact.segment = 3;
  contact.a_contact = 12.5;
  contact.too_few = true;
  return insight;
}

SegmentationResult sample_segmentation(const std::string& name, std::size_t n, std::size_t begin, std::size_t end) {
  SegmentationResult result;
  result.spec.name = name;
  result.insight = sample_insight(n);
  for (std::size_t i = begin; i < end; ++i) {
    const bool outside = i % 7 == 6;
    result.assignment.macro.push_back(outside ? -1 : 0);
    result.assignment.core.push_back(outside ? -1 : 1 + static_cast<std::int32_t>(i % 2));
    result.assignment.micro.push_back(i % 2 == 0 && !outside ? 3 : -1);
    result.distance.push_back(outside ? kNaN : std::sqrt(static_cast<double>(i)));
    result.fit.push_back(outside ? kNaN : 1.0 / (1.0 + static_cast<double>(i)));
    result.next_best.push_back(outside ? -1 : 2 - static_cast<std::int32_t>(i % 2));
  }
  EncodedFeature feature;
  feature.column = "crm.revenue";
  feature.name = "crm.revenue";
  feature.transform = Transform::kLog1p;
  feature.fill = 2.5;
  feature.clipped = 17;
  EncodedFeature indicator;
  indicator.column = "crm.industry";
  indicator.name = "crm.industry = Öl";
  indicator.category = "Öl";
  indicator.is_indicator = true;
  result.encoding = {{feature, indicator}, -3};
  result.centroids = {0.5, 1.5, 2.5, 3.5};
  result.tree.d = 2;
  result.tree.nodes = {{-1, -1, -1, 0, 0, 5}, {-1, -1, -1, 1, 1, 6}};
  result.tree.centroids = {0.125, 0.25, 0.5, 1.0};
  result.tree.n_micro = 2;
  result.k = 2;
  result.iterations = 3;
  result.inertia = 1234.5;
  result.inertia_by_iteration = {2000.0, 1500.0, 1234.5};
  result.macro_of_core = {0, -1};
  result.quality.why_k = "2 segments, of 2 to 3 tried";
  result.quality.clustering = {0.5, 321.0, 0.75};
  KCriteria two, three;
  two.k = 2;
  two.macro = 0;
  two.inertia = 9.5;
  three.k = 3;
  three.stability = 0.875;
  result.quality.curve = {two, three};
  return result;
}

}  // namespace

std::size_t uneven_end(std::size_t n, int rank, int size) {
  if (rank + 1 == size) return n;
  // Ranks in pairs: the first of a pair gets nothing.
  const auto pairs = static_cast<std::size_t>((rank + 1) / 2);
  return std::min(n, pairs * (n / static_cast<std::size_t>(size) + 1));
}

RunResults sample_run(std::size_t n, std::size_t begin, std::size_t end, bool dictionary_extra) {
  RunResults run;
  run.job = sample_job();
  run.night = "2026-01-31";
  run.accounts = sample_accounts(n, begin, end, dictionary_extra);
  run.ingest = sample_report(n, begin, end);
  run.segmentations.push_back(sample_segmentation("zeta/growth", n, begin, end));
  run.segmentations.push_back(sample_segmentation("alpha", n, begin, end));
  run.segmentations.back().tree = {};
  run.segmentations.back().assignment.micro.clear();
  run.stages.push_back({"ingest", 0.5, 0.75, 123'456'789});
  run.warnings = {"a constant feature was dropped", "zweite Warnung: ü"};
  run.started = "2026-01-31T01:02:03Z";
  run.threads_per_rank = 2;
  return run;
}

RunResults sample_run_of_this_rank(std::size_t n) {
  const int rank = world().rank();
  const int size = world().size();
  return sample_run(n, rank == 0 ? 0 : uneven_end(n, rank - 1, size), uneven_end(n, rank, size));
}

}  // namespace tessera::test
