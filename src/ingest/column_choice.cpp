#include "ingest/column_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "ingest/cell.hpp"
#include "ingest/column_scan.hpp"
#include "ingest/column_verdict.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

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
  plan.settled = true;
}

std::int64_t n_present_spellings(const ColumnReader& reader) {
  if (reader.overflowed()) return static_cast<std::int64_t>(kMostCategories) + 1;
  std::int64_t n = 0;
  for (std::uint32_t code = 0; code < reader.dictionary().size(); ++code)
    n += is_missing(reader.dictionary().spelling(code)) ? 0 : 1;
  return n;
}

}  // namespace

ColumnChoice::ColumnChoice(const Context& context, const SourceSpec& spec, const CsvSource& source,
                           std::vector<ColumnWishes> wishes, std::shared_ptr<const Door> door)
    : context_(context), spec_(spec), wishes_(std::move(wishes)) {
  plan_.key_format = spec.key_format;
  plan_.door = std::move(door);
  plan_.key = static_cast<std::size_t>(std::find(source.columns.begin(), source.columns.end(), spec.key) -
                                       source.columns.begin());
  plan_.columns.resize(source.columns.size());
  for (std::size_t c = 0; c < source.columns.size(); ++c) {
    plan_.columns[c].name = source.columns[c];
    plan_.columns[c].type = ColumnType::kCategory;
  }
}

/// Whether the cells have a say in how the column is read.
bool ColumnChoice::is_open(std::size_t column) const {
  const ColumnWishes& wishes = wishes_[column];
  if (wishes.reading != Reading::kTyped || (column == plan_.key && !wishes.named)) return false;
  const std::optional<ColumnType> type = wishes.spec == nullptr ? std::nullopt : wishes.spec->type;
  if (!type || type == ColumnType::kCategory) return true;
  return (*type == ColumnType::kDate && !wishes.spec->date_order) ||
         (*type == ColumnType::kNumber && !wishes.spec->decimal);
}

Learns ColumnChoice::learns() const {
  Learns learns(plan_.columns.size(), false);
  for (std::size_t c = 0; c < learns.size(); ++c) learns[c] = evidence_.empty() && is_open(c);
  return learns;
}

ColumnPlan ColumnChoice::plan_from_spec(std::size_t column) const {
  ColumnPlan plan;
  plan.name = plan_.columns[column].name;
  const ColumnSpec* const spec = wishes_[column].spec;
  if (spec == nullptr) return plan;
  plan.by_job = spec->type.has_value();
  plan.min = spec->min;
  plan.max = spec->max;
  plan.bad_cell_becomes_missing = spec->bad_cell_becomes_missing;
  plan.missing_is_refused = spec->missing == MissingPolicy::kQuarantine;
  return plan;
}

void ColumnChoice::check_dates(std::size_t column, const Evidence& seen) const {
  const ColumnSpec* const spec = wishes_[column].spec;
  if (spec == nullptr || spec->type != ColumnType::kDate || writing_of(wishes_[column], seen).order ||
      !date_order_is_open(seen))
    return;
  const std::string& name = spec->column.text;
  throw Error(ExitCode::kBadJob, fmt::format("column \"{}\": {}", name, open_order_note(seen, name)), true);
}

std::vector<Evidence> ColumnChoice::evidence_of(const std::vector<TypedReader>& readers) const {
  std::vector<LocalEvidence> local(plan_.columns.size());
  for (std::size_t c = 0; c < local.size(); ++c) {
    if (!is_open(c)) continue;
    for (const TypedReader& reader : readers) {
      local[c].scan.add(reader.columns()[c].scan());
      local[c].n_spellings = std::max(local[c].n_spellings, n_present_spellings(reader.columns()[c]));
    }
  }
  return gather_evidence(context_.comm, local);
}

/// The plan of a column by its verdict; a category's is not settled.
ColumnPlan ColumnChoice::plan_column(std::size_t column, const Evidence& seen) const {
  const ColumnWishes& wishes = wishes_[column];
  ColumnPlan plan = plan_from_spec(column);
  if (wishes.reading == Reading::kVerbatim) {
    plan.verbatim = plan.stored = true;
    plan.reason = "taken as it is";
  } else if (column == plan_.key && !wishes.named) {
    plan.reason = spec_.kind == SourceKind::kAccounts ? "the account id" : "the key";
  } else if (wishes.reading == Reading::kNone) {
    plan.reason = "read past, as the job does not need it";
  } else {
    Verdict verdict = verdict_of(wishes, seen);
    const Writing writing = writing_of(wishes_[column], seen);
    plan.type = verdict.type;
    plan.reason = std::move(verdict.reason);
    plan.decimal = writing.mark;
    plan.month_first = writing.order == DateOrder::kMonthFirst;
    plan.stored = wishes.named || plan.type != ColumnType::kText;
  }
  return plan;
}

