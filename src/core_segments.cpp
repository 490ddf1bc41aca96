#include "core_segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "kmeans/choice/account_sample.hpp"
#include "model/nearest_two.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

/// The job's own centroids, moved into the encoding's grid values; their shape must fit the job.
std::vector<double> initial_centroids(const Context& context, const SegmentationSpec& spec,
                                      const FeatureEncoding& encoding) {
  if (!spec.initial) return {};
  return parallel::compute_together(context.comm, [&] {
    const storage::MatrixFile file(spec.initial->path, spec.initial->dataset);
    const auto d = static_cast<std::uint64_t>(encoding.d());
    if (file.rows() != static_cast<std::uint64_t>(spec.k) || file.columns() != d)
      throw Error(
          ExitCode::kBadJob,
          fmt::format("segmentation \"{}\": initial {}:{} is {} × {}, but k is {} and there are {} encoded "
                      "features (constant ones are dropped): give k × d centroids in the features' own units",
                      spec.name, spec.initial->path, spec.initial->dataset, file.rows(), file.columns(), spec.k, d));
    std::vector<double> centroids(file.rows() * file.columns());
    file.read(0, file.rows(), std::span<double>(centroids));
    for (std::size_t i = 0; i < centroids.size(); ++i) {
      const EncodedFeature& feature = encoding.features[i % d];
      // A matrix's columns are encoded about an offset; the file speaks in the columns' own numbers.
      const double shifted = (centroids[i] - feature.offset) / feature.scale * std::sqrt(feature.weight);
      centroids[i] = std::ldexp(shifted, encoding.exponent);
    }
    return centroids;
  });
}

/// Accounts that are clustered together, and what they are called.
struct Group {
  const FeatureTiles& tiles;
  std::span<const AccountKey> keys;
  std::string name;
  std::span<const double> start;  ///< k × d grid values to go on from; empty: none
};

/// One k-means, of the population or of a macro segment.
struct Found {
  Clustering clustering;
  CoreQuality quality;
};

/// Every account by given centroids; those that nobody is nearest to are left out.
Clustering assigned(const Context& context, const FeatureTiles& tiles, std::span<const double> centroids) {
  Clustering clustering;
  clustering.d = tiles.d();
  clustering.origin.assign(static_cast<std::size_t>(tiles.d()), 0);
  clustering.centroids.assign(centroids.begin(), centroids.end());
  const auto d = static_cast<std::ptrdiff_t>(tiles.d());
  for (bool has_empty = true; has_empty;) {
    clustering.k = static_cast<int>(clustering.centroids.size()) / clustering.d;
    NearestTwo two = nearest_two_cores(tiles, clustering.centroids, clustering.k, context.threads);
    clustering.accounts.assign(static_cast<std::size_t>(clustering.k), 0);
    for (const std::int32_t core : two.nearest) ++clustering.accounts[static_cast<std::size_t>(core)];
    context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(clustering.accounts));
    clustering.nearest = std::move(two.nearest);
    clustering.next_best = std::move(two.next_best);
    has_empty = false;
    for (std::ptrdiff_t c = clustering.k; c-- > 0;) {
      if (clustering.accounts[static_cast<std::size_t>(c)] > 0) continue;
      has_empty = true;
      const auto row = clustering.centroids.begin() + c * d;
      clustering.centroids.erase(row, row + d);
    }
  }
  return clustering;
}

class Finder {
 public:
  Finder(const Context& context, const Job& job, const SegmentationSpec& spec, const FeatureEncoding& encoding,
         CoreStart::Use use, const Pauses& pauses)
      : context_(context), job_(job), spec_(spec), encoding_(encoding), use_(use), pauses_(pauses) {}

  [[nodiscard]] Found find(const Group& group, checkpoint::GroupState& state) const {
    Found found;
    int k = spec_.k;
    if (goes_on(group)) {
      k = k_of_start(group);
      found.quality.why_k = fmt::format("{} segments, as at the last fresh start", k);
    } else if (spec_.auto_k) {
      if (!state.choice) state.choice = chosen(group);
      ChoiceOfK choice = *state.choice;
      tell_of(group, choice);
      k = choice.k;
      found.quality.curve = std::move(choice.curve);
      found.quality.why_k = std::move(choice.why);
    }
    found.clustering = goes_on(group) && use_ == CoreStart::Use::kStay ? assigned(context_, group.tiles, group.start)
                                                                       : clustered(group, k, state.kmeans);
    if (!spec_.auto_k)
      found.quality.why_k =
          found.clustering.k == k
              ? fmt::format("{} segments, as the job says", k)
              : fmt::format("{} segments: the job says {}, but no more accounts differ", found.clustering.k, k);
    found.quality.clustering = clustering_quality(context_, group.tiles, found.clustering);
    return found;
  }

