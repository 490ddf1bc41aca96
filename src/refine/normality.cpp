#include "refine/normality.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include "core/distributions.hpp"
#include "core/grid.hpp"
#include "parallel/communicator.hpp"

namespace tessera::refinement {
namespace {

constexpr double kBinsPerUnit = static_cast<double>(kNormalityBins) / (2.0 * kFarthest);

/// The normal distribution function at the edges of the bins, from the outermost to the middle.
std::array<double, kNormalityBins / 2 + 1> tail_edges() {
  std::array<double, kNormalityBins / 2 + 1> below{};  // the first is 0: all of the distribution is covered
  for (std::size_t e = 1; e < below.size(); ++e)
    below[e] = statistics::normal_cdf(static_cast<double>(e) / kBinsPerUnit - kFarthest);
  return below;
}

/// ∫ (S − u)² / (u (1 − u)) du over one half of the distribution, where S is the sample's distribution function, linear
/// in u within a bin. `count(i)` are the accounts of bin i, from the outermost. By Simpson's rule: the integrand is
/// smooth within a bin, whose ends lie within 7 % of each other, but for the first, where S is proportional to u.
template <class Count>
double half_integral(double n, const Count& count) {
  static const auto kBelow = tail_edges();
  const auto integrand = [](double difference, double u) { return difference * difference / (u * (1.0 - u)); };
  std::int64_t so_far = count(0);
  double at_start = static_cast<double>(so_far) / n - kBelow[1];
  double integral = 0.5 * at_start * at_start;
  for (std::size_t bin = 1; bin + 1 < kBelow.size(); ++bin) {
    so_far += count(bin);
    const double start = kBelow[bin];
    const double end = kBelow[bin + 1];
    const double at_end = static_cast<double>(so_far) / n - end;
    const double middle = integrand(0.5 * (at_start + at_end), 0.5 * (start + end));
    integral += (end - start) / 6.0 * (integrand(at_start, start) + 4.0 * middle + integrand(at_end, end));
    at_start = at_end;
  }
  return integral;
}

/// The line on which the accounts of a leaf are projected, and how projections are standardised.
struct Line {
  std::vector<double> direction;  ///< d integers; empty: the leaf is not tested
  std::int64_t centre = 0;        ///< the mean projection, rounded
  double offset = 0.0;            ///< mean projection − centre
  double sd = 0.0;
};

/// Integers whose magnitudes add up to about 2^19: with 24-bit coordinates a projection stays below 2^44, and its
/// square, added over 2^32 accounts, below 2^127.
std::vector<double> direction_between(std::span<const double> halves) {
  constexpr double kLength = 1 << 19;
  const std::size_t d = halves.size() / 2;
  std::vector<double> direction(d);
  double length = 0.0;
  for (std::size_t f = 0; f < d; ++f) {
    direction[f] = halves[d + f] - halves[f];
    length += std::abs(direction[f]);
  }
  for (double& step : direction) step = length > 0.0 ? std::nearbyint(step / length * kLength) : 0.0;
  return direction;
}

class Projections {
 public:
  Projections(const Context& context, tbb::task_arena& arena, const LeafTiles& gathered,
              std::span<const TwoMeans::Leaf> leaves, std::span<const TwoMeans::Halving> halvings)
      : context_(context),
        arena_(arena),
        gathered_(gathered),
        leaves_(leaves),
        lines_(leaves.size()),
        projected_(gathered.n_slots()) {
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf)
      if (!halvings[leaf].centroids.empty()) aim(leaf, halvings[leaf].centroids);
  }

  std::vector<double> gains() && {
    measure_spread();
    const std::vector<std::int64_t> counts = counted();
    std::vector<double> gains(lines_.size());
    for (std::size_t leaf = 0; leaf < lines_.size(); ++leaf)
      if (!lines_[leaf].direction.empty())
        gains[leaf] =
            anderson_darling(std::span(counts).subspan(leaf * kNormalityBins, kNormalityBins)) - kCriticalNormality;
    return gains;
  }

 private:
  void aim(std::size_t leaf, std::span<const double> halves) {
    Line& line = lines_[leaf];
    const Moments& whole = *leaves_[leaf].moments;
    line.direction = direction_between(halves);
    Wide total = 0;
    for (std::size_t f = 0; f < line.direction.size(); ++f)
      total += static_cast<Wide>(line.direction[f]) * whole.sum[f];
    const double mean = static_cast<double>(total) / static_cast<double>(whole.n);
    line.centre = static_cast<std::int64_t>(std::nearbyint(mean));
    line.offset = static_cast<double>(total - static_cast<Wide>(line.centre) * whole.n) / static_cast<double>(whole.n);
  }

  template <class Visit>
  void for_each_range(Visit visit) const {
    const auto& ranges = gathered_.ranges();
    arena_.execute([&] {
      tbb::parallel_for(std::size_t{0}, ranges.size(), [&](std::size_t r) {
        if (!lines_[ranges[r].leaf].direction.empty()) visit(r, ranges[r]);
      });
    });
  }

