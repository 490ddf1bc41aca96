#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tessera/drift.hpp"

namespace tessera::evolve {

/// Parts of equally many accounts that numbers are binned by.
inline constexpr int kNumberBins = 10;
inline constexpr std::size_t kMostCategories = 100;

/// Bins between `quantiles` (ascending; NaN: nobody has a value), missing last. A value that is more than one of them
/// is a bin of its own: a column that is the same for most accounts would else not show that it changed.
[[nodiscard]] std::vector<DistributionBin> number_bins(std::span<const double> quantiles);

/// A bin each for the commonest categories that anybody has (ties: the lower by bytes), one for all others, missing
/// last. `accounts` is by category.
[[nodiscard]] std::vector<DistributionBin> category_bins(std::span<const std::string> categories,
                                                         std::span<const std::int64_t> accounts);

/// A flag's bins: no, yes, missing.
[[nodiscard]] std::vector<DistributionBin> flag_bins();

/// Which bin a cell is in. A cell is a double as CellReader gives it: a number, a day, 0 or 1, a category's code; NaN
/// is missing.
class BinFinder {
 public:
  /// `categories` are those that codes refer to tonight; empty for other types.
  BinFinder(const std::vector<DistributionBin>& bins, ColumnType type, std::span<const std::string> categories);

  [[nodiscard]] std::size_t operator()(double cell) const noexcept;

 private:
  void read_ranges(const std::vector<DistributionBin>& bins);

  std::size_t missing_;
  bool by_code_;
  std::vector<std::size_t> bin_of_code_;
  std::vector<double> cuts_;            ///< ascending
  std::vector<std::size_t> bin_above_;  ///< by number of cuts at or below x: the range's bin
  std::vector<std::size_t> bin_at_;     ///< by cut: the bin of x = cut
};

}  // namespace tessera::evolve