 private:
  [[nodiscard]] int k_of_start(const Group& group) const {
    return static_cast<int>(group.start.size() / encoding_.features.size());
  }
  [[nodiscard]] bool goes_on(const Group& group) const {
    return !group.start.empty() && (spec_.auto_k || k_of_start(group) == spec_.k);
  }

  [[nodiscard]] ChoiceOfK chosen(const Group& group) const {
    ChoiceOfK choice =
        choose_k(context_, group.tiles, group.keys, {spec_.k_min, spec_.k_max, job_.seed, encoding_.exponent},
                 [] { return parallel::stop_requested(); });
    if (choice.stopped) parallel::throw_stopped();
    return choice;
  }

  void tell_of(const Group& group, const ChoiceOfK& choice) const {
    if (choice.k < spec_.k_min)
      context_.journal.warn(
          fmt::format("segmentation \"{}\": k of {} falls below k_min = {} to {}, as it has too few "
                      "accounts",
                      spec_.name, group.name, spec_.k_min, choice.k));
  }

  /// A state with a checksum that fits may still be made up, or of another encoding.
  void check_fits(const KmeansState& state, int k) const {
    const auto fits = [&](const KmeansState::Start& start) {
      return start.k <= k &&
             start.centroids.size() == static_cast<std::size_t>(start.k) * static_cast<std::size_t>(encoding_.d());
    };
    const bool trial_fits = !state.swaps || !state.swaps->trial || fits(*state.swaps->trial);
    if (std::ranges::all_of(state.best, fits) && (!state.running || fits(*state.running)) && trial_fits) return;
    throw Error(
        ExitCode::kBadData,
        fmt::format("segmentation \"{}\": the checkpoint has centroids that do not fit its {} encoded features: "
                    "start without --resume",
                    spec_.name, encoding_.d()),
        true);
  }

  [[nodiscard]] Clustering clustered(const Group& group, int k, KmeansState& state) const {
    check_fits(state, k);
    KmeansOptions options;
    options.k = k;
    options.starts = spec_.starts;
    options.max_iterations = spec_.max_iterations;
    options.tolerance = spec_.tolerance;
    options.seed = job_.seed;
    const bool iterates = goes_on(group) && use_ == CoreStart::Use::kIterate;
    options.swaps = spec_.quality == Quality::kBest && !iterates;
    options.initial = iterates ? std::vector<double>(group.start.begin(), group.start.end())
                               : initial_centroids(context_, spec_, encoding_);
    options.whom = group.name;
    const auto wished = [&](int start, int iteration, double) {
      context_.journal.at(
          fmt::format("segmentation \"{}\", {}: start {}, iteration {}", spec_.name, group.name, start + 1, iteration));
      return pauses_.wished();
    };
    Clustering clustering = kmeans(context_, group.tiles, group.keys, options, wished, &state);
    while (clustering.stopped) {
      pauses_.pause();
      clustering = kmeans(context_, group.tiles, group.keys, options, wished, &state);
    }
    return clustering;
  }

  const Context& context_;
  const Job& job_;
  const SegmentationSpec& spec_;
  const FeatureEncoding& encoding_;
  CoreStart::Use use_;
  const Pauses& pauses_;
};

/// The accounts of one macro segment: places among the population's.
using Members = std::vector<std::uint32_t>;

std::vector<Members> members_of(const Prepared& prepared, const MacroSegments& macros) {
  std::vector<Members> members(macros.segments.size());
  for (std::size_t i = 0; i < prepared.rows.size(); ++i)
    members[static_cast<std::size_t>(macros.of_account[prepared.rows[i]])].push_back(static_cast<std::uint32_t>(i));
  return members;
}

/// Updates run side by side, so to speak: a clustering that has ended keeps its inertia.
void add_iterations(const std::vector<double>& more, std::vector<double>& all) {
  const double ended = all.empty() ? 0.0 : all.back(), more_ended = more.empty() ? 0.0 : more.back();
  const std::size_t before = all.size();
  all.resize(std::max(all.size(), more.size()), ended);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] += i < more.size() ? more[i] : more_ended;
  if (before == 0) all = more;
}

/// Puts what macro segments have end to end.
class Gathering {
 public:
  Gathering(std::size_t n_local, int d) {
    cores_.clustering.d = d;
    cores_.clustering.nearest.assign(n_local, -1);
    cores_.clustering.next_best.assign(n_local, -1);
  }

