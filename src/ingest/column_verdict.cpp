#include "ingest/column_verdict.hpp"

#include <fmt/format.h>

namespace tessera::intake {
namespace {

std::optional<Verdict> verdict_for_users(const Evidence& seen, const Writing& writing, ColumnType wanted) {
  if (seen.present() == 0) return Verdict{wanted, "all cells are missing; the job names the type by its use"};
  const std::int64_t flags = seen.count(Count::kFlags);
  const std::int64_t numbers = seen.numbers(writing.mark);
  const std::int64_t dates = seen.dates(writing.order);
  if (wanted == ColumnType::kFlag && seen.mostly(flags))
    return Verdict{wanted, "the job uses it as a flag; " + seen.share(flags, "flags")};
  if (wanted == ColumnType::kNumber && seen.mostly(numbers))
    return Verdict{wanted, "the job uses it as a number; " + seen.share(numbers, "numbers")};
  if (wanted == ColumnType::kDate && seen.mostly(dates))
    return Verdict{wanted, "the job uses it as a date; " + seen.share(dates, "dates")};
  if (wanted == ColumnType::kCategory) return Verdict{wanted, "the job uses it as a category"};
  return std::nullopt;
}

/// The scan's own opinion; a category is provisional. Eight digits that are a date in every row are no number.
Verdict verdict_of_cells(const Evidence& seen, const Writing& writing) {
  const std::int64_t flags = seen.count(Count::kFlags);
  const std::int64_t numbers = seen.numbers(writing.mark);
  const std::int64_t dates = seen.dates(writing.order);
  if (seen.present() == 0)
    return {ColumnType::kCategory, fmt::format("all {} cells are missing", grouped(seen.count(Count::kCells)))};
  if (flags == seen.present()) return {ColumnType::kFlag, seen.share(flags, "flags")};
  if (seen.mostly(dates)) return {ColumnType::kDate, seen.share(dates, "dates")};
  if (seen.mostly(numbers)) return {ColumnType::kNumber, seen.share(numbers, "numbers")};
  return {ColumnType::kCategory, ""};
}

}  // namespace

Writing writing_of(const ColumnWishes& wishes, const Evidence& seen) {
  Writing writing{decimal_mark(seen), date_order(seen)};
  if (wishes.spec != nullptr && wishes.spec->decimal) writing.mark = *wishes.spec->decimal;
  if (wishes.spec != nullptr && wishes.spec->date_order) writing.order = wishes.spec->date_order;
  return writing;
}

Verdict verdict_of(const ColumnWishes& wishes, const Evidence& seen) {
  if (wishes.spec != nullptr && wishes.spec->type) return {*wishes.spec->type, "typed by the job"};
  const Writing writing = writing_of(wishes, seen);
  if (wishes.prefers) {
    if (std::optional<Verdict> verdict = verdict_for_users(seen, writing, *wishes.prefers)) return *verdict;
  }
  return verdict_of_cells(seen, writing);
}

bool is_categorical(std::int64_t n_present, std::int64_t n_spellings) noexcept {
  constexpr std::int64_t kFew = 12;
  return n_spellings <= static_cast<std::int64_t>(kMostCategories) &&
         (n_spellings <= kFew || 2 * n_spellings <= n_present);
}

}  // namespace tessera::intake
