#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/column_plan.hpp"

namespace tessera::intake {

inline constexpr std::size_t kMostCategories = 65'536;
inline constexpr std::size_t kLongestCategory = 256;  ///< bytes; a column with longer cells is text

enum class Count : std::uint8_t {
  kCells,
  kMissing,
  kNumbers,
  kFlags,         ///< words and 0/1
  kDatesEither,   ///< dates, day or month first
  kDatesDayOnly,  ///< dates only if the day comes first
  kDatesMonthOnly
};
inline constexpr std::size_t kCounts = 7;

/// Which of a column's spellings a scan remembers. Most columns of numbers or dates are just that, and need none of
/// theirs.
enum class Remember : std::uint8_t { kNoScan, kWords, kEverything };

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
