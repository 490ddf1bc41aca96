#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ingest/account_rows.hpp"
#include "ingest/row_packing.hpp"

namespace tessera::intake {

/// The rows of a lookup that this rank owns by the hash of their key: the last row of each key.
class LookupTable {
 public:
  LookupTable(ArrivedRows rows, const SourcePlan& plan, int threads);

  [[nodiscard]] std::size_t size() const noexcept { return winners_.rows.size(); }
  [[nodiscard]] std::uint64_t rows_arrived() const noexcept { return rows_.sequence.size(); }
  /// Place of a key in [0, size()).
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const;
  /// Row in the columns of the key at a place.
  [[nodiscard]] std::uint32_t row(std::uint32_t place) const noexcept { return winners_.rows[place]; }
  /// The stored column that is this one of the source; it is there.
  [[nodiscard]] const Column& column_at(std::size_t source_column) const noexcept {
    return rows_.columns[stored_[source_column]];
  }

 private:
  ArrivedRows rows_;
  Winners winners_;
  std::vector<std::size_t> stored_;  ///< by column of the source: place among the stored ones
};

}  // namespace tessera::intake
