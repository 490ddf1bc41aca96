#include "ingest/column_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "ingest/column_evidence.hpp"
#include "ingest/column_scan.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

/// Counts alone may settle a type; categories need the spellings of all ranks.
struct Verdict {
  ColumnType type = ColumnType::kText;
  std::string reason;
};

/// How the cells of a column are written: as the job says, else as the whole column shows.
struct Writing {
  DecimalMark mark = DecimalMark::kPoint;
  std::optional<DateOrder> order;
};

Writing writing_of(const Evidence& seen, const ColumnSpec* spec) {
  Writing writing{decimal_mark(seen), date_order(seen)};
  if (spec != nullptr && spec->decimal) writing.mark = *spec->decimal;
  if (spec != nullptr && spec->date_order) writing.order = spec->date_order;
  return writing;
}

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

/// Throws where the job asks for dates that nobody can read for sure.
Verdict first_verdict(const Evidence& seen, const ColumnWishes& wishes) {
  const Writing writing = writing_of(seen, wishes.spec);
  if (wishes.spec != nullptr && wishes.spec->type) {
    const std::string& name = wishes.spec->column.text;
    if (wishes.spec->type == ColumnType::kDate && !writing.order && date_order_is_open(seen))
      throw Error(ExitCode::kBadJob, fmt::format("column \"{}\": {}", name, open_order_note(seen, name)), true);
    return {*wishes.spec->type, "typed by the job"};
  }
  if (wishes.prefers) {
    if (std::optional<Verdict> verdict = verdict_for_users(seen, writing, *wishes.prefers)) return *verdict;
  }
  return verdict_of_cells(seen, writing);
}

/// What the reason for a column's type has to add on how its cells are written.
std::string notes_on_writing(const Evidence& seen, const ColumnSpec* spec, const ColumnPlan& plan) {
  const bool mark_by_job = spec != nullptr && spec->decimal;
  if (plan.type == ColumnType::kNumber) return number_notes(seen, plan.decimal, mark_by_job, plan.name);
  const bool order_by_job = spec != nullptr && (spec->date_order || spec->type);
  const bool may_be_dates = plan.type != ColumnType::kDate && !order_by_job && seen.mostly(seen.like_dates());
  return may_be_dates && date_order_is_open(seen) ? "; no date: " + open_order_note(seen, plan.name) : "";
}

/// Whether so many spellings make a category, where nobody has asked for one: few, or each used twice on average.
bool is_categorical(const Evidence& seen, std::int64_t n_spellings) noexcept {
  constexpr std::int64_t kFew = 12;
  return n_spellings <= static_cast<std::int64_t>(kMostCategories) &&
         (n_spellings <= kFew || 2 * n_spellings <= seen.present());
}

