#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "compare/ledger.hpp"
#include "compare/reasons.hpp"
#include "compare/recount.hpp"
#include "evolve/drift/paired_kpis.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "tessera/compare.hpp"
#include "tessera/errors.hpp"
#include "tessera/night_story.hpp"
#include "trial/stored_accounts.hpp"

namespace tessera {

namespace {

using trial::StoredSegments;

constexpr std::int64_t kNowhere = -1;

/// A results file: its summary, and its accounts.
struct Night {
  ResultsSummary summary;
  storage::FileReader reader;
  std::vector<std::string> ids;
  std::map<std::string, NightStory> stories;

  explicit Night(const std::string& path)
      : summary(read_summary(path)),
        reader(results::open_results(path)),
        ids(trial::read_account_ids(reader)),
        stories(read_night_stories(path)) {}

  [[nodiscard]] const ResultsSummary::Segmentation* find(const std::string& name) const {
    const auto found = std::ranges::find(summary.segmentations, name, &ResultsSummary::Segmentation::name);
    return found == summary.segmentations.end() ? nullptr : &*found;
  }
  [[nodiscard]] StoredSegments segments(const ResultsSummary::Segmentation& one) const {
    return trial::read_stored_segments(reader, ResultsSummary::Segmentation(one), ids.size());
  }
};

/// By account of the later file: its row in the earlier one.
std::vector<std::int64_t> join(const std::vector<std::string>& earlier, const std::vector<std::string>& later) {
  std::unordered_map<std::string_view, std::int64_t> row_of;
  row_of.reserve(earlier.size());
  for (std::size_t i = 0; i < earlier.size(); ++i) row_of.emplace(earlier[i], static_cast<std::int64_t>(i));
  std::vector<std::int64_t> rows;
  rows.reserve(later.size());
  for (const std::string& id : later) {
    const auto found = row_of.find(id);
    rows.push_back(found == row_of.end() ? kNowhere : found->second);
  }
  return rows;
}

std::vector<SharedAccounts> count_shared(const std::vector<std::int32_t>& then, const std::vector<std::int32_t>& now,
                                         const std::vector<std::int64_t>& joined) {
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> counts;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (joined[i] == kNowhere || now[i] < 0) continue;
    const std::int32_t was = then[static_cast<std::size_t>(joined[i])];
    if (was >= 0) ++counts[{was, now[i]}];
  }
  std::vector<SharedAccounts> shared;
  shared.reserve(counts.size());
  for (const auto& [pair, accounts] : counts) shared.push_back({pair.first, pair.second, accounts});
  return shared;
}

std::vector<FeatureDrift> drift_of(const Night& later, const ResultsSummary::Segmentation& then,
                                   const StoredSegments& now) {
  std::vector<std::uint8_t> in_population;
  for (std::size_t i = 0; i < now.macro.size(); ++i)
    in_population.push_back(now.macro[i] >= 0 || now.core[i] >= 0 ? 1 : 0);
  const std::vector<FeatureDistribution> counted = compare::recount(later.reader, then.distribution, in_population);
  std::vector<FeatureDrift> features;
  for (std::size_t f = 0; f < counted.size(); ++f) {
    features.push_back(feature_drift(then.distribution[f], counted[f]));
    if (counted[f].bins.empty()) features.back().why_not = "the later results do not hold it, or as another type";
  }
  return features;
}

ComparedDesigns compared(const Night& earlier, const Night& later, const std::vector<std::int64_t>& joined,
                         const ResultsSummary::Segmentation& then, const ResultsSummary::Segmentation& now) {
  const StoredSegments were = earlier.segments(then), are = later.segments(now);
  ComparedDesigns designs;
  designs.then_name = then.name;
  designs.now_name = now.name;
  designs.same_design = then.name == now.name;
  ComparedSegmentation& one = designs.compared;
  one.name = now.name;
  one.level = level_to_compare(were.segments, are.segments);
  one.then = were.segments;
  one.now = are.segments;
  const bool is_core = one.level == Level::kCore;
  one.shared = count_shared(is_core ? were.core : were.macro, is_core ? are.core : are.macro, joined);
  designs.shared = one.accounts_shared();
  designs.agreement = adjusted_rand(one.shared);
  if (!designs.same_design) return designs;
  compare::tell_changes(designs);
  designs.kept = designs.shared - one.accounts_moved();
  const auto story = later.stories.find(now.name);
  designs.why = compare::why_moved(earlier.summary, later.summary, designs,
                                   story == later.stories.end() ? std::vector<MoveCount>{} : story->second.moves);
  one.features = drift_of(later, then, are);
  designs.drift = {Drift::Since::kLastNight, earlier.summary.night, one.features,
                   kpi_drift(evolve::paired_kpis(then.insight, now.insight, one.now))};
  return designs;
}

const ResultsSummary::Segmentation& wanted(const Night& night, const DesignRef& design) {
  if (const auto* found = night.find(design.segmentation)) return *found;
  std::string names;
  for (const auto& one : night.summary.segmentations)
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", one.name);
  throw Error(ExitCode::kUsage,
              fmt::format("{} has no segmentation \"{}\"; it has {}", design.path, design.segmentation, names));
}

}  // namespace

DesignRef design_of(const std::string& text) {
  std::error_code ignored;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || std::filesystem::exists(text, ignored)) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

NightsComparison compare_nights(const DesignRef& earlier, const DesignRef& later) {
  const Night before(earlier.path), after(later.path);
  const std::vector<std::int64_t> joined = join(before.ids, after.ids);
  NightsComparison result;
  result.earlier_night = before.summary.night;
  result.later_night = after.summary.night;
  result.accounts_then = static_cast<std::int64_t>(before.ids.size());
  result.accounts_now = static_cast<std::int64_t>(after.ids.size());
  result.shared = std::ranges::count_if(joined, [](std::int64_t row) { return row != kNowhere; });
  result.sources = compare_sources(earlier.path, later.path);
  if (!earlier.segmentation.empty() || !later.segmentation.empty()) {
    const std::string& name = earlier.segmentation.empty() ? later.segmentation : earlier.segmentation;
    const std::string& other = later.segmentation.empty() ? earlier.segmentation : later.segmentation;
    result.designs.push_back(
        compared(before, after, joined, wanted(before, {earlier.path, name}), wanted(after, {later.path, other})));
    return result;
  }
  for (const auto& then : before.summary.segmentations)
    if (const auto* now = after.find(then.name)) result.designs.push_back(compared(before, after, joined, then, *now));
  if (result.designs.empty())
    throw Error(ExitCode::kBadData,
                fmt::format("{} and {} have no segmentation of one name; name two with FILE.h5:NAME", earlier.path,
                            later.path));
  return result;
}

}  // namespace tessera
