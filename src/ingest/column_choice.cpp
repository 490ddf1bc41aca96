#include "ingest/column_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "ingest/column_scan.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

using parallel::Reduce;

/// 12000 is "12,000".
std::string grouped(std::int64_t n) {
  std::string digits = std::to_string(n);
  for (std::ptrdiff_t i = std::ssize(digits) - 3; i > 0; i -= 3) digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

/// One column's scan, over all ranks.
struct Evidence {
  std::array<std::int64_t, kCounts> counts{};
  std::int64_t least_spellings = 0;  ///< the most that any one rank met: no more than there are

  [[nodiscard]] std::int64_t count(Count what) const noexcept { return counts[static_cast<std::size_t>(what)]; }
  [[nodiscard]] std::int64_t present() const noexcept { return count(Count::kCells) - count(Count::kMissing); }
  [[nodiscard]] std::int64_t dates() const noexcept {
    return count(Count::kDatesEither) + std::max(count(Count::kDatesDayOnly), count(Count::kDatesMonthOnly));
  }
  [[nodiscard]] bool mostly(std::int64_t n) const noexcept { return present() > 0 && 100 * n >= 95 * present(); }
  [[nodiscard]] std::string share(std::int64_t n, const char* what) const {
    return fmt::format("{:.1f} % of {} cells are {}", 100.0 * static_cast<double>(n) / static_cast<double>(present()),
                       grouped(present()), what);
  }
};

/// Counts alone may settle a type; categories need the spellings of all ranks.
struct Verdict {
  ColumnType type = ColumnType::kText;
  std::string reason;
};

std::optional<Verdict> verdict_for_users(const Evidence& seen, ColumnType wanted) {
  if (seen.present() == 0) return Verdict{wanted, "all cells are missing; the job names the type by its use"};
  if (wanted == ColumnType::kFlag && seen.mostly(seen.count(Count::kFlags)))
    return Verdict{wanted, "the job uses it as a flag; " + seen.share(seen.count(Count::kFlags), "flags")};
  if (wanted == ColumnType::kNumber && seen.mostly(seen.count(Count::kNumbers)))
    return Verdict{wanted, "the job uses it as a number; " + seen.share(seen.count(Count::kNumbers), "numbers")};
  if (wanted == ColumnType::kCategory) return Verdict{wanted, "the job uses it as a category"};
  return std::nullopt;
}

/// The scan's own opinion; a category is provisional.
Verdict verdict_of_cells(const Evidence& seen) {
  const std::int64_t flags = seen.count(Count::kFlags);
  if (seen.present() == 0)
    return {ColumnType::kCategory, fmt::format("all {} cells are missing", grouped(seen.count(Count::kCells)))};
  if (flags == seen.present()) return {ColumnType::kFlag, seen.share(flags, "flags")};
  if (seen.mostly(seen.count(Count::kNumbers)))
    return {ColumnType::kNumber, seen.share(seen.count(Count::kNumbers), "numbers")};
  if (seen.mostly(seen.dates())) return {ColumnType::kDate, seen.share(seen.dates(), "dates")};
  return {ColumnType::kCategory, ""};
}

Verdict first_verdict(const Evidence& seen, const ColumnWishes& wishes) {
  if (wishes.spec != nullptr && wishes.spec->type) return {*wishes.spec->type, "typed by the job"};
  if (wishes.prefers) {
    if (std::optional<Verdict> verdict = verdict_for_users(seen, *wishes.prefers)) return *verdict;
  }
  return verdict_of_cells(seen);
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

/// Collective: counts are summed, and compared with the longest local list of spellings.
std::vector<Evidence> gather_evidence(const parallel::Communicator& comm, std::vector<ColumnScan>& scans) {
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> spellings;
  for (ColumnScan& scan : scans) {
    counts.insert(counts.end(), scan.counts().begin(), scan.counts().end());
    spellings.push_back(scan.n_spellings());
  }
  comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
  comm.all_reduce<Reduce::kMax>(std::span<std::int64_t>(spellings));
  std::vector<Evidence> evidence(scans.size());
  for (std::size_t c = 0; c < scans.size(); ++c) {
    std::copy_n(counts.begin() + static_cast<std::ptrdiff_t>(c * kCounts), kCounts, evidence[c].counts.begin());
    evidence[c].least_spellings = spellings[c];
  }
  return evidence;
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
  if (is_key && !wishes.named) return Remember::kNoScan;
  const std::optional<ColumnType> type = wishes.spec == nullptr ? std::nullopt : wishes.spec->type;
  if (type.value_or(wishes.prefers.value_or(ColumnType::kText)) == ColumnType::kCategory) return Remember::kEverything;
  return !type || *type == ColumnType::kDate ? Remember::kWords : Remember::kNoScan;
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
                            seen.count(Count::kNumbers) + seen.dates() > 0;
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
    if (c == plan.key && !wishes[c].named) {
      column.reason = "the account id";
      continue;
    }
    column.type = verdicts[c].type;
    column.reason = verdicts[c].reason;
    column.month_first = seen.count(Count::kDatesMonthOnly) > seen.count(Count::kDatesDayOnly);
    if (column.type == ColumnType::kCategory) settle_category(context, seen, scanned.scans[c], wishes[c], column);
    scanned.scans[c] = ColumnScan();
    column.stored = wishes[c].named || column.type != ColumnType::kText;
    if (!column.stored) column.reason += "; read past, as the job does not name it";
  }
  return plan;
}

}  // namespace tessera::intake
