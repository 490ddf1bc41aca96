#include "ingest/history_fold.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::intake {

void Fold::add(const HistoryRow& row, std::optional<std::int32_t> as_of) {
  ++rows;
  orders += row.is_new_order ? 1 : 0;
  returns += row.is_return ? 1 : 0;
  add_category(categories, row.category, 1);
  if (!std::isnan(row.amount)) total.add(row.amount);
  if (row.day == kMissingDate) return;
  first_day = std::min(first_day, row.day);
  last_day = std::max(last_day, row.day);
  if (!as_of || std::isnan(row.amount)) return;
  const std::int64_t age = std::int64_t{*as_of} - row.day;
  if (age <= kQuarterDays) {
    last_quarter.add(row.amount);
  } else if (age <= 2 * kQuarterDays) {
    quarter_before.add(row.amount);
  }
}

void Fold::put(WireWriter& out) const {
  for (const std::uint64_t count : {rows, orders, returns, categories.size()})
    out.put(static_cast<std::uint32_t>(count));  // of one round, which has no more bytes than that
  out.put(first_day);
  out.put(last_day);
  for (const ExactTotal* sum : {&total, &last_quarter, &quarter_before}) sum->put(out);
  for (const auto& [category, n_rows] : categories) {
    out.put(category);
    out.put(static_cast<std::uint32_t>(n_rows));
  }
}

void Fold::add_packed(WireReader& in) {
  rows += in.get<std::uint32_t>();
  orders += in.get<std::uint32_t>();
  returns += in.get<std::uint32_t>();
  const auto n_categories = in.get<std::uint32_t>();
  first_day = std::min(first_day, in.get<std::int32_t>());
  last_day = std::max(last_day, in.get<std::int32_t>());
  for (ExactTotal* sum : {&total, &last_quarter, &quarter_before}) sum->add_packed(in);
  for (std::uint32_t c = 0; c < n_categories; ++c) {
    const auto category = in.get<std::int32_t>();
    add_category(categories, category, in.get<std::uint32_t>());
  }
}

Fold& fold_of(Folds& folds, std::string_view id) {
  const auto found = folds.find(id);
  return found != folds.end() ? found->second : folds.emplace(std::string(id), Fold()).first->second;
}

}  // namespace tessera::intake
