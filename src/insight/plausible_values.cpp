#include "insight/plausible_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {
namespace {

constexpr std::array kProbabilities{0.05, 0.25, 0.50, 0.75, 0.95};
constexpr std::size_t kMostCategories = 32;
constexpr std::int64_t kRarest = 100;  ///< one in so many

/// The quantiles of one group that are there, each once.
std::vector<double> values_there(std::span<const double> quantiles) {
  std::vector<double> values;
  for (const double q : quantiles)
    if (!std::isnan(q) && (values.empty() || q != values.back())) values.push_back(q);
  return values;
}

PlausibleValues quantiles(const Context& context, std::span<const double> cells, std::span<const std::int32_t> group_of,
                          std::size_t n_groups) {
  const std::vector<double> by_group =
      parallel::grouped_quantiles(context.comm, cells, group_of, static_cast<int>(n_groups), kProbabilities);
  const std::vector<double> whole = parallel::grouped_quantiles(context.comm, cells, {}, 1, kProbabilities);
  PlausibleValues plausible;
  for (std::size_t g = 0; g < n_groups; ++g) {
    plausible.by_group.push_back(
        values_there(std::span(by_group).subspan(g * kProbabilities.size(), kProbabilities.size())));
    if (plausible.by_group.back().empty()) plausible.by_group.back() = values_there(whole);
  }
  return plausible;
}

/// The codes that are common enough, ascending, given the accounts by code.
std::vector<double> common_codes(std::span<const std::int64_t> counts) {
  const std::int64_t all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::vector<std::size_t> codes;
  for (std::size_t code = 0; code < counts.size(); ++code)
    if (counts[code] > 0 && kRarest * counts[code] >= all) codes.push_back(code);
  std::ranges::stable_sort(codes, [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  codes.resize(std::min(codes.size(), kMostCategories));
  std::ranges::sort(codes);
  return {codes.begin(), codes.end()};
}

/// `codes` by local account, −1: missing. Groups are counted as many at a time as a bounded table holds.
template <class Code>
PlausibleValues commonest(const Context& context, std::span<const Code> codes, std::size_t n_codes,
                          std::span<const std::int32_t> group_of, std::size_t n_groups) {
  constexpr std::size_t kMostCells = std::size_t{1} << 22;
  const std::size_t at_a_time = std::max<std::size_t>(1, kMostCells / std::max<std::size_t>(1, n_codes));
  PlausibleValues plausible;
  std::vector<std::int64_t> whole(n_codes, 0);
  for (std::size_t first = 0; first < n_groups; first += at_a_time) {
    const std::size_t n = std::min(at_a_time, n_groups - first);
    std::vector<std::int64_t> counts(n * n_codes, 0);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto group = static_cast<std::size_t>(group_of[i]);
      if (codes[i] >= 0 && group >= first && group < first + n)
        ++counts[(group - first) * n_codes + static_cast<std::size_t>(codes[i])];
    }
    context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
    for (std::size_t g = 0; g < n; ++g) {
      const auto of_group = std::span<const std::int64_t>(counts).subspan(g * n_codes, n_codes);
      plausible.by_group.push_back(common_codes(of_group));
      for (std::size_t code = 0; code < n_codes; ++code) whole[code] += of_group[code];
    }
  }
  for (std::vector<double>& values : plausible.by_group)
    if (values.empty()) values = common_codes(whole);
  return plausible;
}

}  // namespace

std::size_t PlausibleValues::most() const noexcept {
  std::size_t most = 0;
  for (const std::vector<double>& values : by_group) most = std::max(most, values.size());
  return most;
}

PlausibleValues plausible_values(const Context& context, const Column& column, std::span<const std::int32_t> group_of,
                                 std::size_t n_groups) {
  if (const auto* numbers = std::get_if<NumberColumn>(&column.data))
    return quantiles(context, numbers->values, group_of, n_groups);
  if (const auto* categories = std::get_if<CategoryColumn>(&column.data))
    return commonest(context, std::span<const std::int32_t>(categories->codes), categories->categories.size(), group_of,
                     n_groups);
  if (const auto* flags = std::get_if<FlagColumn>(&column.data))
    return commonest(context, std::span<const std::int8_t>(flags->values), 2, group_of, n_groups);
  if (const auto* dates = std::get_if<DateColumn>(&column.data)) {
    std::vector<double> days(dates->days.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < days.size(); ++i)
      if (dates->days[i] != kMissingDate) days[i] = dates->days[i];
    return quantiles(context, days, group_of, n_groups);
  }
  return {std::vector<std::vector<double>>(n_groups)};
}

}  // namespace tessera::insight