  /// Projects the accounts of a tile less the leaf's centre: integers below 2^53 in double, so every step is exact.
  void project_tile(const Line& line, std::size_t t) {
    double sum[FeatureTiles::kTileAccounts];
    std::fill_n(sum, FeatureTiles::kTileAccounts, -static_cast<double>(line.centre));
    for (std::size_t f = 0; f < line.direction.size(); ++f) {
      const float* x = gathered_.tile(t) + f * FeatureTiles::kTileAccounts;
      const double step = line.direction[f] * (1 << kGridBits);
      for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
        sum[lane] += static_cast<double>(x[lane]) * step;
    }
    std::copy_n(sum, FeatureTiles::kTileAccounts, projected_.data() + t * FeatureTiles::kTileAccounts);
  }

  /// Projects every account, and finds the leaves' deviations: from Σ p², which ranks add exactly.
  void measure_spread() {
    constexpr Wide kLimb = 0xFFFF'FFFF;
    std::vector<Wide> squares(gathered_.ranges().size());
    for_each_range([&](std::size_t r, const LeafTiles::Range& range) {
      for (std::size_t t = range.first; t < range.last; ++t) {
        project_tile(lines_[range.leaf], t);
        for (std::size_t i = t * FeatureTiles::kTileAccounts;
             i < t * FeatureTiles::kTileAccounts + gathered_.accounts_in(range.leaf, t); ++i) {
          const auto p = static_cast<std::int64_t>(projected_[i]);
          squares[r] += static_cast<Wide>(p) * p;
        }
      }
    });
    std::vector<Wide> of_leaf(lines_.size());
    for (std::size_t r = 0; r < squares.size(); ++r) of_leaf[gathered_.ranges()[r].leaf] += squares[r];
    std::vector<std::int64_t> limbs;  // 32 bits each, so that 2^31 ranks add without overflow
    for (const Wide total : of_leaf)
      for (int part = 0; part < 4; ++part) limbs.push_back(static_cast<std::int64_t>((total >> (32 * part)) & kLimb));
    context_.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(limbs));
    for (std::size_t leaf = 0; leaf < lines_.size(); ++leaf) {
      Wide total = 0;
      for (std::size_t part = 4; part-- > 0;) total = (total << 32) + limbs[4 * leaf + part];
      const auto n = static_cast<double>(leaves_[leaf].moments->n);
      const double scatter = static_cast<double>(total) - n * lines_[leaf].offset * lines_[leaf].offset;
      lines_[leaf].sd = n > 1.0 ? std::sqrt(std::max(0.0, scatter) / (n - 1.0)) : 0.0;
    }
  }

  /// Accounts by leaf and bin, over all ranks.
  [[nodiscard]] std::vector<std::int64_t> counted() const {
    std::vector<std::int64_t> counts(lines_.size() * kNormalityBins);
    for_each_range([&](std::size_t, const LeafTiles::Range& range) {
      const Line& line = lines_[range.leaf];
      std::array<std::int32_t, kNormalityBins> here{};
      const double per_unit = line.sd > 0.0 ? 1.0 / line.sd : 0.0;
      for (std::size_t t = range.first; t < range.last; ++t)
        for (std::size_t i = t * FeatureTiles::kTileAccounts;
             i < t * FeatureTiles::kTileAccounts + gathered_.accounts_in(range.leaf, t); ++i)
          ++here[normality_bin((projected_[i] - line.offset) * per_unit)];
      std::int64_t* of_leaf = counts.data() + range.leaf * kNormalityBins;
      for (std::size_t bin = 0; bin < kNormalityBins; ++bin)
        if (here[bin] != 0) std::atomic_ref(of_leaf[bin]).fetch_add(here[bin], std::memory_order_relaxed);
    });
    context_.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
    return counts;
  }

  const Context& context_;
  tbb::task_arena& arena_;
  const LeafTiles& gathered_;
  std::span<const TwoMeans::Leaf> leaves_;
  std::vector<Line> lines_;
  std::vector<double> projected_;  ///< by slot: less the leaf's centre
};

}  // namespace

std::size_t normality_bin(double z) noexcept {
  constexpr double kLast = kNormalityBins - 1;
  return static_cast<std::size_t>(std::clamp(std::floor((z + kFarthest) * kBinsPerUnit), 0.0, kLast));
}

double anderson_darling(std::span<const std::int64_t> counts) {
  std::int64_t total = 0;
  for (const std::int64_t one : counts) total += one;
  if (total == 0) return 0.0;
  const auto n = static_cast<double>(total);
  const double integral = half_integral(n, [&](std::size_t bin) { return counts[bin]; }) +
                          half_integral(n, [&](std::size_t bin) { return counts[kNormalityBins - 1 - bin]; });
  return n * integral * (1.0 + 4.0 / n - 25.0 / (n * n));
}

std::vector<double> normality_gains(const Context& context, tbb::task_arena& arena, const LeafTiles& gathered,
                                    std::span<const TwoMeans::Leaf> leaves,
                                    std::span<const TwoMeans::Halving> halvings) {
  return Projections(context, arena, gathered, leaves, halvings).gains();
}

}  // namespace tessera::refinement
