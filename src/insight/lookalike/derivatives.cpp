#include "insight/lookalike/derivatives.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "core/elementary.hpp"
#include "core/grid.hpp"
#include "insight/lookalike/cholesky.hpp"
#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr int kLossBits = 20, kResidualBits = 24, kRootBits = 10;
constexpr double kLossUnits = 1 << kLossBits, kResidualUnits = 1 << kResidualBits, kRootUnits = 1 << kRootBits;
using Sum128 = __int128;

double rounded(double x) {
  constexpr double kRounder = 6755399441055744.0;  // 1.5 · 2^52: adding it leaves no bit below one
  return (x + kRounder) - kRounder;
}

/// One thread's sums in integers.
class IntegerSums {
 public:
  IntegerSums(std::size_t d, bool with_curvature)
      : residuals_(d + 1, 0), roots_(with_curvature ? (d + 1) * FeatureTiles::kTileAccounts : 0) {
    if (with_curvature) products_.assign((d + 1) * (d + 2) / 2, 0);
  }

  void add_tile(const FeatureTiles& tiles, std::size_t t, std::span<const std::uint8_t> is_one,
                std::span<const double> odds) {
    std::array<std::int64_t, FeatureTiles::kTileAccounts> residual{};
    std::array<double, FeatureTiles::kTileAccounts> root{};
    for (std::size_t lane = 0; lane < is_one.size(); ++lane) {
      const double size = std::fabs(odds[lane]);
      const double small = portable_exp(-size);
      const double p = (odds[lane] < 0.0 ? small : 1.0) / (1.0 + small);
      const bool is_right = (odds[lane] > 0.0) == (is_one[lane] != 0);
      const double loss = portable_log1p(small) + (is_right ? 0.0 : size);
      loss_ += static_cast<std::int64_t>(rounded(std::fmin(loss, 1e6) * kLossUnits));
      residual[lane] = static_cast<std::int64_t>(rounded((p - is_one[lane]) * kResidualUnits));
      root[lane] = std::sqrt(p * (1.0 - p)) * kRootUnits;
    }
    add_gradient(tiles, t, residual);
    if (!products_.empty()) add_curvature(tiles, t, root);
  }

  void merge(const IntegerSums& other) {
    loss_ += other.loss_;
    for (std::size_t f = 0; f < residuals_.size(); ++f) residuals_[f] += other.residuals_[f];
    for (std::size_t i = 0; i < products_.size(); ++i) products_[i] += other.products_[i];
  }

  /// Collective.
  [[nodiscard]] Derivatives over_ranks(const parallel::Communicator& comm) const {
    // A sum of 128 bits travels as two limbs of 2^44, with room for the ranks.
    constexpr int kLimbBits = 44;
    std::vector<std::int64_t> sums{loss_};
    for (const Sum128 residual : residuals_) {
      sums.push_back(static_cast<std::int64_t>(residual >> kLimbBits));
      sums.push_back(static_cast<std::int64_t>(residual & ((Sum128{1} << kLimbBits) - 1)));
    }
    sums.insert(sums.end(), products_.begin(), products_.end());
    comm.all_reduce<parallel::Reduce::kSum>(std::span(sums));
    Derivatives found;
    found.loss = std::ldexp(static_cast<double>(sums[0]), -kLossBits);
    auto next = sums.cbegin() + 1;
    for (std::size_t f = 0; f < residuals_.size(); ++f, next += 2) {
      const Sum128 residual = (Sum128{next[0]} << kLimbBits) + next[1];
      found.gradient.push_back(std::ldexp(static_cast<double>(residual), -(kResidualBits + kGridBits)));
    }
    for (; next != sums.cend(); ++next)
      found.curvature.push_back(std::ldexp(static_cast<double>(*next), -2 * kRootBits));
    return found;
  }

 private:
  void add_gradient(const FeatureTiles& tiles, std::size_t t,
                    const std::array<std::int64_t, FeatureTiles::kTileAccounts>& residual) {
    std::int64_t whole = 0;
    for (const std::int64_t one : residual) whole += one;
    residuals_[0] += Sum128{whole} << kGridBits;
    for (std::size_t f = 0; f + 1 < residuals_.size(); ++f) {
      const float* x = tiles.tile(t) + f * FeatureTiles::kTileAccounts;
      std::int64_t sum = 0;
      for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
        sum += residual[lane] * grid_units(x[lane]);
      residuals_[f + 1] += sum;
    }
  }

  void add_curvature(const FeatureTiles& tiles, std::size_t t,
                     const std::array<double, FeatureTiles::kTileAccounts>& root) {
    for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
      roots_[lane] = static_cast<std::int16_t>(rounded(root[lane]));
    for (std::size_t f = 0; f + 1 < residuals_.size(); ++f) {
      const float* x = tiles.tile(t) + f * FeatureTiles::kTileAccounts;
      std::int16_t* out = &roots_[(f + 1) * FeatureTiles::kTileAccounts];
      for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
        out[lane] = static_cast<std::int16_t>(static_cast<std::int32_t>(rounded(root[lane] * double{x[lane]})));
    }
    for (std::size_t a = 0; a < residuals_.size(); ++a)
      for (std::size_t b = 0; b <= a; ++b)
        products_[packed(a, b)] +=
            dot(&roots_[a * FeatureTiles::kTileAccounts], &roots_[b * FeatureTiles::kTileAccounts]);
  }

  /// |x| < 8 and √(p(1 − p)) ≤ ½, so an entry is 2^12 at the most and 64 products are below 2^31.
  static std::int32_t dot(const std::int16_t* a, const std::int16_t* b) {
    std::int32_t sum = 0;
    for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
      sum += std::int32_t{a[lane]} * std::int32_t{b[lane]};
    return sum;
  }

  std::int64_t loss_ = 0;
  std::vector<Sum128> residuals_;       ///< d + 1
  std::vector<std::int64_t> products_;  ///< packed
  std::vector<std::int16_t> roots_;  ///< (d + 1) × FeatureTiles::kTileAccounts: √(p(1 − p))·x of the present tile
};

}  // namespace

Derivatives derivatives(const Context& context, const FeatureTiles& tiles, std::span<const std::uint8_t> is_one,
                        const LogisticModel& model, bool with_curvature) {
  IntegerSums total(model.coefficients.size(), with_curvature);
#pragma omp parallel num_threads(context.threads)
  {
    IntegerSums mine(model.coefficients.size(), with_curvature);
    std::array<double, FeatureTiles::kTileAccounts> odds{};
#pragma omp for schedule(static)
    for (std::size_t t = 0; t < tiles.n_tiles(); ++t) {
      log_odds(model, tiles, t, odds);
      mine.add_tile(tiles, t, is_one.subspan(t * FeatureTiles::kTileAccounts, tiles.accounts_in(t)), odds);
    }
#pragma omp critical(tessera_merge_derivatives)
    total.merge(mine);
  }
  return total.over_ranks(context.comm);
}

}  // namespace tessera::insight
