#pragma once

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ingest/column_use.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

struct SpellingHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return XXH3_64bits(text.data(), text.size()); }
};
using Spellings = std::unordered_set<std::string, SpellingHash, std::equal_to<>>;
using SpellingCodes = std::unordered_map<std::string, std::int32_t, SpellingHash, std::equal_to<>>;

/// How the cells of one column are read; the same on every rank.
struct ColumnPlan {
  std::string name;
  ColumnType type = ColumnType::kText;
  bool by_job = false;
  std::string reason;
  bool stored = false;  ///< text that the job does not name is read past, and so is the key
  std::optional<double> min, max;
  bool bad_cell_becomes_missing = false;
  bool missing_is_refused = false;
  bool verbatim = false;                      ///< text that is taken as it is, whatever it may mean elsewhere: ids
  DecimalMark decimal = DecimalMark::kPoint;  ///< numbers
  bool month_first = false;                   ///< dates
  std::vector<std::string> categories;        ///< sorted
  SpellingCodes codes;                        ///< every spelling in the source, to its category after the job's merges
  bool settled = false;                       ///< categories and codes are known; until then whoever reads numbers them
};

class Door;

/// How a source's rows are read.
struct SourcePlan {
  std::vector<ColumnPlan> columns;  ///< all of the source's
  std::size_t key = 0;              ///< index of the account id
  KeyFormat key_format = KeyFormat::kText;
  std::shared_ptr<const Door> door;  ///< who stops rows of forgotten accounts; null: nobody
};

enum class Reading : std::uint8_t {
  kTyped,     ///< by the job, or by a scan
  kVerbatim,  ///< as the text it is
  kNone       ///< nobody needs it
};

/// What the job says of one column.
struct ColumnWishes {
  Reading reading = Reading::kTyped;
  const ColumnSpec* spec = nullptr;
  std::optional<ColumnType> prefers;  ///< by those who use it
  bool named = false;
};

/// By column of a source; the heads have passed check_columns.
[[nodiscard]] std::vector<ColumnWishes> wishes_of(const Job& job, const std::vector<SourceHead>& heads,
                                                  std::size_t source);

/// Throws Error(kBadJob), with every mistake, where the job uses a column as what its cells are not.
void check_types(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans);

}  // namespace tessera::intake
