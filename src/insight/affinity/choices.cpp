#include "insight/affinity/choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "insight/cells.hpp"

namespace tessera::insight {

namespace {

// As ingest calls what it works out; see jobs/README.md.
constexpr std::string_view kCategory = "category", kTheme = "theme", kShare = "share_",
                           kHighestSeniority = "highest_seniority";

/// Whether the column is what most rows of an account are about, so that its source has the shares as well.
bool stands_for_shares(const Job& job, const Column& column) {
  return std::ranges::any_of(job.sources, [&](const SourceSpec& source) {
    return source.name == column.source && ((source.kind == SourceKind::kHistory && column.name == kCategory) ||
                                            (source.kind == SourceKind::kFeedback && column.name == kTheme));
  });
}

Choices shares_of(const AccountTable& accounts, const std::string& source, const Membership& members) {
  Choices choices;
  for (const Column& column : accounts.columns) {
    if (column.source != source || !column.name.starts_with(kShare) || column.type != ColumnType::kNumber) continue;
    choices.labels.push_back(column.name.substr(kShare.size()));
    choices.shares.push_back(numbers_of(column, members.rows));
  }
  return choices;
}

Choices codes_of(const Column& column, const Membership& members) {
  const auto& category = std::get<CategoryColumn>(column.data);
  Choices choices;
  choices.labels = category.categories;
  choices.codes.reserve(members.rows.size());
  for (const std::uint32_t row : members.rows) choices.codes.push_back(category.codes[row]);
  return choices;
}

Choices choices_in(const AccountTable& accounts, const Job& job, const Membership& members, const Column& column,
                   const std::string& name) {
  Choices choices;
  if (stands_for_shares(job, column)) choices = shares_of(accounts, column.source, members);
  if (choices.labels.empty()) choices = codes_of(column, members);
  choices.name = name;
  return choices;
}

}  // namespace

std::vector<Choices> choices_of(const AccountTable& accounts, const Job& job, const Membership& members) {
  constexpr std::array kCategories{ColumnType::kCategory};
  std::vector<Choices> all;
  std::vector<const Column*> seen;
  for (const AffinitySpec& affinity : job.affinities) {
    seen.push_back(&column_of(accounts, affinity.column, fmt::format("[affinity] {}", affinity.name), kCategories));
    all.push_back(choices_in(accounts, job, members, *seen.back(), affinity.name));
  }
  for (const SourceSpec& source : job.sources) {
    if (source.kind != SourceKind::kFeedback || source.feedback.theme.empty()) continue;
    const std::string name = fmt::format("{}.{}", source.name, kTheme);
    const Column* theme = accounts.find(name);
    if (theme != nullptr && !theme->is_sensitive && std::ranges::count(seen, theme) == 0)
      all.push_back(choices_in(accounts, job, members, *theme, name));
  }
  return all;
}

Choices seniorities_of(const AccountTable& accounts, const Job& job, const Membership& members) {
  for (const SourceSpec& source : job.sources) {
    if (source.kind != SourceKind::kContacts || source.contacts.title.empty()) continue;
    const Column* column = accounts.find(fmt::format("{}.{}", source.name, kHighestSeniority));
    if (column != nullptr && column->type == ColumnType::kCategory && !column->is_sensitive)
      return codes_of(*column, members);
  }
  return {};
}

}  // namespace tessera::insight
