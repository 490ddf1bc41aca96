#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/number_table.hpp"
#include "insight/trait_words.hpp"

namespace tessera::insight {

/// A range of a number that has a word: "high" is the top quarter of the whole population, "very high" the top tenth,
/// "low" and "very low" likewise, "medium" what lies between; "no" is 0 of what is never negative, "with" the rest of
/// it. So a trait is true of a segment where most of its accounts lie in the range, whatever outliers do to the mean.
struct NumberBand {
  Degree degree = Degree::kHigh;
  double low = 0.0, high = 0.0;  ///< from low (included or not) to high (included or not)
  bool with_low = false, with_high = false;
  double weight = 1.0;

  [[nodiscard]] bool is_flag() const noexcept;
  [[nodiscard]] bool is_below_zero() const noexcept {
    return (degree == Degree::kLow || degree == Degree::kVeryLow) && (high < 0.0 || (high == 0.0 && !with_high));
  }
  /// Accounts of the segment in the range. Bounds are cuts of the table, or infinite.
  [[nodiscard]] std::int64_t count(const NumberTable& table, std::size_t segment,
                                   std::span<const std::int64_t> accounts) const noexcept;
};

/// The ranges that mean something for a column, from the whole's counts. A quantile that many accounts share (half of
/// all have 0 orders) belongs to the range only if that leaves it near its size; else the range is empty or begins
/// beyond.
[[nodiscard]] std::vector<NumberBand> number_bands(const NumberTable& table, std::size_t whole,
                                                   std::span<const std::int64_t> accounts);

}  // namespace tessera::insight
