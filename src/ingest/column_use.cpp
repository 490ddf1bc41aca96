#include "ingest/column_use.hpp"

#include <fmt/format.h>

#include <utility>

namespace tessera::intake {
namespace {

constexpr TypeSet kAnything{ColumnType::kNumber, ColumnType::kCategory, ColumnType::kFlag, ColumnType::kDate,
                            ColumnType::kText};

class Uses {
 public:
  void number(const ColumnRef& ref, std::string purpose) {
    add(ref, std::move(purpose), "a number", {ColumnType::kNumber}, ColumnType::kNumber);
  }
  void flag(const ColumnRef& ref, std::string purpose) {
    add(ref, std::move(purpose), "a flag (true/false, yes/no, 1/0)", {ColumnType::kFlag}, ColumnType::kFlag);
  }
  void category(const ColumnRef& ref, std::string purpose) {
    add(ref, std::move(purpose), "a category", {ColumnType::kCategory}, ColumnType::kCategory);
  }
  void add(const ColumnRef& ref, std::string purpose, std::string need, TypeSet allowed,
           std::optional<ColumnType> prefers) {
    if (!ref.empty()) uses_.push_back({ref, std::move(purpose), std::move(need), allowed, prefers, describes_});
  }
  void describe(bool describes) { describes_ = describes; }
  [[nodiscard]] std::vector<ColumnUse> take() { return std::move(uses_); }

 private:
  std::vector<ColumnUse> uses_;
  bool describes_ = false;
};

void add_column_spec(const ColumnSpec& spec, Uses& uses) {
  const std::string table = fmt::format("[columns.{}]", spec.column.text);
  if (spec.min || spec.max) {
    uses.number(spec.column, table + " has min or max");
  } else if (spec.decimal) {
    uses.number(spec.column, table + " has decimal");
  } else if (spec.date_order) {
    uses.add(spec.column, table + " has date_order", "a date", {ColumnType::kDate}, ColumnType::kDate);
  } else if (!spec.merge.empty()) {
    uses.category(spec.column, table + " has merge");
  } else {
    uses.add(spec.column, table, "a column", kAnything, std::nullopt);
  }
}

void add_kpi(const KpiSpec& kpi, Uses& uses) {
  const std::string purpose = fmt::format("[kpi] {}", kpi.name);
  if (kpi.kind == KpiKind::kRatio) {
    uses.number(kpi.numerator, purpose + " divides it");
    uses.number(kpi.denominator, purpose + " divides by it");
  } else if (kpi.kind == KpiKind::kRate) {
    uses.add(kpi.column, purpose + " is a rate", "a flag or a number", {ColumnType::kFlag, ColumnType::kNumber},
             std::nullopt);
  } else {
    uses.number(kpi.column, purpose + (kpi.kind == KpiKind::kNps ? " is an nps" : " is a mean"));
  }
}

void add_feature(const SegmentationSpec& segmentation, const FeatureSpec& feature, Uses& uses) {
  const std::string purpose = fmt::format("features of \"{}\"", segmentation.name);
  if (feature.transform == Transform::kLog1p) {
    uses.number(feature.column, purpose + " take its log1p");
  } else if (feature.winsorise > 0.0) {
    uses.number(feature.column, purpose + " winsorise it");
  } else {
    uses.add(feature.column, purpose + " have it", "a number, category, flag or date",
             {ColumnType::kNumber, ColumnType::kCategory, ColumnType::kFlag, ColumnType::kDate}, std::nullopt);
  }
}

/// Columns of the trial's results, where a source of the job has them.
void add_trial(const TrialSpec& trial, Uses& uses) {
  if (!trial.results || trial.results->source.empty()) return;
  const TrialSpec::Results& results = *trial.results;
  const auto theirs = [&](const ColumnRef& ref) {
    return ref.empty() ? ref : ColumnRef{results.source + "." + ref.text, ref.line, ref.column};
  };
  uses.flag(theirs(results.response), "[trial] results response");
  uses.add(theirs(results.sent), "[trial] results sent", "a column", kAnything, std::nullopt);
  uses.number(theirs(results.revenue), "[trial] results revenue");
  uses.number(theirs(results.cost), "[trial] results cost");
  uses.category(theirs(results.arm), "[trial] results arm");
}

}  // namespace

std::vector<ColumnUse> column_uses(const Job& job) {
  Uses uses;
  uses.describe(true);
  for (const ColumnSpec& spec : job.columns) add_column_spec(spec, uses);
  uses.describe(false);
  for (const MacroSpec& macro : job.macros) {
    const std::string purpose = fmt::format("[[macro]] \"{}\"", macro.name);
    if (macro.groups.empty()) {
      uses.number(macro.column, purpose + " has bands");
    } else {
      uses.category(macro.column, purpose + " has groups");
    }
  }
  for (const SourceSpec& source : job.sources) {
    uses.add(source.match_column, fmt::format("[[source]] \"{}\" match_column", source.name), "text",
             {ColumnType::kText, ColumnType::kCategory}, std::nullopt);
  }
  uses.number(job.value.column, "[value] column");
  uses.flag(job.value.customer, "[value] customer");
  uses.flag(job.value.suppress, "[value] suppress");
  if (job.duplicates) {
    const TypeSet words{ColumnType::kText, ColumnType::kCategory};
    uses.add(job.duplicates->name, "[duplicates] name", "a text or category", words, std::nullopt);
    uses.add(job.duplicates->place, "[duplicates] place", "a text or category", words, std::nullopt);
  }
  for (const KpiSpec& kpi : job.kpis) add_kpi(kpi, uses);
  for (const AffinitySpec& affinity : job.affinities)
    uses.category(affinity.column, fmt::format("[affinity] {} counts its values", affinity.name));
  for (const SegmentationSpec& segmentation : job.segmentations) {
    for (const FeatureSpec& feature : segmentation.features) add_feature(segmentation, feature, uses);
    uses.category(segmentation.existing, fmt::format("existing of \"{}\"", segmentation.name));
    if (!segmentation.refine) continue;
    for (const FeatureSpec& feature : segmentation.refine->features) add_feature(segmentation, feature, uses);
    uses.category(segmentation.refine->depth_by, fmt::format("refine of \"{}\" has it as depth_by", segmentation.name));
  }
  if (job.trial) add_trial(*job.trial, uses);
  return uses.take();
}

std::vector<ColumnPlace> columns_meant(std::string_view text, const std::vector<SourceHead>& heads) {
  std::vector<ColumnPlace> bare;
  std::vector<ColumnPlace> full;
  for (std::size_t s = 0; s < heads.size(); ++s) {
    for (std::size_t c = 0; c < heads[s].columns.size(); ++c) {
      const std::string& name = heads[s].columns[c];
      if (name.empty()) continue;
      if (name == text) bare.push_back({s, c});
      if (text == heads[s].name + "." + name) full.push_back({s, c});
    }
  }
  return bare.empty() ? full : bare;
}

std::string job_place(const Job& job, int line, int column) {
  std::string place = job.file;
  if (line > 0) place += fmt::format(":{}", line);
  if (line > 0 && column > 0) place += fmt::format(":{}", column);
  return place.empty() ? place : place + ": ";
}

const char* type_name(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::kNumber:
      return "number";
    case ColumnType::kCategory:
      return "category";
    case ColumnType::kFlag:
      return "flag";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kText:
      return "text";
  }
  return "";
}

}  // namespace tessera::intake
