#include "scoring_job.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "ingest/column_use.hpp"
#include "ingest/source_columns.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

void check_sources(const StoredModels& night, const ScoreRequest& request) {
  std::vector<std::string> names;
  for (const SourceSpec& source : night.job.sources) names.push_back(source.name);
  for (const auto& [name, path] : request.others)
    if (std::ranges::find(names, name) == names.end())
      throw Error(ExitCode::kUsage, fmt::format("--source {}={}: the job of {} has no source \"{}\"; it has {}", name,
                                                path, request.results, name, fmt::join(names, ", ")));
}

/// The population's and those that are given, in the job's order.
std::vector<SourceSpec> given_sources(const StoredModels& night, const ScoreRequest& request) {
  std::vector<SourceSpec> given;
  for (std::size_t s = 0; s < night.job.sources.size(); ++s) {
    SourceSpec source = night.job.sources[s];
    const auto other = request.others.find(source.name);
    if (other != request.others.end()) {
      source.path_as_written = other->second;
    } else if (s == population_source(night.job)) {
      source.path_as_written = request.source;
    } else {
      continue;
    }
    source.path = std::filesystem::absolute(source.path_as_written).string();
    source.max_age.reset();
    const auto day = night.as_of.find(source.name);
    if (day != night.as_of.end() && source.kind == SourceKind::kHistory) source.history.as_of = day->second;
    if (day != night.as_of.end() && source.kind == SourceKind::kFeedback) source.feedback.as_of = day->second;
    given.push_back(std::move(source));
  }
  return given;
}

bool has_own_columns(const Job& job, const std::string& column) {
  return std::ranges::any_of(job.sources, [&](const SourceSpec& source) {
    return source.kind == SourceKind::kAccounts && column.starts_with(source.name + ".");
  });
}

/// How the night read its columns, said as the job would say it.
void fix_types(const StoredModels& night, Job& job) {
  for (const ColumnChoice& choice : night.columns) {
    if (choice.type == ColumnType::kText || !has_own_columns(job, choice.column)) continue;
    auto spec = std::ranges::find_if(job.columns, [&](const ColumnSpec& one) {
      return one.column.text == choice.column || choice.column.ends_with("." + one.column.text);
    });
    if (spec == job.columns.end()) {
      job.columns.emplace_back().column.text = choice.column;
      spec = std::prev(job.columns.end());
    }
    spec->type = choice.type;
    if (choice.type == ColumnType::kNumber)
      spec->decimal = choice.decimal_comma ? DecimalMark::kComma : DecimalMark::kPoint;
    if (choice.type == ColumnType::kDate)
      spec->date_order = choice.month_first ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
  }
}

}  // namespace

Job scoring_job(const StoredModels& night, const ScoreRequest& request) {
  check_sources(night, request);
  Job job = night.job;
  job.sources = given_sources(night, request);
  fix_types(night, job);
  job.duplicates.reset();
  job.kpis.clear();
  job.affinities.clear();
  job.trial.reset();
  job.previous.reset();
  job.gate.reset();
  job.review.reset();
  job.keep_nights.reset();
  job.output_path = std::filesystem::absolute(request.output).string();
  job.output_path_as_written = request.output;
  if (!request.key_file.empty()) job.privacy.key_file = job.privacy.key_file_as_written = request.key_file;
  for (SegmentationSpec& spec : job.segmentations) {
    spec.objective.reset();
    spec.existing = {};
    spec.names.clear();
  }
  return job;
}

void leave_out_absent_columns(const std::vector<SourceHead>& heads, Job& job) {
  const std::vector<SourceHead> described = intake::heads_as_described(job, heads);
  std::erase_if(job.columns,
                [&](const ColumnSpec& spec) { return intake::columns_meant(spec.column.text, described).size() != 1; });
  const std::vector<SourceHead> of_accounts = intake::heads_of_accounts(job, heads);
  const auto is_absent = [&](const ColumnRef& ref) { return intake::columns_meant(ref.text, of_accounts).empty(); };
  const auto leave_out = [&](ColumnRef& ref) {
    if (is_absent(ref)) ref = {};
  };
  std::erase_if(job.macros, [&](const MacroSpec& macro) { return is_absent(macro.column); });
  std::erase_if(job.privacy.sensitive, is_absent);
  for (ColumnRef* ref : {&job.value.column, &job.value.customer, &job.value.suppress}) leave_out(*ref);
  for (SegmentationSpec& spec : job.segmentations) {
    const auto lacks = [&](const FeatureSpec& feature) { return is_absent(feature.column); };
    std::erase_if(spec.features, lacks);
    if (!spec.refine) continue;
    std::erase_if(spec.refine->features, lacks);
    leave_out(spec.refine->depth_by);
  }
  SourceSpec& population = job.sources[population_source(job)];
  const std::vector<std::string>& columns = heads[population_source(job)].columns;
  if (std::ranges::find(columns, population.parent.text) == columns.end()) population.parent = {};
}

}  // namespace tessera
