#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/account_key.hpp"
#include "tessera/account_table.hpp"

namespace tessera::evolve {

/// What accounts are ordered by: the key, then the id (of a row of a matrix: nothing, its key says it all).
using PlaceInOrder = std::pair<AccountKey, std::string_view>;

/// What some accounts that follow one another are called, seen where it lies.
struct NamesInOrder {
  std::span<const AccountKey> keys;
  const TextColumn* ids = nullptr;  ///< null: rows of a matrix
  [[nodiscard]] std::size_t size() const noexcept { return keys.size(); }
  [[nodiscard]] PlaceInOrder at(std::size_t i) const noexcept {
    return {keys[i], ids == nullptr ? std::string_view() : ids->at(i)};
  }
};

/// The same, owning.
struct AccountNames {
  std::vector<AccountKey> keys;
  std::optional<TextColumn> ids;
  [[nodiscard]] NamesInOrder view() const noexcept { return {keys, ids ? &*ids : nullptr}; }
};

/// /accounts of a results file, whose rows are in canonical order. Not thread-safe.
class StoredAccounts {
 public:
  explicit StoredAccounts(const storage::FileReader& reader);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool is_matrix() const noexcept { return is_matrix_; }
  /// Rows that may be read at a time.
  [[nodiscard]] std::uint64_t rows_at_a_time() const noexcept { return rows_at_a_time_; }
  [[nodiscard]] AccountNames names(std::uint64_t first, std::uint64_t count) const;
  /// What each of them is worth; NaN: not known. Empty: the file does not say.
  [[nodiscard]] std::vector<double> values(std::uint64_t first, std::uint64_t count) const;
  /// The first row that is not before `place`, if the rows are in order.
  [[nodiscard]] std::uint64_t lower_bound(PlaceInOrder place) const;

 private:
  const storage::FileReader& reader_;
  std::uint64_t rows_ = 0;
  std::uint64_t rows_at_a_time_ = 0;
  bool is_matrix_ = false;
  bool has_values_ = false;
};

/// Rows of the segments table by account, as the assignment of a results file has them. Throws Error(kBadData) for a
/// row that the table of `levels` does not have, or has at another level.
class StoredLevel {
 public:
  StoredLevel(const storage::FileReader& reader, std::string path, std::vector<bool> is_of_level);
  [[nodiscard]] std::vector<std::int32_t> rows(std::uint64_t first, std::uint64_t count) const;

 private:
  const storage::FileReader& reader_;
  std::string path_;
  std::vector<bool> is_of_level_;  ///< by row of the segments table
};

}  // namespace tessera::evolve
