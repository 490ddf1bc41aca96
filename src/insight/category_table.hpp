#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/membership.hpp"

namespace tessera::insight {

inline constexpr const char* kUnknownCategory = "(unknown)";

/// A column of few values, whatever its type: categories, a flag, or the labels of a macro criterion.
struct CategoryView {
  std::vector<std::int32_t> codes;  ///< by population row; −1: missing
  std::vector<std::string> labels;  ///< by code; the same on every rank
};

/// Categories or flags ("yes", "no") of a column for some local rows.
[[nodiscard]] CategoryView category_view(const Column& column, std::span<const std::uint32_t> rows);

/// Accounts by segment and category. Of a column with very many categories only the most frequent of the whole are
/// counted by segment, so that the table stays below kMostCells; missing is a category of its own.
struct CategoryTable {
  static constexpr std::size_t kMostCells = std::size_t{1} << 22;

  std::vector<std::string> labels;     ///< the categories counted, most frequent of the whole first, ties by label
  std::vector<std::int64_t> counts;    ///< segments and the whole × categories
  std::vector<std::int64_t> accounts;  ///< of each segment and the whole

  [[nodiscard]] std::size_t n_categories() const noexcept { return labels.size(); }
  [[nodiscard]] std::int64_t count(std::size_t segment, std::size_t category) const noexcept {
    return counts[segment * n_categories() + category];
  }
  /// Of all accounts of the segment, missing ones included; NaN without accounts.
  [[nodiscard]] double share(std::size_t segment, std::size_t category) const noexcept;
};

/// Collective. `accounts` is by segment, the whole last.
[[nodiscard]] CategoryTable category_table(const parallel::Communicator& comm, const CategoryView& view,
                                           const Membership& members, std::span<const std::int64_t> accounts);

/// What is told of a segment's categories: those among the 50 most frequent of the whole, and others that are
/// over-represented in it (at least 5 % of it and 1.5 times the whole's share).
void append_category_profiles(const CategoryTable& table, const Membership& members, std::int32_t segment,
                              const std::string& column, std::vector<CategoryProfile>& profiles);

}  // namespace tessera::insight
