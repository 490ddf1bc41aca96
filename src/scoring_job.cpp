#include "scoring_job.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
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

using intake::ColumnPlace;
using intake::columns_meant;

/// The columns of the files that the job names anywhere.
std::vector<ColumnPlace> used_columns(const Job& job, const std::vector<SourceHead>& heads,
                                      const std::vector<SourceHead>& described) {
  const std::vector<SourceHead> of_accounts = intake::heads_of_accounts(job, heads);
  std::vector<ColumnPlace> used;
  for (const intake::ColumnUse& use : intake::column_uses(job))
    std::ranges::copy(columns_meant(use.ref.text, use.describes ? described : of_accounts), std::back_inserter(used));
  for (std::size_t s = 0; s < heads.size(); ++s)
    for (const intake::NeededColumn& needed : intake::needed_columns(job, heads, s)) used.push_back(needed.place);
  return used;
}

/// What the job says of columns of the files, where one text means one column alone.
class Specs {
 public:
  Specs(Job& job, const std::vector<SourceHead>& described) : job_(job), described_(described) {
    for (std::size_t i = 0; i < job.columns.size(); ++i)
      if (const auto meant = columns_meant(job.columns[i].column.text, described); meant.size() == 1)
        spec_at_.emplace(std::pair(meant.front().source, meant.front().column), i);
  }

  /// Of the column at `place`, whose full name is `name`; null where another column has that for its own name.
  ColumnSpec* find_or_add(ColumnPlace place, const std::string& name) {
    const auto [found, is_new] = spec_at_.emplace(std::pair(place.source, place.column), job_.columns.size());
    if (!is_new) return &job_.columns[found->second];
    if (columns_meant(name, described_) != std::vector{place}) {
      spec_at_.erase(found);
      return nullptr;
    }
    job_.columns.emplace_back().column.text = name;
    return &job_.columns.back();
  }

 private:
  Job& job_;
  const std::vector<SourceHead>& described_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> spec_at_;  ///< by source and column
};

void fix_type(const ColumnChoice& choice, ColumnSpec& spec) {
  spec.type = choice.type;
  if (choice.type == ColumnType::kNumber)
    spec.decimal = choice.decimal_comma ? DecimalMark::kComma : DecimalMark::kPoint;
  if (choice.type == ColumnType::kDate)
    spec.date_order = choice.month_first ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
}

void pass_over_all_but(const std::vector<ColumnPlace>& used, std::size_t source, const std::string& key,
                       SourceHead& head) {
  for (std::size_t c = 0; c < head.columns.size(); ++c)
    if (head.columns[c] != key && std::ranges::find(used, ColumnPlace{source, c}) == used.end())
      head.columns[c].clear();
}

}  // namespace

Job scoring_job(const StoredModels& night, const ScoreRequest& request) {
  check_sources(night, request);
  Job job = night.job;
  job.sources = given_sources(night, request);
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

void read_as_on_that_night(const StoredModels& night, std::vector<SourceHead>& heads, Job& job) {
  const std::vector<SourceHead> described = intake::heads_as_described(job, heads);
  const std::vector<ColumnPlace> used = used_columns(job, heads, described);
  Specs specs(job, described);
  for (const ColumnPlace place : used) {
    if (place.column >= heads[place.source].columns.size()) continue;  // worked out by the run
    const std::string name = heads[place.source].name + "." + heads[place.source].columns[place.column];
    const auto choice = std::ranges::find(night.columns, name, &ColumnChoice::column);
    if (choice == night.columns.end() || choice->type == ColumnType::kText) continue;
    if (ColumnSpec* const spec = specs.find_or_add(place, name)) fix_type(*choice, *spec);
  }
  for (std::size_t s = 0; s < heads.size(); ++s)
    if (job.sources[s].kind == SourceKind::kAccounts) pass_over_all_but(used, s, job.sources[s].key, heads[s]);
}

}  // namespace tessera
