#include "cli/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "cli/figures.hpp"
#include "cli/text_table.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

/// So many k of a sweep are shown; --json has all.
constexpr std::size_t kMost = 8, kMostOfAMacro = 3;

std::string cell(double value) {
  return std::isnan(value) ? "–" : fmt::format("{:.4g}", value);
}

/// Of one clustering, the `most` with the least places, by k.
std::vector<KCriteria> likeliest(std::span<const KCriteria> curve, std::size_t most) {
  std::vector<KCriteria> some(curve.begin(), curve.end());
  const auto place = [](const KCriteria& one) {
    return std::isnan(one.place) ? std::numeric_limits<double>::infinity() : one.place;
  };
  std::ranges::stable_sort(some, {}, place);
  some.resize(std::min(some.size(), most));
  std::ranges::sort(some, {}, &KCriteria::k);
  return some;
}

void print_curve(std::ostream& out, const ResultsSummary::Segmentation& segmentation) {
  const std::span<const KCriteria> curve = segmentation.quality.curve;
  const bool is_of_macros = curve.front().macro >= 0;
  TextTable table({is_of_macros ? "macro segment" : "", "k", "place", "silhouette", "Calinski–Harabasz",
                   "Davies–Bouldin", "gap", "BIC", "stability", "inertia"});
  for (std::size_t begin = 0, end = 0; begin < curve.size(); begin = end) {
    while (end < curve.size() && curve[end].macro == curve[begin].macro) ++end;
    for (const KCriteria& one : likeliest(curve.subspan(begin, end - begin), is_of_macros ? kMostOfAMacro : kMost))
      table.add({is_of_macros ? segmentation.insight.segments[static_cast<std::size_t>(one.macro)].name : "",
                 fmt::format("{}", one.k), cell(one.place), cell(one.silhouette_simplified),
                 cell(one.calinski_harabasz), cell(one.davies_bouldin), cell(one.gap), cell(one.bic),
                 cell(one.stability), cell(one.inertia)});
  }
  table.print(out);
}

}  // namespace

void print_choice(std::ostream& out, const ResultsSummary::Segmentation& segmentation) {
  const CoreQuality& quality = segmentation.quality;
  if (!quality.why_k.empty()) out << "Why so many: " << quality.why_k << "\n";
  if (!std::isnan(quality.clustering.silhouette_simplified))
    out << fmt::format("Told apart: silhouette {} (1 is best), Davies–Bouldin {} (0 is best), Calinski–Harabasz {}\n",
                       cell(quality.clustering.silhouette_simplified), cell(quality.clustering.davies_bouldin),
                       cell(quality.clustering.calinski_harabasz));
  if (quality.curve.empty()) return;
  out << "The likeliest k; the least place, the middle of its ranks by the six criteria, was chosen\n";
  print_curve(out, segmentation);
}

ordered_json choice_json(const CoreQuality& quality) {
  ordered_json curve = ordered_json::array();
  for (const KCriteria& one : quality.curve)
    curve.push_back({{"macro", one.macro},
                     {"k", one.k},
                     {"inertia", number(one.inertia)},
                     {"calinski_harabasz", number(one.calinski_harabasz)},
                     {"davies_bouldin", number(one.davies_bouldin)},
                     {"silhouette_simplified", number(one.silhouette_simplified)},
                     {"gap", number(one.gap)},
                     {"gap_error", number(one.gap_error)},
                     {"bic", number(one.bic)},
                     {"stability", number(one.stability)},
                     {"place", number(one.place)}});
  return {{"why_k", quality.why_k},
          {"silhouette_simplified", number(quality.clustering.silhouette_simplified)},
          {"calinski_harabasz", number(quality.clustering.calinski_harabasz)},
          {"davies_bouldin", number(quality.clustering.davies_bouldin)},
          {"choice_of_k", std::move(curve)}};
}

}  // namespace tessera::cli
