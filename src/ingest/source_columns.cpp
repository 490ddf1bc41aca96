#include "ingest/source_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ingest/contact_columns.hpp"
#include "ingest/enrichment_columns.hpp"
#include "ingest/families.hpp"
#include "ingest/feedback_columns.hpp"
#include "ingest/history_columns.hpp"
#include "ingest/market.hpp"

namespace tessera::intake {
namespace {

/// Those that a source names for itself, its key and that of its lookup left out where rows travel by them.
std::vector<NamedColumn> named_columns(const Job& job, std::size_t source) {
  switch (job.sources[source].kind) {
    case SourceKind::kAccounts:
      return named_by_families(job, source);
    case SourceKind::kHistory:
      return columns_to_store(job, source);
    case SourceKind::kContacts:
      return named_by_contacts(job, source);
    case SourceKind::kFeedback:
      return named_by_feedback(job, source);
    case SourceKind::kMarket:
      return named_by_market(job, source);
    case SourceKind::kMatrix:
    case SourceKind::kLookup:
    case SourceKind::kEnrichment:
      return {};
  }
  return {};
}

/// The shares of one source's categories that the job names, by "share_X" or "orders.share_X".
std::vector<std::string> named_shares(const Job& job, const std::vector<SourceHead>& heads, const SourceSpec& spec) {
  std::vector<std::string> shares;
  const std::string prefix = spec.name + ".";
  for (const ColumnUse& use : column_uses(job)) {
    std::string_view name = use.ref.text;
    const bool full = name.starts_with(prefix);
    if (full) name.remove_prefix(prefix.size());
    if (!name.starts_with(derived::kShare) || name.size() == derived::kShare.size()) continue;
    const bool is_account_column = !full && std::any_of(heads.begin(), heads.end(), [&](const SourceHead& head) {
      return std::find(head.columns.begin(), head.columns.end(), name) != head.columns.end();
    });
    if (!is_account_column && std::find(shares.begin(), shares.end(), name) == shares.end()) shares.emplace_back(name);
  }
  return shares;
}

/// `heads` have the columns of files that accounts get.
std::vector<std::string> derived_of(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  const SourceSpec& spec = job.sources[source];
  std::vector<std::string> names;
  bool has_shares = false;
  if (spec.kind == SourceKind::kAccounts) names = family_columns(job, source);
  if (spec.kind == SourceKind::kContacts) names = contact_columns(spec.contacts);
  if (spec.kind == SourceKind::kHistory) {
    names = derived_columns(spec.history);
    has_shares = !spec.history.category.empty();
  }
  if (spec.kind == SourceKind::kFeedback) {
    names = feedback_columns(spec.feedback);
    has_shares = !spec.feedback.theme.empty();
  }
  if (!has_shares) return names;
  for (std::string& share : named_shares(job, heads, spec)) names.push_back(std::move(share));
  return names;
}

/// An enrichment's columns under no name, but for those that become columns of accounts.
void hide_what_fills(const Job& job, const std::vector<SourceHead>& heads, std::size_t source, SourceHead& head) {
  if (job.sources[source].kind != SourceKind::kEnrichment) return;
  for (std::string& column : head.columns) {
    if (column == job.sources[source].key) column.clear();
  }
  for (const FillColumn& fill : fill_columns(job, heads, source)) head.columns[fill.own].clear();
}

}  // namespace

std::vector<SourceHead> heads_of_accounts(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<SourceHead> seen = heads;
  for (std::size_t s = 0; s < seen.size(); ++s) {
    if (is_folded(job.sources[s].kind)) seen[s].columns.clear();
    hide_what_fills(job, heads, s, seen[s]);
  }
  const std::vector<SourceHead> of_files = seen;
  for (std::size_t s = 0; s < seen.size(); ++s) {
    for (std::string& name : derived_of(job, of_files, s)) seen[s].columns.push_back(std::move(name));
  }
  return seen;
}

std::vector<SourceHead> heads_as_described(const Job& job, const std::vector<SourceHead>& heads) {
  const std::vector<SourceHead> of_accounts = heads_of_accounts(job, heads);
  std::vector<SourceHead> described = heads;
  for (std::size_t s = 0; s < described.size(); ++s) {
    if (!is_folded(job.sources[s].kind)) {
      described[s] = of_accounts[s];
      continue;
    }
    std::vector<std::string>& columns = described[s].columns;
    for (const std::string& name : of_accounts[s].columns) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
  }
  return described;
}

ColumnType derived_type(SourceKind kind, std::string_view name) noexcept {
  if (kind == SourceKind::kAccounts) return family_type(name);
  if (kind == SourceKind::kContacts) return contact_type(name);
  const bool is_category = (kind == SourceKind::kHistory && name == derived::kCategory) ||
                           (kind == SourceKind::kFeedback && name == derived::kTheme);
  return is_category ? ColumnType::kCategory : ColumnType::kNumber;
}

namespace {

/// Where a domain is looked up has to be known by then: in the population, or in a source of accounts before this one.
void check_match_column(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                        std::vector<std::string>& mistakes) {
  const SourceSpec& spec = job.sources[source];
  const std::vector<ColumnPlace> meant = columns_meant(spec.match_column.text, heads_of_accounts(job, heads));
  if (spec.match != Match::kDomain || meant.size() != 1) return;
  const auto [there, column] = meant.front();
  const bool is_of_accounts = job.sources[there].kind == SourceKind::kAccounts && column < heads[there].columns.size();
  const bool is_later = there != population_source(job) && spec.kind == SourceKind::kAccounts && there >= source;
  if (is_of_accounts && !is_later) return;
  mistakes.push_back(
      fmt::format("{}[[source]] \"{}\" match_column: \"{}\" {}",
                  job_place(job, spec.match_column.line, spec.match_column.column), spec.name, spec.match_column.text,
                  is_later ? "is not known by then: move this [[source]] behind the one that has it"
                           : "is no column of a source of accounts, where web or e-mail addresses stand"));
}

/// What families are worth cannot be what families are worth.
void check_family_value(const Job& job, std::size_t source, std::vector<std::string>& mistakes) {
  const std::string bare(derived::kFamilyValue);
  const ColumnRef& value = job.value.column;
  if (family_columns(job, source).empty() ||
      (value.text != bare && value.text != job.sources[source].name + "." + bare))
    return;
  mistakes.push_back(fmt::format("{}[value] column: \"{}\" is worked out from [value] column: name another",
                                 job_place(job, value.line, value.column), value.text));
}

}  // namespace

void check_source_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                          std::vector<std::string>& mistakes) {
  if (job.sources[source].kind == SourceKind::kHistory) return check_history(job, heads, source, mistakes);
  if (job.sources[source].kind == SourceKind::kEnrichment) check_enrichment(job, heads, source, mistakes);
  check_match_column(job, heads, source, mistakes);
  if (job.sources[source].kind == SourceKind::kAccounts) check_family_value(job, source, mistakes);
  check_named(job, heads, named_columns(job, source), mistakes);
}

std::vector<NeededColumn> needed_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  std::vector<NeededColumn> needed;
  for (NamedColumn& one : named_columns(job, source)) {
    const ColumnPlace place = place_of(heads, one).value();
    needed.push_back({std::move(one.use), place, one.verbatim});
  }
  return needed;
}

}  // namespace tessera::intake
