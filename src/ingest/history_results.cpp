#include "ingest/history_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "ingest/history_columns.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

constexpr std::size_t kMostShares = 16;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double finite(double x) noexcept {
  return std::isfinite(x) ? x : kMissing;
}

double days_since(const Fold& fold, std::optional<std::int32_t> as_of, std::int32_t day) noexcept {
  return fold.has_dates() && as_of ? static_cast<double>(std::int64_t{*as_of} - day) : kMissing;
}

double gap(const Fold& fold) noexcept {
  if (!fold.has_dates() || fold.orders < 2) return kMissing;
  return static_cast<double>(std::int64_t{fold.last_day} - fold.first_day) / static_cast<double>(fold.orders - 1);
}

double trend(const Fold& fold) {
  const double before = fold.quarter_before.value();
  return before > 0.0 ? finite(fold.last_quarter.value() / before) : kMissing;
}

double average_order(const Fold& fold) {
  return fold.orders == 0 ? kMissing : finite(fold.total.value() / static_cast<double>(fold.orders));
}

double number_of(std::string_view name, const Fold& fold, std::optional<std::int32_t> as_of) {
  if (name == derived::kFrequency) return static_cast<double>(fold.orders);
  if (name == derived::kRecency) return days_since(fold, as_of, fold.last_day);
  if (name == derived::kTenure) return days_since(fold, as_of, fold.first_day);
  if (name == derived::kGap) return gap(fold);
  if (name == derived::kMonetary) return finite(fold.total.value());
  if (name == derived::kAverageOrder) return average_order(fold);
  if (name == derived::kTrend) return trend(fold);
  return static_cast<double>(fold.returns);
}

std::uint64_t rows_with_category(const Fold& fold) noexcept {
  return std::accumulate(fold.categories.begin(), fold.categories.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& one) { return sum + one.second; });
}

/// The category of most rows, the first among equals.
std::int32_t top_category(const Fold& fold) noexcept {
  std::int32_t top = -1;
  std::uint64_t most = 0;
  for (const auto& [category, n_rows] : fold.categories) {
    if (n_rows <= most) continue;
    top = category;
    most = n_rows;
  }
  return top;
}

Column top_categories(const std::string& source, const std::vector<Fold>& folds,
                      const std::vector<std::string>& categories) {
  CategoryColumn column;
  column.categories = categories;
  column.codes.reserve(folds.size());
  for (const Fold& fold : folds) column.codes.push_back(top_category(fold));
  return {source, std::string(derived::kCategory), ColumnType::kCategory, std::move(column)};
}

/// Collective. Codes of the categories that get a share, in the order of the dictionary.
std::vector<std::int32_t> largest_categories(const parallel::Communicator& comm, const std::vector<Fold>& folds,
                                             std::size_t n_categories) {
  std::vector<std::uint64_t> rows(n_categories);
  for (const Fold& fold : folds) {
    for (const auto& [category, n_rows] : fold.categories) rows[static_cast<std::size_t>(category)] += n_rows;
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(rows));
  std::vector<std::int32_t> codes(n_categories);
  std::iota(codes.begin(), codes.end(), 0);
  const auto rows_of = [&rows](std::int32_t code) { return rows[static_cast<std::size_t>(code)]; };
  std::stable_sort(codes.begin(), codes.end(), [&](std::int32_t a, std::int32_t b) { return rows_of(a) > rows_of(b); });
  codes.resize(std::min(codes.size(), kMostShares));
  std::erase_if(codes, [&](std::int32_t code) { return rows_of(code) == 0; });
  std::sort(codes.begin(), codes.end());
  return codes;
}

/// `category` −1: one that no row has.
Column shares(const std::string& source, std::string name, const std::vector<Fold>& folds, std::int32_t category) {
  NumberColumn column;
  column.values.reserve(folds.size());
  for (const Fold& fold : folds) {
    const auto all = static_cast<double>(rows_with_category(fold));
    const auto at = std::find_if(fold.categories.begin(), fold.categories.end(),
                                 [category](const auto& one) { return one.first == category; });
    const double rows = at == fold.categories.end() ? 0.0 : static_cast<double>(at->second);
    column.values.push_back(all > 0.0 ? rows / all : kMissing);
  }
  return {source, std::move(name), ColumnType::kNumber, std::move(column)};
}

const std::vector<std::string>& dictionary(const History& history) {
  const ColumnPlace place = *history.columns.category;
  if (place.source == history.source) return history.reading.plan.columns[place.column].categories;
  return std::get<CategoryColumn>(history.lookup->column_at(place.column).data).categories;
}

/// Collective.
void add_shares(const Context& context, const History& history, const std::vector<Fold>& folds,
                const std::vector<std::string>& named, std::vector<Column>& columns) {
  const std::vector<std::string>& categories = dictionary(history);
  std::vector<std::int32_t> codes = largest_categories(context.comm, folds, categories.size());
  std::vector<std::string> unknown;
  for (const std::string& name : named) {
    if (!name.starts_with(derived::kShare)) continue;
    const auto at = std::find(categories.begin(), categories.end(), name.substr(derived::kShare.size()));
    if (at == categories.end()) unknown.push_back(name);
    if (at != categories.end()) codes.push_back(static_cast<std::int32_t>(at - categories.begin()));
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  for (const std::int32_t code : codes)
    columns.push_back(shares(history.spec.name,
                             std::string(derived::kShare) + categories[static_cast<std::size_t>(code)], folds, code));
  for (const std::string& name : unknown) {
    context.journal.warn(fmt::format("{}.{}: no row of \"{}\" is of this category", history.spec.name, name,
                                     history.spec.history.category.text));
    columns.push_back(shares(history.spec.name, name, folds, -1));
  }
}

}  // namespace

std::vector<Column> columns_of_history(const Context& context, const History& history, const std::vector<Fold>& folds,
                                       const std::vector<std::string>& named) {
  std::vector<Column> columns;
  for (const std::string& name : derived_columns(history.spec.history)) {
    if (name == derived::kCategory) {
      columns.push_back(top_categories(history.spec.name, folds, dictionary(history)));
      continue;
    }
    NumberColumn column;
    column.values.reserve(folds.size());
    for (const Fold& fold : folds) column.values.push_back(number_of(name, fold, history.as_of));
    Column& added = columns.emplace_back(Column{history.spec.name, name, ColumnType::kNumber, std::move(column)});
    added.missing_is_never = name == derived::kRecency;
  }
  if (history.columns.category) add_shares(context, history, folds, named, columns);
  return columns;
}

}  // namespace tessera::intake
