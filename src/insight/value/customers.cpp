#include "insight/value/customers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "insight/cells.hpp"

namespace tessera::insight {

namespace {

constexpr std::array kFlag{ColumnType::kFlag};
constexpr std::array kNumber{ColumnType::kNumber};

/// 1 where the flag is `yes`; everywhere where the job names none.
std::vector<std::uint8_t> flags(const AccountTable& accounts, const ColumnRef& ref, std::string_view role) {
  if (ref.empty()) return std::vector<std::uint8_t>(accounts.n_local, 1);
  const auto& values = std::get<FlagColumn>(column_of(accounts, ref, role, kFlag).data).values;
  std::vector<std::uint8_t> is(values.size());
  std::ranges::transform(values, is.begin(), [](std::int8_t flag) { return static_cast<std::uint8_t>(flag == 1); });
  return is;
}

/// Whether a column is `ref`'s, or folded from the rows that ref's is folded from.
bool shares_rows(const Job& job, const AccountTable& accounts, const Column& column, const ColumnRef& ref) {
  const Column* origin = ref.empty() ? nullptr : accounts.find(ref.text);
  if (origin == nullptr) return false;
  if (origin == &column) return true;
  const auto source = std::ranges::find(job.sources, origin->source, &SourceSpec::name);
  return origin->source == column.source && source != job.sources.end() &&
         (source->kind == SourceKind::kHistory || source->kind == SourceKind::kFeedback);
}

}  // namespace

CustomerValues customer_values(const AccountTable& accounts, const ValueSpec& value) {
  CustomerValues of;
  of.is_customer = flags(accounts, value.customer, "[value] customer");
  of.is_contactable.assign(accounts.n_local, 1);
  if (!value.suppress.empty())
    std::ranges::transform(flags(accounts, value.suppress, "[value] suppress"), of.is_contactable.begin(),
                           [](std::uint8_t suppressed) { return static_cast<std::uint8_t>(1 - suppressed); });
  of.value = std::get<NumberColumn>(column_of(accounts, value.column, "[value] column", kNumber).data).values;
  for (std::size_t i = 0; i < of.value.size(); ++i)
    if (of.is_customer[i] == 0) of.value[i] = std::numeric_limits<double>::quiet_NaN();
  return of;
}

std::string behind_value(const Job& job, const AccountTable& accounts, const Column& column) {
  if (&column == accounts.find(job.value.column.text)) return "it is [value] column itself";
  if (shares_rows(job, accounts, column, job.value.column))
    return fmt::format("it is made of the same rows of {} as [value] column", column.source);
  if (!job.value.column.empty() && column.name == "family_value") return "it sums [value] column over a family";
  return "";
}

std::string behind_outcomes(const Job& job, const AccountTable& accounts, const Column& column) {
  if (&column == accounts.find(job.value.customer.text)) return "it says who is a customer";
  if (&column == accounts.find(job.value.suppress.text)) return "it says who is on no list";
  for (const KpiSpec& kpi : job.kpis)
    for (const ColumnRef* ref : {&kpi.column, &kpi.numerator, &kpi.denominator})
      if (shares_rows(job, accounts, column, *ref))
        return fmt::format("the KPI {} is made of it, or of the same rows", kpi.name);
  return "";
}

}  // namespace tessera::insight
