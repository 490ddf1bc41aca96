#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ingest/column_evidence.hpp"
#include "ingest/column_plan.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// How the cells of a column are written.
struct Writing {
  DecimalMark mark = DecimalMark::kPoint;
  std::optional<DateOrder> order;
};
/// As the job says, else as the evidence shows.
[[nodiscard]] Writing writing_of(const ColumnWishes& wishes, const Evidence& seen);

/// What a column is. Counts alone may settle a type; categories need the spellings too.
struct Verdict {
  ColumnType type = ColumnType::kText;
  std::string reason;  ///< empty: provisional
};
/// As the job types it; else as its users want it, where 95 % of the cells allow that; else as the cells are.
[[nodiscard]] Verdict verdict_of(const ColumnWishes& wishes, const Evidence& seen);

/// Whether so many spellings in so many cells make a category, where nobody has asked for one: few, or each used twice
/// on average.
[[nodiscard]] bool is_categorical(std::int64_t n_present, std::int64_t n_spellings) noexcept;

}  // namespace tessera::intake
