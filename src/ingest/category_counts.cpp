#include "ingest/category_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

#include "ingest/history_columns.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

constexpr std::size_t kMostShares = 16;

std::uint64_t rows_with_category(const CategoryCounts& counts) noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& one) { return sum + one.second; });
}

std::int32_t commonest(const CategoryCounts& counts) noexcept {
  std::int32_t top = -1;
  std::uint64_t most = 0;
  for (const auto& [category, n_rows] : counts) {
    if (n_rows <= most) continue;
    top = category;
    most = n_rows;
  }
  return top;
}

/// Collective. Codes of the categories of most rows, in the order of the dictionary.
std::vector<std::int32_t> largest_categories(const parallel::Communicator& comm, const CountsOfAccounts& accounts,
                                             std::size_t n_categories) {
  std::vector<std::uint64_t> rows(n_categories);
  for (const CategoryCounts* counts : accounts) {
    for (const auto& [category, n_rows] : *counts) rows[static_cast<std::size_t>(category)] += n_rows;
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(rows));
  std::vector<std::int32_t> codes(n_categories);
  std::iota(codes.begin(), codes.end(), 0);
  const auto rows_of = [&rows](std::int32_t code) { return rows[static_cast<std::size_t>(code)]; };
  std::stable_sort(codes.begin(), codes.end(), [&](std::int32_t a, std::int32_t b) { return rows_of(a) > rows_of(b); });
  codes.resize(std::min(codes.size(), kMostShares));
  std::erase_if(codes, [&](std::int32_t code) { return rows_of(code) == 0; });
  std::sort(codes.begin(), codes.end());
  return codes;
}

/// `category` −1: one that no row has.
Column share(const std::string& source, std::string name, const CountsOfAccounts& accounts, std::int32_t category) {
  NumberColumn column;
  column.values.reserve(accounts.size());
  for (const CategoryCounts* counts : accounts) {
    const auto all = static_cast<double>(rows_with_category(*counts));
    const auto at =
        std::find_if(counts->begin(), counts->end(), [category](const auto& one) { return one.first == category; });
    const double rows = at == counts->end() ? 0.0 : static_cast<double>(at->second);
    column.values.push_back(all > 0.0 ? rows / all : std::numeric_limits<double>::quiet_NaN());
  }
  return {source, std::move(name), ColumnType::kNumber, std::move(column)};
}

}  // namespace

void add_category(CategoryCounts& counts, std::int32_t category, std::uint64_t n_rows) {
  if (category < 0) return;
  const auto at = std::lower_bound(counts.begin(), counts.end(), std::pair(category, std::uint64_t{0}));
  if (at != counts.end() && at->first == category) {
    at->second += n_rows;
  } else {
    counts.insert(at, {category, n_rows});
  }
}

Column commonest_category(const std::string& source, std::string name, const CountsOfAccounts& accounts,
                          const std::vector<std::string>& dictionary) {
  CategoryColumn column;
  column.categories = dictionary;
  column.codes.reserve(accounts.size());
  for (const CategoryCounts* counts : accounts) column.codes.push_back(commonest(*counts));
  return {source, std::move(name), ColumnType::kCategory, std::move(column)};
}

std::vector<Column> category_shares(const Context& context, const std::string& source, const std::string& what,
                                    const CountsOfAccounts& accounts, const std::vector<std::string>& dictionary,
                                    const std::vector<std::string>& named) {
  std::vector<std::int32_t> codes = largest_categories(context.comm, accounts, dictionary.size());
  std::vector<std::string> unknown;
  for (const std::string& name : named) {
    if (!name.starts_with(derived::kShare)) continue;
    const auto at = std::find(dictionary.begin(), dictionary.end(), name.substr(derived::kShare.size()));
    if (at == dictionary.end()) unknown.push_back(name);
    if (at != dictionary.end()) codes.push_back(static_cast<std::int32_t>(at - dictionary.begin()));
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  std::vector<Column> columns;
  columns.reserve(codes.size() + unknown.size());
  for (const std::int32_t code : codes)
    columns.push_back(
        share(source, std::string(derived::kShare) + dictionary[static_cast<std::size_t>(code)], accounts, code));
  for (const std::string& name : unknown) {
    context.journal.warn(fmt::format("{}.{}: no row of \"{}\" is of this category", source, name, what));
    columns.push_back(share(source, name, accounts, -1));
  }
  return columns;
}

}  // namespace tessera::intake
