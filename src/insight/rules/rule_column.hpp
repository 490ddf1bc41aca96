#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/category_table.hpp"
#include "tessera/account_table.hpp"
#include "tessera/job.hpp"

namespace tessera::insight {

/// A set of a column's bins.
using BinSet = std::uint64_t;

[[nodiscard]] inline bool has_bin(BinSet bins, std::size_t bin) noexcept {
  return (bins >> bin & 1U) != 0;
}

/// A column as rules see it: a few bins, each a range of numbers or a category, the last of them "missing".
struct RuleColumn {
  enum class Kind { kNumber, kDate, kCategory };
  static constexpr std::size_t kMostCuts = 31;
  static constexpr std::size_t kMostCategories = 40;

  Kind kind = Kind::kNumber;
  std::string source, name;
  std::string spoken;             ///< the name as people say it
  const Column* cells = nullptr;  ///< null: a column of the matrix
  std::size_t place = 0;          ///< in the account table, or in the matrix
  bool is_feature = false;
  bool is_customer_flag = false;
  bool is_ambiguous = false;  ///< another source has a column of this name
  bool missing_is_never = false;
  bool is_whole = false;                      ///< every sampled number is one
  std::vector<double> cuts;                   ///< ascending; bin b holds [cuts[b − 1], cuts[b])
  std::vector<std::string> labels;            ///< of bins 0, 1, …: the most frequent categories
  std::vector<std::uint8_t> bin_of_category;  ///< by code; the others share the bin labels.size()
  std::vector<std::uint8_t> sampled;          ///< bin by account of the sample

  [[nodiscard]] std::size_t n_bins() const noexcept {
    return kind == Kind::kCategory ? labels.size() + 2 : cuts.size() + 2;
  }
  [[nodiscard]] std::size_t missing() const noexcept { return n_bins() - 1; }
  [[nodiscard]] BinSet all_bins() const noexcept { return (BinSet{1} << n_bins()) - 1; }
  [[nodiscard]] std::uint8_t bin_of(double value) const noexcept;  ///< NaN: missing
};

/// Where the numbers of a column may be cut: its quantiles, rounded as far as that keeps them apart ("50", not
/// "47.3"), besides what parts a value that very many accounts share (no orders) from the rest. `quantiles` ascending.
[[nodiscard]] std::vector<double> readable_cuts(std::span<const double> quantiles, bool is_whole);

/// The same for days since 1970-01-01: first days of years, months or any days, as far apart as the quantiles are.
[[nodiscard]] std::vector<double> readable_dates(std::span<const double> quantiles);

/// Bins of numbers (NaN: missing) and of categories by row.
[[nodiscard]] std::vector<std::uint8_t> bins_of(const RuleColumn& column, std::span<const double> values);
[[nodiscard]] std::vector<std::uint8_t> bins_of(const RuleColumn& column, std::span<const std::int32_t> codes);

}  // namespace tessera::insight
