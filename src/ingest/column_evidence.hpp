#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/column_scan.hpp"
#include "parallel/communicator.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// One column's scan over all rows of all ranks, and what it says of the column as a whole.
struct Evidence {
  std::array<std::int64_t, kCounts> counts{};
  std::int64_t least_spellings = 0;  ///< the most that any one reader met: no more than there are

  [[nodiscard]] std::int64_t count(Count what) const noexcept { return counts[static_cast<std::size_t>(what)]; }
  [[nodiscard]] std::int64_t present() const noexcept { return count(Count::kCells) - count(Count::kMissing); }
  /// Cells that can be read as numbers with this mark.
  [[nodiscard]] std::int64_t numbers(DecimalMark mark) const noexcept;
  /// Cells that can be read as dates, in whichever order.
  [[nodiscard]] std::int64_t like_dates() const noexcept;
  /// Cells that can be read as dates in this order; without one, those that need none.
  [[nodiscard]] std::int64_t dates(std::optional<DateOrder> order) const noexcept;
  /// Whether n cells are 95 % of those that are not missing.
  [[nodiscard]] bool mostly(std::int64_t n) const noexcept { return present() > 0 && 100 * n >= 95 * present(); }
  /// "98.7 % of 12,000 cells are numbers".
  [[nodiscard]] std::string share(std::int64_t n, const char* what) const;
};

/// What this rank's readers have met in one column.
struct LocalEvidence {
  ColumnScan scan;
  std::int64_t n_spellings = 0;  ///< the most that one reader met; kMostCategories + 1 for too many or too long ones
};
/// Collective: counts are summed over ranks.
[[nodiscard]] std::vector<Evidence> gather_evidence(const parallel::Communicator& comm,
                                                    const std::vector<LocalEvidence>& local);

/// What marks decimals: what more cells prove. Nothing proved: the point, as machines write it, but for money, which
/// has no three decimals, so that "$ 175.900" is thousands.
[[nodiscard]] DecimalMark decimal_mark(const Evidence& seen) noexcept;

/// Which comes first where the year comes last: what more cells prove (a 13th month is none). Nothing where nothing
/// does.
[[nodiscard]] std::optional<DateOrder> date_order(const Evidence& seen) noexcept;
/// Whether cells read differently in the two orders and nothing tells which it is.
[[nodiscard]] bool date_order_is_open(const Evidence& seen) noexcept;

/// How the numbers of a column are written, as the reason for its type goes on: "; 12 cells with a percent sign …".
/// Empty for plain ones.
[[nodiscard]] std::string number_notes(const Evidence& seen, DecimalMark mark, bool by_job, const std::string& column);
/// Likewise for a column whose dates are in doubt.
[[nodiscard]] std::string open_order_note(const Evidence& seen, const std::string& column);

/// 12000 is "12,000".
[[nodiscard]] std::string grouped(std::int64_t n);

}  // namespace tessera::intake
