#pragma once

#include <span>
#include <vector>

#include "insight/category_table.hpp"
#include "insight/number_table.hpp"
#include "insight/traits.hpp"
#include "tessera/neighbours.hpp"

namespace tessera::insight {

/// Finds, column by column, what sets each segment apart from its neighbours: what most of its accounts have and most
/// of the neighbour's have not. A trait's weight is the difference of the two shares, for numbers at the cut where they
/// differ most (Kolmogorov and Smirnov's distance, on the table's cuts), times the column's weight. Not collective.
class SeparatingTraits {
 public:
  /// Fills the traits of `neighbours`, which outlive this; `accounts` is by segment, the whole last.
  SeparatingTraits(std::vector<Neighbour>& neighbours, std::span<const std::int64_t> accounts);

  void add_numbers(const ColumnRole& role, const NumberTable& table);
  void add_categories(const ColumnRole& role, const CategoryTable& table);

 private:
  void offer(std::size_t pair, double score, std::string text);

  std::vector<Neighbour>& neighbours_;
  std::vector<double> scores_;  ///< of the trait so far
  std::span<const std::int64_t> accounts_;
};

}  // namespace tessera::insight
