#include "ingest/column_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/source_columns.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {

namespace {

/// What sources name for themselves, as far as it lies in this one.
void add_needed_wishes(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                       std::vector<ColumnWishes>& wishes) {
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    for (const NeededColumn& one : needed_columns(job, heads, s)) {
      if (one.place.source != source) continue;
      ColumnWishes& wish = wishes[one.place.column];
      const bool verbatim = one.verbatim || wish.reading == Reading::kVerbatim;
      wish.reading = verbatim ? Reading::kVerbatim : Reading::kTyped;
      wish.named = true;
      if (!wish.prefers) wish.prefers = one.use.prefers;
    }
  }
}

std::string wrong_type(const Job& job, const ColumnUse& use, const std::string& name, ColumnType type,
                       const std::string& reason, const std::string& table) {
  return fmt::format("{}{}: {} is {} ({}), where {} is needed: name another column, or set its type in [columns.{}]",
                     job_place(job, use.ref.line, use.ref.column), use.purpose, name, type_name(type), reason, use.need,
                     table);
}

void check_needed_types(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans,
                        std::size_t source, std::vector<std::string>& mistakes) {
  for (const auto& [use, place, verbatim] : needed_columns(job, heads, source)) {
    const ColumnPlan& plan = plans[place.source].columns[place.column];
    const std::string name = heads[place.source].name + "." + plan.name;
    if (!use.allowed.has(plan.type))
      mistakes.push_back(wrong_type(job, use, name, plan.type, plan.reason, fmt::format("\"{}\"", name)));
  }
}

}  // namespace

std::vector<ColumnWishes> wishes_of(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  const bool folded = is_folded(job.sources[source].kind);
  const std::size_t n = heads[source].columns.size();
  ColumnWishes nothing;
  nothing.reading = folded ? Reading::kNone : Reading::kTyped;
  std::vector<ColumnWishes> wishes(n, nothing);
  for (std::size_t c = 0; c < n; ++c)
    if (heads[source].columns[c].empty()) wishes[c].reading = Reading::kNone;
  const std::vector<SourceHead> described = heads_as_described(job, heads);
  const auto wish_of = [&](const ColumnRef& ref) -> ColumnWishes* {
    const std::vector<ColumnPlace> meant = columns_meant(ref.text, described);
    const bool here = meant.size() == 1 && meant.front().source == source && meant.front().column < n;
    return here ? &wishes[meant.front().column] : nullptr;
  };
  for (const ColumnSpec& spec : job.columns) {
    if (ColumnWishes* wish = wish_of(spec.column)) wish->spec = &spec;
  }
  add_needed_wishes(job, heads, source, wishes);
  if (folded) return wishes;
  const std::vector<SourceHead> of_accounts = heads_of_accounts(job, heads);
  for (const ColumnUse& use : column_uses(job)) {
    const std::vector<ColumnPlace> meant = columns_meant(use.ref.text, use.describes ? described : of_accounts);
    if (meant.size() != 1 || meant.front().source != source || meant.front().column >= n) continue;
    ColumnWishes& wish = wishes[meant.front().column];
    wish.named = true;
    if (!wish.prefers) wish.prefers = use.prefers;
  }
  return wishes;
}

void check_types(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans) {
  std::vector<std::string> mistakes;
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    check_needed_types(job, heads, plans, s, mistakes);
  }
  const std::vector<SourceHead> of_accounts = heads_of_accounts(job, heads);
  for (const ColumnUse& use : column_uses(job)) {
    const std::vector<ColumnPlace> meant = columns_meant(use.ref.text, of_accounts);
    if (meant.size() != 1) continue;
    const auto [source, column] = meant.front();
    const std::string name = of_accounts[source].name + "." + of_accounts[source].columns[column];
    const SourceKind kind = job.sources[source].kind;
    const bool is_derived = is_folded(kind) || column >= heads[source].columns.size();
    const ColumnPlan* plan = is_derived ? nullptr : &plans[source].columns[column];
    const ColumnType type = is_derived ? derived_type(kind, of_accounts[source].columns[column]) : plan->type;
    if (!use.allowed.has(type))
      mistakes.push_back(
          wrong_type(job, use, name, type, is_derived ? "worked out by the run" : plan->reason, use.ref.text));
  }
  if (!mistakes.empty()) throw Error(ExitCode::kBadJob, fmt::format("{}", fmt::join(mistakes, "\n")), true);
}

}  // namespace tessera::intake
