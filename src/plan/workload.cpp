#include "plan/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "ingest/cell.hpp"
#include "ingest/column_verdict.hpp"
#include "ingest/contact_columns.hpp"
#include "ingest/enrichment_columns.hpp"
#include "ingest/history_columns.hpp"
#include "ingest/job_titles.hpp"
#include "ingest/source_columns.hpp"
#include "job/columns_in_results.hpp"
#include "prepare/fit_categories.hpp"
#include "tessera/account_key.hpp"
#include "tessera/errors.hpp"

namespace tessera::plan {
namespace {

using intake::ColumnWishes;

/// Shares of categories that a history or feedback gives: see category_shares().
constexpr std::size_t kMostShares = 16;

struct Reader {
  const Job& job;
  const std::vector<SourceHead>& heads;
};

double distinct_after_merging(const SampledColumn& column, const ColumnSpec* spec) {
  std::set<std::string_view> values;
  for (const std::string& spelling : column.spellings) {
    if (intake::is_missing(spelling)) continue;
    values.insert(spelling);
    if (spec == nullptr) continue;
    if (const auto merged = spec->merge.find(spelling); merged != spec->merge.end()) {
      values.erase(spelling);
      values.insert(merged->second);
    }
  }
  return static_cast<double>(values.size());
}

/// One column of a source's files, as ingest would take it by what the sample shows; not stored: nothing.
std::optional<HeldColumn> held(const SourceWork& work, const ColumnWishes& wishes, std::size_t column, bool is_key) {
  const SampledColumn& sampled = work.sample.columns[column];
  HeldColumn kept;
  const auto rows = static_cast<double>(work.sample.rows);
  kept.text_bytes = rows > 0.0 ? static_cast<double>(sampled.bytes) / rows : 8.0;
  kept.has_missing = sampled.seen.present() < sampled.seen.count(intake::Count::kCells);
  kept.type = ColumnType::kText;
  if (wishes.reading == intake::Reading::kVerbatim) return kept;
  if (wishes.reading == intake::Reading::kNone || (is_key && !wishes.named)) return std::nullopt;
  if (rows == 0.0 && !(wishes.spec != nullptr && wishes.spec->type)) {
    kept.type = wishes.prefers.value_or(ColumnType::kNumber);
    return kept;
  }
  const intake::Verdict verdict = intake::verdict_of(wishes, sampled.seen);
  kept.type = verdict.type;
  if (kept.type == ColumnType::kCategory) {
    const auto met = static_cast<double>(sampled.spellings.size());
    const auto present = static_cast<double>(sampled.seen.present());
    const double of_all = distinct_in_all(met, present, present / rows * work.rows);
    kept.distinct = std::max(1.0, distinct_after_merging(sampled, wishes.spec) + of_all - met);
    const bool fits = verdict.reason.empty()
                          ? intake::is_categorical(std::llround(present / rows * work.rows), std::llround(of_all))
                          : of_all <= static_cast<double>(intake::kMostCategories);
    if (!fits) kept.type = ColumnType::kText;
  }
  if (kept.type == ColumnType::kText && !wishes.named) return std::nullopt;
  return kept;
}

/// The column of a head that the job names, bare or with the source before it.
const SampledColumn* sampled_column(const SourceWork& work, const SourceHead& head, const ColumnRef& ref) {
  for (std::size_t c = 0; c < head.columns.size() && c < work.sample.columns.size(); ++c) {
    if (ref.text == head.columns[c] || ref.text == head.name + "." + head.columns[c]) return &work.sample.columns[c];
  }
  return nullptr;
}

/// How many shares contacts give, by the titles of the sample.
std::size_t shares_of_titles(const ContactsSpec& contacts, const SampledColumn& titles) {
  intake::JobTitles reader(contacts.titles);
  std::set<Seniority> seniorities;
  std::set<std::uint32_t> departments;
  for (const std::string& title : titles.spellings) {
    const intake::TitleMeaning meaning = reader.meaning(title);
    if (meaning.seniority) seniorities.insert(*meaning.seniority);
    if (meaning.department) departments.insert(*meaning.department);
  }
  return seniorities.size() + departments.size();
}

HeldColumn derived(SourceKind kind, const std::string& name) {
  HeldColumn column;
  column.name = name;
  column.type = intake::derived_type(kind, name);
  column.distinct = static_cast<double>(kMostShares);
  column.has_missing = true;
  return column;
}

/// What accounts get of a source whose rows are folded: what it derives by name, and shares as far as the sample has
/// categories for them.
std::vector<HeldColumn> derived_columns_of(const Reader& reader, const SourceWork& work, std::size_t source,
                                           const SourceHead& of_accounts) {
  const SourceSpec& spec = *work.spec;
  std::vector<HeldColumn> columns;
  const auto is_share = [&](const std::string& name) {
    const auto starts = [&](std::string_view prefix) { return name.starts_with(prefix); };
    return starts(intake::derived::kShare) ||
           (spec.kind == SourceKind::kContacts &&
            (starts(intake::derived::kSeniorityShare) || starts(intake::derived::kDepartmentShare)));
  };
  for (const std::string& name : of_accounts.columns) {
    if (!is_share(name)) columns.push_back(derived(spec.kind, name));
  }
  const ColumnRef& by = spec.kind == SourceKind::kContacts   ? spec.contacts.title
                        : spec.kind == SourceKind::kFeedback ? spec.feedback.theme
                                                             : spec.history.category;
  const SampledColumn* const sampled = sampled_column(work, reader.heads[source], by);
  if (by.empty()) return columns;
  const std::size_t shares = sampled == nullptr                   ? kMostShares
                             : spec.kind == SourceKind::kContacts ? shares_of_titles(spec.contacts, *sampled)
                                                                  : sampled->spellings.size();
  const std::size_t most = spec.kind == SourceKind::kContacts ? shares : std::min(shares, kMostShares);
  for (std::size_t i = 0; i < most; ++i) columns.push_back(derived(spec.kind, std::string(intake::derived::kShare)));
  return columns;
}

/// The columns of a source's files that are stored, and those that become columns of accounts.
void hold_columns(const Reader& reader, std::size_t source, const std::vector<SourceHead>& of_accounts,
                  SourceWork& work) {
  const std::vector<ColumnWishes> wishes = intake::wishes_of(reader.job, reader.heads, source);
  const SourceHead& head = reader.heads[source];
  const bool folded = intake::is_folded(work.spec->kind);
  for (std::size_t c = 0; c < head.columns.size(); ++c) {
    std::optional<HeldColumn> column = held(work, wishes[c], c, head.columns[c] == work.spec->key);
    if (!column) continue;
    column->name = head.columns[c];
    work.stored.push_back(*column);
    if (!folded && !of_accounts[source].columns[c].empty()) work.of_accounts.push_back(std::move(*column));
  }
  if (folded)
    work.of_accounts = derived_columns_of(reader, work, source, of_accounts[source]);
  else
    for (std::size_t c = head.columns.size(); c < of_accounts[source].columns.size(); ++c)
      work.of_accounts.push_back(derived(work.spec->kind, of_accounts[source].columns[c]));
}

SourceWork work_of_source(const Reader& reader, std::size_t source, const std::vector<SourceHead>& of_accounts,
                          const SampleSize& size) {
  SourceWork work;
  work.spec = &reader.job.sources[source];
  const SourceHead& head = reader.heads[source];
  work.files = head.files.size();
  work.bytes = static_cast<double>(head.bytes);
  if (work.spec->kind == SourceKind::kMatrix) {
    work.sample.count = SourceSample::Count::kCounted;
    work.rows = work.sample.rows_global = static_cast<double>(head.matrix_rows);
    return work;
  }
  work.sample = sample_source(*work.spec, head, size);
  work.rows = work.sample.rows_global;
  const auto rows = static_cast<double>(work.sample.rows);
  work.key_bytes = rows > 0.0 ? static_cast<double>(work.sample.key_bytes) / rows : 10.0;
  work.categories_a_row = (!work.spec->history.category.empty() || !work.spec->feedback.theme.empty()) ? 1.0 : 0.0;
  hold_columns(reader, source, of_accounts, work);
  return work;
}

/// Rows of accounts lie near their duplicates or far from them; nobody knows from a sample. Those near are met.
double accounts_of(const SourceWork& population) {
  const SourceSample& sample = population.sample;
  if (population.spec->kind == SourceKind::kMatrix) return population.rows;
  if (sample.rows == 0) return sample.count == SourceSample::Count::kGuessed ? population.rows : 0.0;
  const double good = static_cast<double>(sample.rows) / static_cast<double>(sample.rows + sample.refused);
  const auto keys = static_cast<double>(sample.keys);
  if (population.spec->kind != SourceKind::kHistory)
    return population.rows * good * keys / static_cast<double>(sample.rows);
  return distinct_in_all(keys, static_cast<double>(sample.rows), population.rows * good);
}

const HeldColumn* find(const Workload& work, const std::string& text) {
  for (const SourceWork& source : work.sources) {
    for (const HeldColumn& column : source.of_accounts) {
      if (column.name == text || source.spec->name + "." + column.name == text) return &column;
    }
  }
  return nullptr;
}

int encoded_width(const Workload& work, const Job& job, const FeatureSpec& feature) {
  const HeldColumn* column = find(work, feature.column.text);
  if (column == nullptr) return 1;
  if (column->type == ColumnType::kCategory) {
    const double own = std::min(column->distinct, static_cast<double>(kMaxIndicators));
    return static_cast<int>(own) + (column->distinct > own ? 1 : 0) + (column->has_missing ? 1 : 0);
  }
  const auto spec =
      std::ranges::find(job.columns, feature.column.text, [](const ColumnSpec& one) { return one.column.text; });
  const bool unknown = spec != job.columns.end() && spec->missing == MissingPolicy::kUnknown && column->has_missing;
  return unknown ? 2 : 1;
}

SegmentationWork work_of_segmentation(const Workload& work, const Job& job, const SegmentationSpec& spec) {
  SegmentationWork segmentation;
  segmentation.spec = &spec;
  if (spec.population == Population::kCustomers) segmentation.share = work.customers;
  if (spec.population == Population::kProspects) segmentation.share = 1.0 - work.customers;
  segmentation.k = spec.auto_k ? (spec.k_min + spec.k_max) / 2 : spec.k;
  segmentation.features = static_cast<int>(spec.features.size());
  if (spec.all_features) segmentation.d = segmentation.features = static_cast<int>(work.matrix_columns);
  for (const FeatureSpec& feature : spec.features) segmentation.d += encoded_width(work, job, feature);
  if (spec.refine)
    for (const FeatureSpec& feature : spec.refine->features) segmentation.d_micro += encoded_width(work, job, feature);
  return segmentation;
}

/// Columns of accounts in the results: those that the job names, and what the run finds.
int columns_written(const Workload& work, const Job& job) {
  std::set<const HeldColumn*> named;
  for (const std::string& text : job::columns_in_results(job))
    if (const HeldColumn* column = find(work, text)) named.insert(column);
  constexpr int kOfAccounts = 5, kOfAssignment = 7;
  return static_cast<int>(named.size()) + kOfAccounts + kOfAssignment * static_cast<int>(job.segmentations.size());
}

int columns_filled(const Job& job, const std::vector<SourceHead>& heads) {
  std::size_t filled = 0;
  for (std::size_t s = 0; s < job.sources.size(); ++s)
    if (job.sources[s].kind == SourceKind::kEnrichment) filled += intake::fill_columns(job, heads, s).size();
  return static_cast<int>(filled);
}

void add_notes(Workload& work) {
  for (const SourceWork& source : work.sources) {
    if (source.sample.count == SourceSample::Count::kGuessed)
      work.notes.push_back(fmt::format("{}: packed, so its {:.0f} rows are a guess", source.spec->name, source.rows));
  }
  if (work.of_population().spec->kind == SourceKind::kHistory)
    work.notes.emplace_back("accounts are named by a history: how many there are is told from a sample of its rows");
}

}  // namespace

double HeldColumn::bytes() const noexcept {
  switch (type) {
    case ColumnType::kNumber:
      return sizeof(double);
    case ColumnType::kCategory:
    case ColumnType::kDate:
      return sizeof(std::int32_t);
    case ColumnType::kFlag:
      return sizeof(std::int8_t);
    case ColumnType::kText:
      break;
  }
  return sizeof(std::uint64_t) + text_bytes;
}

double SourceWork::stored_bytes() const noexcept {
  double row = sizeof(std::uint64_t) + sizeof(AccountKey) + sizeof(std::uint64_t) + key_bytes;
  for (const HeldColumn& column : stored) row += column.bytes();
  return row;
}

double Workload::kept_bytes() const noexcept {
  if (is_matrix) return 0.0;
  return column_bytes + filled_columns + sizeof(std::uint64_t) + of_population().key_bytes;
}

Workload workload_of(const Job& job, const std::vector<SourceHead>& heads, const SampleSize& size) {
  const Reader reader{job, heads};
  Workload work;
  work.population = population_source(job);
  const std::vector<SourceHead> of_accounts = intake::heads_of_accounts(job, heads);
  for (std::size_t s = 0; s < job.sources.size(); ++s)
    work.sources.push_back(work_of_source(reader, s, of_accounts, size));
  work.is_matrix = work.of_population().spec->kind == SourceKind::kMatrix;
  work.matrix_columns = static_cast<double>(heads[work.population].matrix_columns);
  work.accounts = accounts_of(work.of_population());
  if (work.accounts < 1.0)
    throw Error(ExitCode::kBadData, fmt::format("source \"{}\" names the population and has no rows to plan by",
                                                work.of_population().spec->name));
  for (const SourceWork& source : work.sources) {
    for (const HeldColumn& column : source.of_accounts) work.column_bytes += column.bytes();
    work.columns += static_cast<int>(source.of_accounts.size());
  }
  constexpr double kCustomersWhereUnknown = 0.4;
  if (!job.value.customer.empty()) work.customers = kCustomersWhereUnknown;
  work.macros = job.macros.size();
  work.is_remembered = job.previous.has_value();
  work.is_pseudonymous = job.privacy.pseudonymise;
  work.checkpoint_every_s = static_cast<double>(job.checkpoint.every.seconds);
  work.filled_columns = columns_filled(job, heads);
  work.written_columns = columns_written(work, job);
  for (const SegmentationSpec& spec : job.segmentations)
    work.segmentations.push_back(work_of_segmentation(work, job, spec));
  add_notes(work);
  return work;
}

}  // namespace tessera::plan
