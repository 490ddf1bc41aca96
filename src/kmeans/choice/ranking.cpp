#include "kmeans/choice/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace tessera::choice {
namespace {

struct Criterion {
  const char* name;
  double KCriteria::*value;
  bool more_is_better;
};

constexpr std::array<Criterion, 6> kCriteria = {{{"silhouette", &KCriteria::silhouette_simplified, true},
                                                 {"Calinski–Harabasz", &KCriteria::calinski_harabasz, true},
                                                 {"Davies–Bouldin", &KCriteria::davies_bouldin, false},
                                                 {"gap", &KCriteria::gap, true},
                                                 {"BIC", &KCriteria::bic, true},
                                                 {"stability", &KCriteria::stability, true}}};

/// Whether the first k is better by the criterion than the second.
bool better(const Criterion& criterion, const KCriteria& a, const KCriteria& b) {
  const double x = a.*criterion.value, y = b.*criterion.value;
  if (std::isnan(x) || std::isnan(y)) return std::isnan(y) && !std::isnan(x);
  return criterion.more_is_better ? x > y : x < y;
}

/// Segments that are found again worse than this should not be trusted (Hennig 2007).
constexpr double kLeastStability = 0.6;

/// Whether a k may be chosen; where none is stable enough, the most stable may.
std::vector<bool> may_be_chosen(const std::vector<KCriteria>& curve) {
  double most = -1.0;
  for (const KCriteria& one : curve) most = std::fmax(most, one.stability);
  std::vector<bool> may(curve.size());
  for (std::size_t at = 0; at < curve.size(); ++at)
    may[at] = most < 0.0 || curve[at].stability >= std::fmin(kLeastStability, most);
  return may;
}

/// Among those that have a place.
int rank_of(const Criterion& criterion, const std::vector<KCriteria>& curve, const KCriteria& one) {
  return 1 + static_cast<int>(std::ranges::count_if(curve, [&](const KCriteria& other) {
           return !std::isnan(other.place) && better(criterion, other, one);
         }));
}

std::string first_by(const std::vector<KCriteria>& curve, std::size_t at) {
  std::string names;
  for (const Criterion& criterion : kCriteria)
    if (rank_of(criterion, curve, curve[at]) == 1) names += (names.empty() ? "" : ", ") + std::string(criterion.name);
  return names;
}

}  // namespace

std::size_t place_all(std::vector<KCriteria>& curve) {
  const std::vector<bool> may = may_be_chosen(curve);
  for (std::size_t at = 0; at < curve.size(); ++at) curve[at].place = may[at] ? 0.0 : KCriteria::kUnknown;
  std::size_t best = curve.size();
  int least_sum = 0;
  for (std::size_t at = 0; at < curve.size(); ++at) {
    if (!may[at]) continue;
    std::array<int, kCriteria.size()> ranks{};
    for (std::size_t c = 0; c < kCriteria.size(); ++c) ranks[c] = rank_of(kCriteria[c], curve, curve[at]);
    std::ranges::sort(ranks);
    curve[at].place = (ranks[2] + ranks[3]) / 2.0;
    const int sum = std::accumulate(ranks.begin(), ranks.end(), 0);
    const bool first = best == curve.size() || curve[at].place < curve[best].place ||
                       (curve[at].place == curve[best].place && sum < least_sum);
    if (!first) continue;
    best = at;
    least_sum = sum;
  }
  return best;
}

std::string why_chosen(const std::vector<KCriteria>& curve, std::size_t chosen, std::int64_t accounts_seen) {
  const KCriteria& best = curve[chosen];
  std::string why = fmt::format("{} segments, of {} to {} tried on {} accounts", best.k, curve.front().k,
                                curve.back().k, accounts_seen);
  const std::string first = first_by(curve, chosen);
  why += first.empty() ? ": no criterion puts it first, but most put it high" : fmt::format(": the best by {}", first);
  if (!std::isnan(best.stability))
    why += fmt::format("; when accounts are drawn anew, {:.0f} % of a segment is found again", 100.0 * best.stability);
  std::size_t second = chosen;
  for (std::size_t at = 0; at < curve.size(); ++at)
    if (at != chosen && !std::isnan(curve[at].place) && (second == chosen || curve[at].place < curve[second].place))
      second = at;
  return second == chosen ? why : why + fmt::format("; next best: {}", curve[second].k);
}

}  // namespace tessera::choice
