#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/column_plan.hpp"
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

/// Which of a column's spellings a scan remembers. Most columns of numbers or dates are just that, and need none of
/// theirs.
enum class Remember : std::uint8_t { kNoScan, kCountsOnly, kWords, kEverything };

/// What the cells of one column look like. Counts and sets do not depend on the order of rows.
class ColumnScan {
 public:
  explicit ColumnScan(Remember remember = Remember::kNoScan) : remember_(remember) {}
  void add(std::string_view cell);
  void add(ColumnScan&& other);

  [[nodiscard]] std::array<std::int64_t, kCounts>& counts() noexcept { return counts_; }
  [[nodiscard]] std::int64_t count(Count what) const noexcept { return counts_[static_cast<std::size_t>(what)]; }
  /// Spellings remembered, trimmed, without the missing; kMostCategories + 1 for too many or too long ones.
  [[nodiscard]] std::int64_t n_spellings() const noexcept;
  [[nodiscard]] const Spellings& spellings() const noexcept { return spellings_; }

 private:
  std::int64_t& at(Count what) noexcept { return counts_[static_cast<std::size_t>(what)]; }
  void count_number(const NumberForm& number, std::string_view cell);
  bool count_date(std::string_view cell);
  void meet(std::string_view spelling);

  Remember remember_;
  std::array<std::int64_t, kCounts> counts_{};
  Spellings spellings_;
  bool is_text_ = false;
};

/// Scans every row of this rank's blocks, column by column as told. Not collective. Throws Error(kNoInput).
[[nodiscard]] std::vector<ColumnScan> scan_columns(const CsvSource& source, const std::vector<Block>& blocks,
                                                   const std::vector<Remember>& remember, int threads);

}  // namespace tessera::intake
