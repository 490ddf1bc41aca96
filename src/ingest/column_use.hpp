#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// A set of column types.
class TypeSet {
 public:
  constexpr TypeSet(std::initializer_list<ColumnType> types) {
    for (const ColumnType type : types) bits_ |= 1U << static_cast<unsigned>(type);
  }
  [[nodiscard]] constexpr bool has(ColumnType type) const noexcept {
    return (bits_ >> static_cast<unsigned>(type) & 1U) != 0;
  }

 private:
  unsigned bits_ = 0;
};

/// One place where the job names a column, and what it needs it to be.
struct ColumnUse {
  ColumnRef ref;
  std::string purpose;  ///< "[[macro]] \"size\" has bands": reads on as "… which need a number"
  std::string need;     ///< "a number"
  TypeSet allowed{};
  std::optional<ColumnType> prefers;  ///< what a scan should settle on where the cells allow it
  bool describes = false;             ///< [columns.X], which may mean a column of a history's or lookup's files
};

/// Every column that the job names outside `key`, in the job's order.
[[nodiscard]] std::vector<ColumnUse> column_uses(const Job& job);

struct ColumnPlace {
  std::size_t source = 0;
  std::size_t column = 0;
  friend bool operator==(const ColumnPlace&, const ColumnPlace&) = default;
};

/// All columns that a text may mean: by bare name if there is any such column, else as source.column. One: found. None
/// that has no name.
[[nodiscard]] std::vector<ColumnPlace> columns_meant(std::string_view text, const std::vector<SourceHead>& heads);

/// "FILE:LINE:COLUMN: ", as far as they are known.
[[nodiscard]] std::string job_place(const Job& job, int line, int column);

[[nodiscard]] const char* type_name(ColumnType type) noexcept;

}  // namespace tessera::intake
