#include "ingest/history_columns.hpp"

#include <fmt/format.h>

namespace tessera::intake {
namespace {

std::optional<std::size_t> lookup_of(const Job& job, const HistorySpec& history) {
  if (!history.via) return std::nullopt;
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    if (job.sources[s].kind == SourceKind::kLookup && job.sources[s].name == history.via->source.text) return s;
  }
  return std::nullopt;
}

/// The account's key first, then the link if there is one, then the rest in the job's order.
std::vector<NamedColumn> named_by(const Job& job, std::size_t source) {
  const SourceSpec& spec = job.sources[source];
  const HistorySpec& history = spec.history;
  const std::optional<std::size_t> lookup = lookup_of(job, history);
  const std::vector<std::size_t> own{source};
  const std::vector<std::size_t> both = lookup ? std::vector{source, *lookup} : own;
  const std::string title = fmt::format("[[source]] \"{}\" ", spec.name);
  std::vector<NamedColumn> named;
  ColumnRef key;
  key.text = spec.key;
  key.line = spec.line;
  named.push_back(named_column(key, title + "key", ColumnType::kText, lookup ? std::vector{*lookup} : own));
  named.back().verbatim = lookup.has_value();
  if (history.via) named.push_back(named_column(history.via->key, title + "key of via", ColumnType::kText, own));
  if (!history.time.empty()) named.push_back(named_column(history.time, title + "time", ColumnType::kDate, both));
  for (const ColumnRef& column : history.amount.columns)
    named.push_back(named_column(column, title + "amount", ColumnType::kNumber, both));
  if (!history.category.empty())
    named.push_back(named_column(history.category, title + "category", ColumnType::kCategory, both));
  if (history.returns) {
    named.push_back(named_column(history.returns->column, title + "returns", ColumnType::kText, both));
    named.back().verbatim = true;
  }
  return named;
}

}  // namespace

std::vector<std::string> derived_columns(const HistorySpec& history) {
  const bool has_time = !history.time.empty();
  const bool has_amount = !history.amount.empty();
  std::vector<std::string> names{std::string(derived::kFrequency)};
  const auto add = [&names](bool there, std::string_view name) {
    if (there) names.emplace_back(name);
  };
  add(has_time, derived::kRecency);
  add(has_time, derived::kTenure);
  add(has_time, derived::kGap);
  add(has_amount, derived::kMonetary);
  add(has_amount, derived::kAverageOrder);
  add(has_amount && has_time, derived::kTrend);
  add(has_amount || history.returns, derived::kReturns);
  add(!history.category.empty(), derived::kCategory);
  return names;
}

HistoryColumns history_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  const HistorySpec& history = job.sources[source].history;
  const std::vector<NamedColumn> named = named_by(job, source);
  std::size_t next = 0;
  const auto take = [&] { return place_of(heads, named[next++]).value(); };
  HistoryColumns columns;
  columns.lookup = lookup_of(job, history);
  columns.account = take();
  if (history.via) columns.link = take().column;
  if (!history.time.empty()) columns.time = take();
  for (std::size_t c = 0; c < history.amount.columns.size(); ++c) columns.operands.push_back(take());
  if (!history.category.empty()) columns.category = take();
  if (history.returns) columns.returns = take();
  return columns;
}

void check_history(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                   std::vector<std::string>& mistakes) {
  check_named(job, heads, named_by(job, source), mistakes);
}

std::vector<NamedColumn> columns_to_store(const Job& job, std::size_t source) {
  std::vector<NamedColumn> named = named_by(job, source);
  // The key by which rows travel is not stored; with a lookup that is the link, and the account's key is stored there.
  named.erase(named.begin() + (job.sources[source].history.via ? 1 : 0));
  return named;
}

}  // namespace tessera::intake
