#include "ingest/spelling_suggestions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "ingest/lookalikes.hpp"
#include "job/document.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

using Kind = SpellingSuggestion::Kind;

constexpr std::size_t kMostInALine = 5;

/// Accounts of each category, over all ranks.
std::vector<std::uint64_t> accounts_by_category(const parallel::Communicator& comm, const CategoryColumn& column) {
  std::vector<std::uint64_t> accounts(column.categories.size(), 0);
  for (const std::int32_t code : column.codes)
    if (code >= 0) ++accounts[static_cast<std::size_t>(code)];
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(accounts));
  return accounts;
}

double share_agreed(const Lookalike& found) {
  if (found.likeness == Likeness::kCaseOrSpaces) return 1.0;
  return static_cast<double>(found.letters - 1) / static_cast<double>(found.letters);
}

bool is_of_accounts(const Job& job, const Column& column) {
  return std::ranges::any_of(job.sources, [&](const SourceSpec& source) {
    return source.name == column.source && source.kind == SourceKind::kAccounts;
  });
}

std::vector<SpellingSuggestion> of_column(const Column& column, std::span<const std::string> spellings,
                                          std::span<const std::uint64_t> accounts) {
  std::vector<SpellingSuggestion> suggestions;
  for (const Lookalike& found : lookalikes(spellings, accounts)) {
    const std::uint64_t rare = accounts[found.spelling];
    const std::uint64_t common = accounts[found.meant];
    const double commoner = static_cast<double>(common) / static_cast<double>(rare + common);
    suggestions.push_back({Kind::kCategory, column.full_name(), spellings[found.spelling], spellings[found.meant], rare,
                           common, share_agreed(found) * commoner});
  }
  std::ranges::stable_sort(suggestions, std::ranges::greater(), &SpellingSuggestion::accounts);
  return suggestions;
}

std::vector<SpellingSuggestion> of_groups(const MacroSpec& macro, const Column& column,
                                          std::span<const std::string> spellings,
                                          std::span<const std::uint64_t> accounts) {
  std::vector<SpellingSuggestion> suggestions;
  for (const MacroSpec::Group& group : macro.groups) {
    for (const std::string& value : group.values) {
      if (std::ranges::binary_search(spellings, value)) continue;
      const auto found = nearest_spelling(value, spellings, accounts);
      if (found)
        suggestions.push_back({Kind::kGroup, column.full_name(), value, spellings[found->meant], 0,
                               accounts[found->meant], share_agreed(*found)});
    }
  }
  return suggestions;
}

/// "crm.industry: 2 spellings may be meant for others: merge = { "softwre" = "software", … }".
void tell(const Journal& journal, std::span<const SpellingSuggestion> suggestions) {
  if (suggestions.empty()) return;
  std::string pairs;
  for (const SpellingSuggestion& one : suggestions.first(std::min(kMostInALine, suggestions.size())))
    pairs +=
        fmt::format("{}{} = {}", pairs.empty() ? "" : ", ", job::toml_text(one.value), job::toml_text(one.suggestion));
  const bool groups = suggestions.front().kind == Kind::kGroup;
  journal.info(fmt::format("{}: {} {}: {}{} }}{}", suggestions.front().column, suggestions.size(),
                           groups ? "values of its [[macro]] groups that no account has may be meant for others"
                                  : "spellings may be meant for commoner ones",
                           groups ? "{ " : "merge = { ", pairs,
                           suggestions.size() > kMostInALine ? ", and more in /ingest/suggestions" : ""));
}

}  // namespace

std::vector<SpellingSuggestion> suggest_spellings(const Context& context, const Job& job,
                                                  const AccountTable& accounts) {
  std::vector<SpellingSuggestion> all;
  std::vector<SpellingSuggestion> of_macros;
  const auto keep = [&](std::vector<SpellingSuggestion>& kept, std::vector<SpellingSuggestion> more) {
    tell(context.journal, more);
    std::ranges::move(more, std::back_inserter(kept));
  };
  for (const Column& column : accounts.columns) {
    const auto* cells = std::get_if<CategoryColumn>(&column.data);
    if (cells == nullptr || column.is_sensitive) continue;  // what is sensitive is shown to nobody
    const std::vector<std::uint64_t> counts = accounts_by_category(context.comm, *cells);
    if (is_of_accounts(job, column)) keep(all, of_column(column, cells->categories, counts));
    for (const MacroSpec& macro : job.macros)
      if (accounts.find(macro.column.text) == &column)
        keep(of_macros, of_groups(macro, column, cells->categories, counts));
  }
  std::ranges::move(of_macros, std::back_inserter(all));
  if (all.size() > kMostSuggestions) {
    context.journal.info(
        fmt::format("{} suggestions of spellings, of which {} are kept", all.size(), kMostSuggestions));
    all.resize(kMostSuggestions);
  }
  return all;
}

}  // namespace tessera::intake
