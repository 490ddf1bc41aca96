#include "ingest/enrichment_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "ingest/needed_column.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

/// Heads with the columns that may be filled: those of accounts, without their keys.
std::vector<SourceHead> heads_to_fill(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<SourceHead> targets = heads;
  for (std::size_t s = 0; s < heads.size(); ++s) {
    if (job.sources[s].kind != SourceKind::kAccounts) targets[s].columns.clear();
    for (std::string& column : targets[s].columns) {
      if (column == job.sources[s].key) column.clear();
    }
  }
  return targets;
}

std::optional<ColumnPlace> first_named(const std::vector<SourceHead>& targets, std::string_view name) {
  for (std::size_t s = 0; s < targets.size(); ++s) {
    const auto at = std::find(targets[s].columns.begin(), targets[s].columns.end(), name);
    if (at != targets[s].columns.end())
      return ColumnPlace{s, static_cast<std::size_t>(at - targets[s].columns.begin())};
  }
  return std::nullopt;
}

/// The enrichment's own column, by its bare name or with the source before it; never its key.
std::optional<std::size_t> own_column(const Job& job, const SourceHead& head, std::size_t source,
                                      const std::string& text) {
  for (std::size_t c = 0; c < head.columns.size(); ++c) {
    const std::string& name = head.columns[c];
    if (name != job.sources[source].key && (text == name || text == head.name + "." + name)) return c;
  }
  return std::nullopt;
}

std::string full_name(const SourceHead& head, std::size_t column) {
  return head.name + "." + head.columns[column];
}

std::vector<std::string> names_to_fill(const std::vector<SourceHead>& targets) {
  std::vector<std::string> names;
  for (const SourceHead& head : targets) {
    for (const std::string& column : head.columns) {
      if (!column.empty()) names.push_back(head.name + "." + column);
    }
  }
  return names;
}

/// How a column is read that fills another. How its numbers and dates are written is its own affair.
ColumnSpec spec_like(const ColumnSpec* target_spec, const ColumnPlan& target, const std::string& name) {
  ColumnSpec spec = target_spec == nullptr ? ColumnSpec() : *target_spec;
  spec.column.text = name;
  spec.decimal.reset();
  spec.date_order.reset();
  spec.missing.reset();
  spec.type.reset();
  if (target.by_job || target.type == ColumnType::kText) spec.type = target.type;
  return spec;
}

}  // namespace

std::vector<FillColumn> fill_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  const std::vector<SourceHead> targets = heads_to_fill(job, heads);
  const EnrichmentSpec& spec = job.sources[source].enrichment;
  std::vector<FillColumn> fills;
  if (!spec.fills) {
    for (std::size_t c = 0; c < heads[source].columns.size(); ++c) {
      const std::string& name = heads[source].columns[c];
      const auto target = name == job.sources[source].key ? std::nullopt : first_named(targets, name);
      if (target) fills.push_back({c, *target});
    }
    return fills;
  }
  for (const EnrichmentSpec::Fill& fill : *spec.fills) {
    const std::optional<std::size_t> own = own_column(job, heads[source], source, fill.theirs.text);
    const std::vector<ColumnPlace> meant = columns_meant(fill.column.text, targets);
    if (own && meant.size() == 1) fills.push_back({*own, meant.front()});
  }
  return fills;
}

void check_enrichment(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                      std::vector<std::string>& mistakes) {
  const EnrichmentSpec& spec = job.sources[source].enrichment;
  if (!spec.fills) return;
  const std::vector<SourceHead> targets = heads_to_fill(job, heads);
  std::vector<ColumnPlace> filled;
  for (const EnrichmentSpec::Fill& fill : *spec.fills) {
    const auto say = [&](const ColumnRef& ref, const std::string& what) {
      mistakes.push_back(fmt::format("{}fills of [[source]] \"{}\": {}", job_place(job, ref.line, ref.column),
                                     heads[source].name, what));
    };
    if (!own_column(job, heads[source], source, fill.theirs.text))
      say(fill.theirs, fmt::format("\"{}\" is no column of {} that can fill another{}", fill.theirs.text,
                                   heads[source].name, did_you_mean(fill.theirs.text, heads[source].columns)));
    const std::vector<ColumnPlace> meant = columns_meant(fill.column.text, targets);
    if (meant.empty())
      say(fill.column, fmt::format("\"{}\" is no column of accounts{}", fill.column.text,
                                   did_you_mean(fill.column.text, names_to_fill(targets))));
    if (meant.size() > 1)
      say(fill.column, fmt::format("\"{}\" is in several sources: write source.column", fill.column.text));
    if (meant.size() != 1) continue;
    if (std::find(filled.begin(), filled.end(), meant.front()) != filled.end())
      say(fill.column, fmt::format("\"{}\" is filled twice: remove one of the two", fill.column.text));
    filled.push_back(meant.front());
  }
}

void wish_as_targets(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans,
                     std::size_t source, std::vector<ColumnWishes>& wishes, std::deque<ColumnSpec>& specs) {
  for (const FillColumn& fill : fill_columns(job, heads, source)) {
    const ColumnPlan& target = plans[fill.target.source].columns[fill.target.column];
    const ColumnSpec* spec = wishes_of(job, heads, fill.target.source)[fill.target.column].spec;
    ColumnWishes& wish = wishes[fill.own];
    wish.reading = target.stored ? Reading::kTyped : Reading::kNone;
    wish.named = target.stored;
    wish.prefers = target.type == ColumnType::kText ? std::nullopt : std::optional(target.type);
    wish.spec = &specs.emplace_back(spec_like(spec, target, full_name(heads[source], fill.own)));
  }
}

void check_fill_types(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans) {
  std::vector<std::string> mistakes;
  for (std::size_t s = 0; s < heads.size(); ++s) {
    if (job.sources[s].kind != SourceKind::kEnrichment) continue;
    for (const FillColumn& fill : fill_columns(job, heads, s)) {
      const ColumnPlan& own = plans[s].columns[fill.own];
      const ColumnPlan& target = plans[fill.target.source].columns[fill.target.column];
      if (!own.stored || own.type == target.type) continue;
      const std::string name = full_name(heads[fill.target.source], fill.target.column);
      mistakes.push_back(fmt::format(
          "{}source \"{}\": {} is {} ({}), but {}, which it fills, is {}: mend the file, set the type of both in "
          "[columns.\"{}\"], or leave it out of fills",
          job_place(job, job.sources[s].line, 0), heads[s].name, full_name(heads[s], fill.own), type_name(own.type),
          own.reason, name, type_name(target.type), name));
    }
  }
  if (!mistakes.empty()) throw Error(ExitCode::kBadJob, fmt::format("{}", fmt::join(mistakes, "\n")), true);
}

}  // namespace tessera::intake