void ColumnChoice::guess(const std::vector<TypedReader>& readers) {
  const std::vector<Evidence> seen = evidence_of(readers);
  const std::int64_t n_readers =
      context_.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::int64_t>(readers.size()));
  for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
    ColumnPlan plan = plan_column(c, seen[c]);
    // A column of ever new words will hardly be a category: their codes would travel for nothing.
    const bool all_differ = 20 * seen[c].least_spellings * n_readers > 19 * seen[c].present();
    if (plan.type == ColumnType::kCategory && plan.reason.empty() && all_differ && !wishes_[c].named)
      plan.stored = false;
    plan_.columns[c] = std::move(plan);
  }
}

/// Collective. Turns a category into a settled one, or into text if there are too many spellings.
void ColumnChoice::settle_category(std::size_t column, const std::vector<TypedReader>& readers) {
  ColumnPlan& plan = settled_.columns[column];
  const Evidence& seen = evidence_[column];
  const bool asked = !plan.reason.empty();
  const auto fits = [&](std::int64_t n) {
    return asked ? n <= static_cast<std::int64_t>(kMostCategories) : is_categorical(seen.present(), n);
  };
  std::int64_t least = 0;
  for (const TypedReader& reader : readers) least = std::max(least, n_present_spellings(reader.columns()[column]));
  if (fits(context_.comm.all_reduce<parallel::Reduce::kMax>(least))) {
    const Dictionaries dictionaries = gather_dictionaries(context_.comm, readers, column);
    const std::vector<std::string> spellings = distinct_spellings(dictionaries);
    const auto n = static_cast<std::int64_t>(spellings.size());
    if (fits(n)) {
      set_categories(spellings, wishes_[column].spec, plan);
      numbers_[column] = code_map(dictionaries, plan);
      if (!asked) plan.reason = fmt::format("{} values in {} cells", grouped(n), grouped(seen.present()));
      return;
    }
  }
  plan.type = ColumnType::kText;
  plan.reason = asked ? fmt::format("too many or too long values for a category: up to {} of {} bytes each",
                                    grouped(kMostCategories), kLongestCategory)
                      : "too many different values for a category";
  if (asked) context_.journal.warn(fmt::format("column \"{}\" is read as text: {}", plan.name, plan.reason));
}

/// What the reason for a column's type has to add, and whether it is kept.
void ColumnChoice::finish_column(std::size_t column) {
  const ColumnWishes& wishes = wishes_[column];
  const Evidence& seen = evidence_[column];
  ColumnPlan& plan = settled_.columns[column];
  if (wishes.reading != Reading::kTyped || (column == plan_.key && !wishes.named)) return;
  if (plan.type == ColumnType::kNumber) {
    plan.reason += number_notes(seen, plan.decimal, wishes.spec != nullptr && wishes.spec->decimal, plan.name);
  } else {
    const bool order_by_job = wishes.spec != nullptr && (wishes.spec->date_order || wishes.spec->type);
    const bool may_be_dates = plan.type != ColumnType::kDate && !order_by_job && seen.mostly(seen.like_dates());
    if (may_be_dates && date_order_is_open(seen)) plan.reason += "; no date: " + open_order_note(seen, plan.name);
  }
  plan.stored = wishes.named || plan.type != ColumnType::kText;
  if (!plan.stored) plan.reason += "; read past, as the job does not name it";
}

/// Whether what was read by plan_ is what settled_ says. What is not stored in the end may have been read as anything.
bool ColumnChoice::was_read_right(std::size_t column) const {
  const ColumnPlan& read = plan_.columns[column];
  const ColumnPlan& right = settled_.columns[column];
  if (!right.stored) return true;
  return read.stored && read.type == right.type &&
         (right.type != ColumnType::kNumber || read.decimal == right.decimal) &&
         (right.type != ColumnType::kDate || read.month_first == right.month_first);
}

bool ColumnChoice::settle(const std::vector<TypedReader>& readers) {
  const bool first = evidence_.empty();
  if (first) {
    evidence_ = evidence_of(readers);
    settled_ = plan_;
    for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
      check_dates(c, evidence_[c]);
      settled_.columns[c] = plan_column(c, evidence_[c]);
    }
  }
  bool right = true;
  numbers_.clear();
  for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
    ColumnPlan& column = settled_.columns[c];
    const bool has_spellings = plan_.columns[c].type == ColumnType::kCategory && !plan_.columns[c].settled;
    const bool is_category = is_open(c) && column.type == ColumnType::kCategory && !column.settled;
    if (is_category && has_spellings) settle_category(c, readers);
    if (!is_category || has_spellings) {
      if (first || is_category) finish_column(c);
    }
    right = was_read_right(c) && right;
  }
  if (!right) plan_ = settled_;
  return right;
}

void ColumnChoice::finish_rows(ArrivedRows& rows) const {
  std::vector<Column> columns;
  std::size_t read = 0;
  for (std::size_t c = 0; c < settled_.columns.size(); ++c) {
    if (!plan_.columns[c].stored) continue;
    Column& column = rows.columns[read++];
    if (!settled_.columns[c].stored) continue;
    if (auto* categories = std::get_if<CategoryColumn>(&column.data)) {
      categories->categories = settled_.columns[c].categories;
      const auto found = numbers_.find(c);
      if (found != numbers_.end()) renumber(found->second, rows.runs, categories->codes);
    }
    columns.push_back(std::move(column));
  }
  rows.columns = std::move(columns);
}

}  // namespace tessera::intake
