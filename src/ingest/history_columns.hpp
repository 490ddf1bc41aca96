#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/needed_column.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Names of what a history gives to accounts.
namespace derived {
inline constexpr std::string_view kFrequency = "frequency", kRecency = "recency_days", kTenure = "tenure_days",
                                  kGap = "gap_days", kMonetary = "monetary", kAverageOrder = "average_order",
                                  kTrend = "trend", kReturns = "returns", kCategory = "category", kShare = "share_";
}

/// Those that this history gives, but for the shares, which need the rows.
[[nodiscard]] std::vector<std::string> derived_columns(const HistorySpec& history);

/// Where a history's parts come from: columns of its own files or of its lookup's.
struct HistoryColumns {
  std::optional<std::size_t> lookup;  ///< source
  std::size_t link = 0;               ///< with a lookup: own column with its key
  ColumnPlace account;                ///< the account's key
  std::optional<ColumnPlace> time, category, returns;
  std::vector<ColumnPlace> operands;  ///< of the amount, as Arithmetic::columns
};

/// Of a history whose columns are all there, as check_history() makes sure of.
[[nodiscard]] HistoryColumns history_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source);

/// Adds a mistake for each column that a history names and that neither it nor its lookup has.
void check_history(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                   std::vector<std::string>& mistakes);

/// What a history must have stored: all that it names but the key by which its rows travel.
[[nodiscard]] std::vector<NamedColumn> columns_to_store(const Job& job, std::size_t source);

}  // namespace tessera::intake
