#include "ingest/column_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/errors.hpp"

namespace tessera::intake {

std::vector<ColumnWishes> wishes_of(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  std::vector<ColumnWishes> wishes(heads[source].columns.size());
  const auto wish_of = [&](const ColumnRef& ref) -> ColumnWishes* {
    const std::vector<ColumnPlace> meant = columns_meant(ref.text, heads);
    return meant.size() == 1 && meant.front().source == source ? &wishes[meant.front().column] : nullptr;
  };
  for (const ColumnSpec& spec : job.columns) {
    if (ColumnWishes* wish = wish_of(spec.column)) wish->spec = &spec;
  }
  for (const ColumnUse& use : column_uses(job)) {
    ColumnWishes* wish = wish_of(use.ref);
    if (wish == nullptr) continue;
    wish->named = true;
    if (!wish->prefers) wish->prefers = use.prefers;
  }
  return wishes;
}

void check_types(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans) {
  std::vector<std::string> mistakes;
  for (const ColumnUse& use : column_uses(job)) {
    const std::vector<ColumnPlace> meant = columns_meant(use.ref.text, heads);
    if (meant.size() != 1) continue;
    const auto [source, column] = meant.front();
    const ColumnPlan& plan = plans[source].columns[column];
    if (use.allowed.has(plan.type)) continue;
    const std::string name = heads[source].name + "." + plan.name;
    mistakes.push_back(
        fmt::format("{}{}: {} is {} ({}), where {} is needed: name another column, or set its type in "
                    "[columns.{}]",
                    job_place(job, use.ref.line, use.ref.column), use.purpose, name, type_name(plan.type), plan.reason,
                    use.need, use.ref.text));
  }
  if (!mistakes.empty()) throw Error(ExitCode::kBadJob, fmt::format("{}", fmt::join(mistakes, "\n")), true);
}

}  // namespace tessera::intake