/// Collective. All ranks' spellings, sorted.
std::vector<std::string> all_spellings(const parallel::Communicator& comm, const Spellings& mine) {
  std::vector<std::string> all = comm.all_gather_texts(std::vector<std::string>(mine.begin(), mine.end()));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void set_categories(const std::vector<std::string>& spellings, const ColumnSpec* spec, ColumnPlan& plan) {
  const auto merged = [spec](const std::string& spelling) -> const std::string& {
    if (spec == nullptr) return spelling;
    const auto found = spec->merge.find(spelling);
    return found == spec->merge.end() ? spelling : found->second;
  };
  std::set<std::string> values;
  for (const std::string& spelling : spellings) values.insert(merged(spelling));
  plan.categories.assign(values.begin(), values.end());
  for (const std::string& spelling : spellings) {
    const auto at = std::lower_bound(plan.categories.begin(), plan.categories.end(), merged(spelling));
    plan.codes.emplace(spelling, static_cast<std::int32_t>(at - plan.categories.begin()));
  }
}

/// Collective. Turns a provisional category into one, or into text if there are too many spellings.
void settle_category(const Context& context, const Evidence& seen, const ColumnScan& scan, const ColumnWishes& wishes,
                     ColumnPlan& plan) {
  const bool asked = !plan.reason.empty();
  const auto fits = [&](std::int64_t n) {
    return asked ? n <= static_cast<std::int64_t>(kMostCategories) : is_categorical(seen, n);
  };
  if (fits(seen.least_spellings)) {
    const std::vector<std::string> spellings = all_spellings(context.comm, scan.spellings());
    const auto n = static_cast<std::int64_t>(spellings.size());
    if (fits(n)) {
      set_categories(spellings, wishes.spec, plan);
      if (!asked) plan.reason = fmt::format("{} values in {} cells", grouped(n), grouped(seen.present()));
      return;
    }
  }
  plan.type = ColumnType::kText;
  plan.reason = asked ? fmt::format("too many or too long values for a category: up to {} of {} bytes each",
                                    grouped(kMostCategories), kLongestCategory)
                      : "too many different values for a category";
  if (asked) context.journal.warn(fmt::format("column \"{}\" is read as text: {}", plan.name, plan.reason));
}

ColumnPlan plan_from_spec(const std::string& name, const ColumnWishes& wishes) {
  ColumnPlan plan;
  plan.name = name;
  if (wishes.spec == nullptr) return plan;
  plan.by_job = wishes.spec->type.has_value();
  plan.min = wishes.spec->min;
  plan.max = wishes.spec->max;
  plan.bad_cell_becomes_missing = wishes.spec->bad_cell_becomes_missing;
  plan.missing_is_refused = wishes.spec->missing == MissingPolicy::kQuarantine;
  return plan;
}

Remember first_scan(const ColumnWishes& wishes, bool is_key) noexcept {
  if (wishes.reading != Reading::kTyped || (is_key && !wishes.named)) return Remember::kNoScan;
  const std::optional<ColumnType> type = wishes.spec == nullptr ? std::nullopt : wishes.spec->type;
  if (type.value_or(wishes.prefers.value_or(ColumnType::kText)) == ColumnType::kCategory) return Remember::kEverything;
  if (!type) return Remember::kWords;
  const bool writing_is_open = (*type == ColumnType::kDate && !wishes.spec->date_order) ||
                               (*type == ColumnType::kNumber && !wishes.spec->decimal);
  return writing_is_open ? Remember::kCountsOnly : Remember::kNoScan;
}

/// Scans of all columns, and what they say over all ranks.
struct Scanned {
  std::vector<ColumnScan> scans;
  std::vector<Evidence> evidence;
};

/// Collective.
Scanned scan_together(const Context& context, const CsvSource& source, const std::vector<Block>& blocks,
                      const std::vector<Remember>& remember) {
  Scanned scanned;
  scanned.scans.resize(remember.size());
  const bool any = std::any_of(remember.begin(), remember.end(), [](Remember r) { return r != Remember::kNoScan; });
  if (any)
    scanned.scans = parallel::compute_together(context.comm,
                                               [&] { return scan_columns(source, blocks, remember, context.threads); });
  scanned.evidence = gather_evidence(context.comm, scanned.scans);
  return scanned;
}

/// Collective. Columns that turn out to be categories although some of their cells look like numbers or dates are
/// scanned again, for all of their spellings: rare, and dearer for every column than a second look at the few.
void look_again(const Context& context, const CsvSource& source, const std::vector<Block>& blocks,
                const std::vector<Verdict>& verdicts, std::vector<Remember> remember, Scanned& scanned) {
  for (std::size_t c = 0; c < remember.size(); ++c) {
    const Evidence& seen = scanned.evidence[c];
    const bool may_fit = !verdicts[c].reason.empty() || is_categorical(seen, seen.least_spellings);
    const bool incomplete = remember[c] == Remember::kWords && verdicts[c].type == ColumnType::kCategory && may_fit &&
                            seen.count(Count::kNumbers) + seen.like_dates() > 0;
    remember[c] = incomplete ? Remember::kEverything : Remember::kNoScan;
  }
  Scanned again = scan_together(context, source, blocks, remember);
  for (std::size_t c = 0; c < remember.size(); ++c) {
    if (remember[c] == Remember::kNoScan) continue;
    scanned.scans[c] = std::move(again.scans[c]);
    scanned.evidence[c] = again.evidence[c];
  }
}

}  // namespace

SourcePlan choose_columns(const Context& context, const SourceSpec& spec, const CsvSource& source,
                          const std::vector<Block>& blocks, const std::vector<ColumnWishes>& wishes) {
  SourcePlan plan;
  plan.key_format = spec.key_format;
  plan.key = static_cast<std::size_t>(std::find(source.columns.begin(), source.columns.end(), spec.key) -
                                      source.columns.begin());
  std::vector<Remember> remember;
  for (std::size_t c = 0; c < source.columns.size(); ++c) remember.push_back(first_scan(wishes[c], c == plan.key));
  Scanned scanned = scan_together(context, source, blocks, remember);
  std::vector<Verdict> verdicts;
  for (std::size_t c = 0; c < source.columns.size(); ++c)
    verdicts.push_back(first_verdict(scanned.evidence[c], wishes[c]));
  look_again(context, source, blocks, verdicts, remember, scanned);

  for (std::size_t c = 0; c < source.columns.size(); ++c) {
    const Evidence& seen = scanned.evidence[c];
    ColumnPlan& column = plan.columns.emplace_back(plan_from_spec(source.columns[c], wishes[c]));
    if (wishes[c].reading == Reading::kVerbatim) {
      column.verbatim = column.stored = true;
      column.reason = "taken as it is";
      continue;
    }
    if (c == plan.key && !wishes[c].named) {
      column.reason = spec.kind == SourceKind::kAccounts ? "the account id" : "the key";
      continue;
    }
    if (wishes[c].reading == Reading::kNone) {
      column.reason = "read past, as the job does not need it";
      continue;
    }
    column.type = verdicts[c].type;
    column.reason = verdicts[c].reason;
    const Writing writing = writing_of(seen, wishes[c].spec);
    column.decimal = writing.mark;
    column.month_first = writing.order == DateOrder::kMonthFirst;
    if (column.type == ColumnType::kCategory) settle_category(context, seen, scanned.scans[c], wishes[c], column);
    column.reason += notes_on_writing(seen, wishes[c].spec, column);
    scanned.scans[c] = ColumnScan();
    column.stored = wishes[c].named || column.type != ColumnType::kText;
    if (!column.stored) column.reason += "; read past, as the job does not name it";
  }
  return plan;
}

}  // namespace tessera::intake
