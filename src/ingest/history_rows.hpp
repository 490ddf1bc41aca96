#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/history_columns.hpp"
#include "ingest/history_fold.hpp"
#include "ingest/lookup_table.hpp"
#include "ingest/row_packing.hpp"
#include "ingest/shuffle.hpp"

namespace tessera::intake {

/// A history as it is to be read.
struct History {
  std::size_t source = 0;
  const SourceSpec& spec;
  HistoryColumns columns;
  const SourceReading& reading;
  const LookupTable* lookup = nullptr;  ///< this rank's part; null: rows have the account's key themselves
  std::optional<std::int32_t> as_of;
};

/// What stands in one stored cell; which member counts follows from the column's type.
struct StoredCell {
  double number = 0.0;
  std::int32_t whole = 0;  ///< code or day
  std::string_view text;
};

/// Turns packed rows into what they say.
class HistoryRows {
 public:
  explicit HistoryRows(const History& history);

  /// Takes a row's own cells. They are valid as long as the block is.
  void take(const BlockRows& block, std::uint32_t row);
  /// The same from what pack_link() wrote behind the line, valid as long as the bytes are.
  void unpack(WireReader& in);
  /// The row at hand; `row` is that of the lookup, if there is one.
  [[nodiscard]] HistoryRow row(std::uint32_t lookup_row = 0);
  /// Its day, of a history that has the dates itself.
  [[nodiscard]] std::int32_t own_day() const noexcept { return cells_[time_->own].whole; }
  /// The account's id by the lookup; empty: it has none that is one.
  [[nodiscard]] std::string account_of(std::uint32_t lookup_row) const;
  [[nodiscard]] static bool is_late(const History& history, std::int32_t day) noexcept {
    return history.as_of && day != kMissingDate && day > *history.as_of;
  }

 private:
  /// One of the history's parts, and where its cells lie.
  struct Part {
    std::size_t own = 0;                ///< index of the own column
    const Column* looked_up = nullptr;  ///< or the column of the lookup
  };
  [[nodiscard]] Part part(ColumnPlace place) const;
  [[nodiscard]] std::optional<Part> part(const std::optional<ColumnPlace>& place) const;
  [[nodiscard]] double number(const Part& part, std::uint32_t lookup_row) const;
  [[nodiscard]] std::string_view text(const Part& part, std::uint32_t lookup_row) const;

  const History& history_;
  std::vector<Part> operands_;
  std::optional<Part> time_, category_, returns_;
  const Column* account_ = nullptr;
  std::vector<StoredCell> cells_;    ///< by own column
  std::vector<std::size_t> stored_;  ///< own columns that are stored, in their order
  std::vector<double> values_;       ///< of the operands
};

/// Why a row after as_of is quarantined: what was not known yet is not for the eyes of that day.
[[nodiscard]] std::string late_reason(std::int32_t as_of);

/// Packs a row of a block, by its lookup's key, for the rank that owns that: key, file, line, own cells.
void pack_link(const BlockRows& block, std::uint32_t row, WireWriter& out);

}  // namespace tessera::intake