  void add(std::int32_t macro, const std::string& name, const Members& members, Found found, std::int64_t accounts) {
    Clustering& all = cores_.clustering;
    const Clustering& one = found.clustering;
    for (std::size_t i = 0; i < members.size(); ++i) {
      all.nearest[members[i]] = all.k + one.nearest[i];
      all.next_best[members[i]] = one.next_best[i] < 0 ? -1 : all.k + one.next_best[i];
    }
    all.centroids.insert(all.centroids.end(), one.centroids.begin(), one.centroids.end());
    all.accounts.insert(all.accounts.end(), one.accounts.begin(), one.accounts.end());
    add_iterations(one.inertia_by_iteration, all.inertia_by_iteration);
    all.k += one.k;
    all.iterations = std::max(all.iterations, one.iterations);
    cores_.macro_of_core.resize(static_cast<std::size_t>(all.k), macro);
    cores_.quality.why_k +=
        fmt::format("{}{}: {}", cores_.quality.why_k.empty() ? "" : "\n", name, found.quality.why_k);
    for (KCriteria& criteria : found.quality.curve) {
      criteria.macro = macro;
      cores_.quality.curve.push_back(criteria);
    }
    weigh(found.quality.clustering, accounts);
  }

  CoreSegments finish() && {
    ClusteringQuality& quality = cores_.quality.clustering;
    for (std::size_t f = 0; f < kFigures.size(); ++f)
      if (weights_[f] > 0) quality.*kFigures[f] = sums_[f] / static_cast<double>(weights_[f]);
    return std::move(cores_);
  }

 private:
  static constexpr std::array kFigures = {&ClusteringQuality::silhouette_simplified,
                                          &ClusteringQuality::calinski_harabasz, &ClusteringQuality::davies_bouldin};

  void weigh(const ClusteringQuality& quality, std::int64_t accounts) {
    for (std::size_t f = 0; f < kFigures.size(); ++f) {
      if (std::isnan(quality.*kFigures[f])) continue;
      sums_[f] += static_cast<double>(accounts) * quality.*kFigures[f];
      weights_[f] += accounts;
    }
  }

  CoreSegments cores_;
  std::array<double, kFigures.size()> sums_{};
  std::array<std::int64_t, kFigures.size()> weights_{};
};

CoreSegments inside_macros(const Context& context, const Finder& finder, const Prepared& prepared,
                           const MacroSegments& macros, const CoreStart& start, checkpoint::SearchState& state) {
  const std::vector<Members> members = members_of(prepared, macros);
  std::vector<std::int64_t> accounts;
  accounts.reserve(members.size());
  for (const Members& some : members) accounts.push_back(static_cast<std::int64_t>(some.size()));
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(accounts));
  state.resize(members.size());
  Gathering gathering(prepared.rows.size(), prepared.encoding.d());
  for (std::size_t m = 0; m < members.size(); ++m) {
    if (accounts[m] == 0) continue;
    const FeatureTiles tiles = choice::picked(prepared.tiles, members[m]);
    std::vector<AccountKey> keys;
    for (const std::uint32_t i : members[m]) keys.push_back(prepared.keys[i]);
    const std::string& name = macros.segments[m].name;
    const std::span<const double> from =
        start.centroids.empty() ? std::span<const double>{} : std::span<const double>(start.centroids[m]);
    Found found = finder.find({tiles, keys, fmt::format("macro segment \"{}\"", name), from}, state[m]);
    gathering.add(static_cast<std::int32_t>(m), name, members[m], std::move(found), accounts[m]);
  }
  return std::move(gathering).finish();
}

checkpoint::SearchState& next_search(CoreProgress& progress) {
  if (progress.begun == progress.searches.size()) progress.searches.emplace_back();
  return progress.searches[progress.begun++];
}

}  // namespace

CoreSegments find_core_segments(const Context& context, const Job& job, const SegmentationSpec& spec,
                                const Prepared& prepared, const MacroSegments& macros, const CoreStart& start,
                                CoreProgress* progress) {
  if (is_macro_only(spec)) {
    CoreSegments none;
    none.clustering.nearest.assign(prepared.rows.size(), -1);
    none.clustering.next_best.assign(prepared.rows.size(), -1);
    none.quality.why_k = "macro segments only: the segmentation has neither features nor k";
    return none;
  }
  checkpoint::SearchState unkept;
  static const Pauses kStopAlone{parallel::stop_requested, parallel::throw_stopped};
  checkpoint::SearchState& state = progress == nullptr ? unkept : next_search(*progress);
  const Finder finder(context, job, spec, prepared.encoding, start.use,
                      progress == nullptr ? kStopAlone : progress->pauses);
  if (spec.scope == Scope::kMacro) return inside_macros(context, finder, prepared, macros, start, state);
  state.resize(1);
  const std::span<const double> from =
      start.centroids.empty() ? std::span<const double>{} : std::span<const double>(start.centroids.front());
  Found found = finder.find({prepared.tiles, prepared.keys, "the population", from}, state.front());
  const auto k = static_cast<std::size_t>(found.clustering.k);
  return {std::move(found.clustering), std::vector<std::int32_t>(k, -1), std::move(found.quality)};
}

}  // namespace tessera
