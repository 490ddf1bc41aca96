#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ingest/column_use.hpp"
#include "ingest/row_packing.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// A column that a source names for itself, and the sources in which it may lie, the first that has it.
struct NamedColumn {
  ColumnUse use;
  bool verbatim = false;  ///< as it is: ids, titles, and cells that a prefix marks
  std::vector<std::size_t> sources;
};

/// `type` kText: as text, whatever a scan would say.
[[nodiscard]] NamedColumn named_column(const ColumnRef& ref, std::string purpose, ColumnType type,
                                       std::vector<std::size_t> sources);

/// Where it lies, by its bare name or with the source before it.
[[nodiscard]] std::optional<ColumnPlace> place_of(const std::vector<SourceHead>& heads, const NamedColumn& named);

/// Of rows that came, the column that is this one; it is stored.
[[nodiscard]] const Column& column_of(const ArrivedRows& rows, const std::vector<SourceHead>& heads,
                                      const NamedColumn& named);

/// Adds a mistake for each that is nowhere.
void check_named(const Job& job, const std::vector<SourceHead>& heads, const std::vector<NamedColumn>& named,
                 std::vector<std::string>& mistakes);

/// "; did you mean …?", or what there is.
[[nodiscard]] std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace tessera::intake
