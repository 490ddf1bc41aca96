#include "ingest/history_results.hpp"

#include <cmath>
#include <string_view>
#include <utility>

#include "core/special_numbers.hpp"
#include "ingest/category_counts.hpp"
#include "ingest/history_columns.hpp"

namespace tessera::intake {
namespace {

double finite(double x) noexcept {
  return std::isfinite(x) ? x : kNaN;
}

double days_since(const Fold& fold, std::optional<std::int32_t> as_of, std::int32_t day) noexcept {
  return fold.has_dates() && as_of ? static_cast<double>(std::int64_t{*as_of} - day) : kNaN;
}

double gap(const Fold& fold) noexcept {
  if (!fold.has_dates() || fold.orders < 2) return kNaN;
  return static_cast<double>(std::int64_t{fold.last_day} - fold.first_day) / static_cast<double>(fold.orders - 1);
}

double trend(const Fold& fold) {
  const double before = fold.quarter_before.value();
  return before > 0.0 ? finite(fold.last_quarter.value() / before) : kNaN;
}

double average_order(const Fold& fold) {
  return fold.orders == 0 ? kNaN : finite(fold.total.value() / static_cast<double>(fold.orders));
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

const std::vector<std::string>& dictionary(const History& history) {
  const ColumnPlace place = *history.columns.category;
  if (place.source == history.source) return history.reading.plan.columns[place.column].categories;
  return std::get<CategoryColumn>(history.lookup->column_at(place.column).data).categories;
}

}  // namespace

std::vector<Column> columns_of_history(const Context& context, const History& history, const std::vector<Fold>& folds,
                                       const std::vector<std::string>& named) {
  std::vector<Column> columns;
  CountsOfAccounts categories;
  for (const Fold& fold : folds) categories.push_back(&fold.categories);
  for (const std::string& name : derived_columns(history.spec.history)) {
    if (name == derived::kCategory) {
      columns.push_back(commonest_category(history.spec.name, name, categories, dictionary(history)));
      continue;
    }
    NumberColumn column;
    column.values.reserve(folds.size());
    for (const Fold& fold : folds) column.values.push_back(number_of(name, fold, history.as_of));
    Column& added = columns.emplace_back(Column{history.spec.name, name, ColumnType::kNumber, std::move(column)});
    added.missing_is_never = name == derived::kRecency;
  }
  if (!history.columns.category) return columns;
  for (Column& share : category_shares(context, history.spec.name, history.spec.history.category.text, categories,
                                       dictionary(history), named))
    columns.push_back(std::move(share));
  return columns;
}

}  // namespace tessera::intake
