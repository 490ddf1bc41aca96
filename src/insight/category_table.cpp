#include "insight/category_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kMostFrequent = 50;
constexpr double kOverShare = 0.05;
constexpr double kOverLift = 1.5;

/// Accounts of the whole by code; the last entry is missing.
std::vector<std::int64_t> count_whole(const parallel::Communicator& comm, const CategoryView& view) {
  std::vector<std::int64_t> counts(view.labels.size() + 1, 0);
  for (const std::int32_t code : view.codes) ++counts[code < 0 ? view.labels.size() : static_cast<std::size_t>(code)];
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  return counts;
}

/// Codes that have accounts (labels.size() stands for missing), most frequent first.
std::vector<std::size_t> by_frequency(const std::vector<std::int64_t>& whole) {
  std::vector<std::size_t> order(whole.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t code) { return whole[code] == 0; });
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t code) { return whole[code]; });
  return order;
}

}  // namespace

CategoryView category_view(const Column& column, std::span<const std::uint32_t> rows) {
  CategoryView view;
  view.codes.resize(rows.size());
  if (const auto* category = std::get_if<CategoryColumn>(&column.data)) {
    view.labels = category->categories;
    for (std::size_t i = 0; i < rows.size(); ++i) view.codes[i] = category->codes[rows[i]];
    // A source may spell its missing cells as we do; the two are one category.
    const auto unknown = std::ranges::find(view.labels, kUnknownCategory);
    if (unknown != view.labels.end())
      std::ranges::replace(view.codes, -1, static_cast<std::int32_t>(unknown - view.labels.begin()));
  } else {
    view.labels = {"no", "yes"};
    const auto& flags = std::get<FlagColumn>(column.data).values;
    for (std::size_t i = 0; i < rows.size(); ++i)
      view.codes[i] = flags[rows[i]] < 0 ? -1 : static_cast<std::int32_t>(flags[rows[i]] != 0);
  }
  return view;
}

double CategoryTable::share(std::size_t segment, std::size_t category) const noexcept {
  return accounts[segment] == 0
             ? std::nan("")
             : static_cast<double>(count(segment, category)) / static_cast<double>(accounts[segment]);
}

CategoryTable category_table(const parallel::Communicator& comm, const CategoryView& view, const Membership& members,
                             std::span<const std::int64_t> accounts) {
  std::vector<std::size_t> order = by_frequency(count_whole(comm, view));
  order.resize(std::min(order.size(), std::max(kMostFrequent, CategoryTable::kMostCells / members.table_size())));

  CategoryTable table;
  table.accounts.assign(accounts.begin(), accounts.end());
  std::vector<std::int32_t> place_of_code(view.labels.size() + 1, -1);
  for (const std::size_t code : order) {
    place_of_code[code] = static_cast<std::int32_t>(table.labels.size());
    table.labels.push_back(code == view.labels.size() ? kUnknownCategory : view.labels[code]);
  }
  table.counts.assign(members.table_size() * table.n_categories(), 0);
  for (std::size_t i = 0; i < view.codes.size(); ++i) {
    const std::int32_t code = view.codes[i];
    const std::int32_t place = place_of_code[code < 0 ? view.labels.size() : static_cast<std::size_t>(code)];
    if (place < 0) continue;
    members.for_each_segment(i, [&](std::size_t segment) {
      ++table.counts[segment * table.n_categories() + static_cast<std::size_t>(place)];
    });
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(table.counts));
  return table;
}

void append_category_profiles(const CategoryTable& table, const Membership& members, std::int32_t segment,
                              const std::string& column, std::vector<CategoryProfile>& profiles) {
  const auto s = static_cast<std::size_t>(segment);
  const auto whole = static_cast<std::size_t>(members.whole());
  for (std::size_t category = 0; category < table.n_categories(); ++category) {
    if (table.count(s, category) == 0) continue;
    const double share = table.share(s, category);
    const double lift = share / table.share(whole, category);
    if (category < kMostFrequent || (share >= kOverShare && lift >= kOverLift))
      profiles.push_back({segment, column, table.labels[category], table.count(s, category), share, lift});
  }
}

}  // namespace tessera::insight
