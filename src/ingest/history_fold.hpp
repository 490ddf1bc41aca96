#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ingest/category_counts.hpp"
#include "ingest/column_plan.hpp"
#include "ingest/exact_total.hpp"
#include "ingest/wire.hpp"

namespace tessera::intake {

/// What one row of a history says.
struct HistoryRow {
  std::int32_t day = kMissingDate;
  double amount = std::numeric_limits<double>::quiet_NaN();
  std::int32_t category = -1;
  bool is_return = false;
  bool is_new_order = true;  ///< false: a further row of an order that was counted already
};

/// Days of a quarter: trend sets the last one against the one before.
inline constexpr std::int32_t kQuarterDays = 91;

/// What is known of an account once rows are folded. Folding is exact, so neither the order of rows nor who folds them
/// shows in the outcome.
struct Fold {
  std::uint64_t rows = 0;
  std::uint64_t orders = 0;
  std::uint64_t returns = 0;
  std::int32_t first_day = std::numeric_limits<std::int32_t>::max();
  std::int32_t last_day = std::numeric_limits<std::int32_t>::min();
  ExactTotal total;
  ExactTotal last_quarter;    ///< of rows in the 91 days before as_of (a row of that very day included)
  ExactTotal quarter_before;  ///< of rows in the 91 days before these
  CategoryCounts categories;

  [[nodiscard]] bool has_dates() const noexcept { return first_day <= last_day; }
  void add(const HistoryRow& row, std::optional<std::int32_t> as_of);

  void put(WireWriter& out) const;
  void add_packed(WireReader& in);
};

/// By account id.
using Folds = std::unordered_map<std::string, Fold, SpellingHash, std::equal_to<>>;

/// The fold of an account, new if need be.
[[nodiscard]] Fold& fold_of(Folds& folds, std::string_view id);

}  // namespace tessera::intake
