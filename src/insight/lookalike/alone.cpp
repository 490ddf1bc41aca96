#include "insight/lookalike/alone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "insight/lookalike/levels.hpp"

namespace tessera::insight {

namespace {

constexpr double kLeak = 0.995;

/// Counts by slot of the best (even entries) and of the others. Collective.
template <class SlotOf>
void count(const Context& context, const FeatureTiles& tiles, int feature, const Examples& customers, SlotOf slot_of,
           std::span<std::int64_t> counts) {
  for (std::size_t i = 0; i < tiles.n_local(); ++i)
    ++counts[2 * slot_of(tiles.at(i, feature)) + static_cast<std::size_t>(1 - customers.is_best[i])];
  context.comm.all_reduce<parallel::Reduce::kSum>(counts);
}

double area(std::span<const std::int64_t> counts) {
  LevelCounts best, rest;
  for (std::size_t slot = 0; 2 * slot < counts.size(); ++slot) {
    best.push_back(counts[2 * slot]);
    rest.push_back(counts[2 * slot + 1]);
  }
  const double a = area_under_curve(best, rest);
  return std::fmax(a, 1.0 - a);
}

double area_of_number(const Context& context, const FeatureTiles& tiles, int feature, const Examples& customers) {
  constexpr double kSteps = 4096.0;
  std::vector<std::int64_t> counts(2 * kLevels, 0);
  count(
      context, tiles, feature, customers,
      [](float x) {
        return static_cast<std::size_t>(static_cast<std::int64_t>(x * kSteps) + static_cast<std::int64_t>(kLevels / 2));
      },
      counts);
  return area(counts);
}

/// Categories in the order of their share of the best: no other order tells more.
double area_of_category(const Context& context, const FeatureTiles& tiles, int first, int last,
                        const Examples& customers) {
  std::vector<std::pair<std::int64_t, std::int64_t>> categories;
  for (int feature = first; feature < last; ++feature) {
    std::vector<std::int64_t> counts(4, 0);
    count(
        context, tiles, feature, customers, [](float x) { return x > 0.0F ? std::size_t{1} : std::size_t{0}; }, counts);
    categories.emplace_back(counts[2], counts[3]);
  }
  std::ranges::stable_sort(categories, [](const auto& a, const auto& b) {
    return static_cast<__int128>(a.first) * (b.first + b.second) <
           static_cast<__int128>(b.first) * (a.first + a.second);
  });
  std::vector<std::int64_t> counts;
  for (const auto& [best, rest] : categories) counts.insert(counts.end(), {best, rest});
  return area(counts);
}

}  // namespace

void measure_alone(const Context& context, const FeatureEncoding& encoding, const FeatureTiles& tiles,
                   const Examples& customers, std::vector<LikenessColumn>& columns) {
  for (int first = 0, last = 0; first < encoding.d(); first = last) {
    const EncodedFeature& feature = encoding.features[static_cast<std::size_t>(first)];
    while (last < encoding.d() && encoding.features[static_cast<std::size_t>(last)].column == feature.column) ++last;
    const auto column = std::ranges::find(columns, feature.column, &LikenessColumn::column);
    column->alone = feature.is_indicator ? area_of_category(context, tiles, first, last, customers)
                                         : area_of_number(context, tiles, first, customers);
  }
}

bool drop_leaks(Journal& journal, std::vector<LikenessColumn>& columns) {
  bool has_leak = false;
  for (LikenessColumn& column : columns) {
    if (!column.is_used || !(column.alone > kLeak)) continue;
    has_leak = true;
    column.is_used = false;
    column.why_not = fmt::format(
        "it tells the best customers all by itself (area {:.4f}): it must be made of what they "
        "bring",
        column.alone);
    journal.warn(fmt::format("lookalikes do not go by {}: {}", column.column, column.why_not));
  }
  return has_leak;
}

}  // namespace tessera::insight
