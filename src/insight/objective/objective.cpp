#include "tessera/objective.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>

#include "core/special_numbers.hpp"
#include "insight/objective/feature_sums.hpp"
#include "insight/objective/kpi_link.hpp"

namespace tessera {

namespace {

/// The encoded features of one column.
struct FeatureGroup {
  std::string column;
  std::vector<int> encoded;
};

std::vector<FeatureGroup> groups_of(const FeatureEncoding& encoding) {
  std::vector<FeatureGroup> groups;
  std::map<std::string_view, std::size_t> place;  // a matrix may have very many columns
  for (int e = 0; e < encoding.d(); ++e) {
    const std::string& column = encoding.features[static_cast<std::size_t>(e)].column;
    const auto [found, is_new] = place.emplace(column, groups.size());
    if (is_new) groups.push_back({column, {}});
    groups[found->second].encoded.push_back(e);
  }
  return groups;
}

double largest_correlation(const insight::FeatureSums& sums, const FeatureGroup& a, const FeatureGroup& b) {
  double largest = kNaN;
  for (const int i : a.encoded)
    for (const int j : b.encoded) {
      const double correlation = std::fabs(sums.correlation(i, j));
      if (!std::isnan(correlation) && !(correlation <= largest)) largest = correlation;
    }
  return largest;
}

/// Parts, variances and correlations; nothing of the KPI yet.
std::vector<FeatureLink> links_of(const insight::FeatureSums& sums, const std::vector<FeatureGroup>& groups) {
  std::vector<FeatureLink> links;
  double all_between = 0.0;
  for (const FeatureGroup& group : groups) {
    FeatureLink link{group.column, 0.0, kNaN, kNaN, "", kNaN, kNaN};
    double squares = 0.0;
    for (const int e : group.encoded) {
      link.importance += sums.squares_between(e);
      squares += sums.squares(e);
    }
    all_between += link.importance;
    if (squares > 0.0) link.explained = link.importance / squares;
    for (const FeatureGroup& other : groups) {
      if (!sums.correlates()) break;
      if (&other == &group) continue;
      const double correlation = largest_correlation(sums, group, other);
      if (std::isnan(correlation) || correlation <= link.redundancy) continue;
      link.redundancy = correlation;
      link.redundant_with = other.column;
    }
    links.push_back(std::move(link));
  }
  for (FeatureLink& link : links) link.importance = all_between > 0.0 ? link.importance / all_between : kNaN;
  return links;
}

}  // namespace

std::vector<FeatureLink> feature_links(const Context& context, const AccountTable& accounts, const Job& job,
                                       const SegmentationSpec& segmentation, const Prepared& prepared,
                                       const std::vector<std::int32_t>& core, int k) {
  const std::vector<FeatureGroup> groups = groups_of(prepared.encoding);
  std::vector<FeatureLink> links = links_of(insight::FeatureSums(context.comm, prepared.tiles, core, k), groups);
  if (!segmentation.objective) return links;
  const auto kpi = std::ranges::find(job.kpis, segmentation.objective->kpi, &KpiSpec::name);
  if (kpi == job.kpis.end()) return links;
  const insight::KpiByAccount by_account(context, accounts, *kpi, prepared.rows);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto is_number = [&](int e) { return !prepared.encoding.features[static_cast<std::size_t>(e)].is_indicator; };
    const auto number = std::ranges::find_if(groups[g].encoded, is_number);
    if (number != groups[g].encoded.end()) {
      links[g].kpi_correlation = by_account.correlation(prepared.tiles, *number);
      links[g].kpi_explained = links[g].kpi_correlation * links[g].kpi_correlation;
    } else if (const Column* column = accounts.find(groups[g].column)) {
      links[g].kpi_explained = by_account.explained_by(*column, prepared.rows);
    }
  }
  return links;
}

std::vector<std::int32_t> objective_ranks(const ObjectiveSpec& objective, const Insight& insight) {
  std::vector<double> estimates(insight.segments.size(), kNaN);
  for (const KpiValue& kpi : insight.kpis)
    if (kpi.kpi == objective.kpi && kpi.count > 0) estimates[static_cast<std::size_t>(kpi.segment)] = kpi.estimate;
  std::vector<std::size_t> order(estimates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t s) { return std::isnan(estimates[s]); });
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const Level level_a = insight.segments[a].level, level_b = insight.segments[b].level;
    if (level_a != level_b) return level_a < level_b;
    return objective.high ? estimates[a] > estimates[b] : estimates[a] < estimates[b];
  });
  std::vector<std::int32_t> ranks(estimates.size(), 0);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const bool is_first =
        place == 0 || insight.segments[order[place]].level != insight.segments[order[place - 1]].level;
    ranks[order[place]] = is_first ? 1 : ranks[order[place - 1]] + 1;
  }
  return ranks;
}

}  // namespace tessera
