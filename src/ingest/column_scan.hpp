#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ingest/written_number.hpp"

namespace tessera::intake {

inline constexpr std::size_t kMostCategories = 65'536;
inline constexpr std::size_t kLongestCategory = 256;  ///< bytes; a column with longer cells is text

enum class Count : std::uint8_t {
  kCells,
  kMissing,
  kFlags,           ///< words and 0/1
  kNumbers,         ///< whatever marks decimals
  kPointNumbers,    ///< numbers only if the point marks decimals
  kCommaNumbers,    ///< … only if the comma does
  kDoubtfulCommas,  ///< "1,234": a number either way, but not the same
  kDoubtfulPoints,  ///< "1.234"
  kMoneyPoints,     ///< of these, with a currency
  kPercent,
  kScaled,        ///< with k, M, bn or their like
  kPackedDates,   ///< numbers that are dates as well: 20241231
  kDates,         ///< dates that leave no doubt
  kDatesEither,   ///< dates, day or month first, but not the same: 3/4/2025
  kDatesDayOnly,  ///< dates only if the day comes first
  kDatesMonthOnly,
  kMoney  ///< and as many as there are currencies
};
inline constexpr std::size_t kCounts = static_cast<std::size_t>(Count::kMoney) + kCurrencies.size();

/// What the cells of one column look like. Counts do not depend on the order of cells, nor on how their column is read.
class ColumnScan {
 public:
  /// So many cells that are all this.
  void add(std::string_view cell, std::int64_t times = 1);
  void add(const ColumnScan& other) noexcept;
  /// For whoever knows already what cells are.
  void add(Count what, std::int64_t times) noexcept { at(what) += times; }

  [[nodiscard]] const std::array<std::int64_t, kCounts>& counts() const noexcept { return counts_; }

 private:
  std::int64_t& at(Count what) noexcept { return counts_[static_cast<std::size_t>(what)]; }
  void add_number(const NumberForm& number, std::string_view cell, std::int64_t times);
  void add_date(std::string_view cell, std::int64_t times);

  std::array<std::int64_t, kCounts> counts_{};
};

}  // namespace tessera::intake
