#include "insight/objective/feature_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/grid.hpp"

namespace tessera::insight {

namespace {

using Lanes = std::array<double, FeatureTiles::kTileAccounts>;

/// Exact: grid integers are below 2^23, and 64 of their products add up to less than 2^53.
std::int64_t dot(const Lanes& a, const Lanes& b) noexcept {
  std::array<double, 8> parts{};
  for (std::size_t i = 0; i < FeatureTiles::kTileAccounts; i += parts.size())
    for (std::size_t p = 0; p < parts.size(); ++p) parts[p] += a[i + p] * b[i + p];
  double sum = 0.0;
  for (const double part : parts) sum += part;
  return static_cast<std::int64_t>(sum);
}

}  // namespace

void all_sum_wide(const parallel::Communicator& comm, std::vector<Wide>& values) {
  constexpr int kLowBits = 40;
  constexpr Wide kLow = (Wide{1} << kLowBits) - 1;
  std::vector<std::int64_t> halves;
  halves.reserve(2 * values.size());
  for (const Wide value : values) {
    halves.push_back(static_cast<std::int64_t>(value >> kLowBits));
    halves.push_back(static_cast<std::int64_t>(value & kLow));
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(halves));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = Wide{halves[2 * i]} * (Wide{1} << kLowBits) + halves[2 * i + 1];
}

FeatureSums::FeatureSums(const parallel::Communicator& comm, const FeatureTiles& tiles,
                         const std::vector<std::int32_t>& core, int k)
    : d_(tiles.d()), k_(k), correlates_(tiles.d() <= kMostCorrelated) {
  const auto d = static_cast<std::size_t>(d_), groups = static_cast<std::size_t>(k_) + 1;
  counts_.assign(groups, 0);
  sums_.assign(groups * d, 0);
  products_.assign(correlates_ ? d * (d + 1) / 2 : d, 0);
  for (std::size_t t = 0; t < tiles.n_tiles(); ++t) add_tile(tiles, t, core);
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts_));
  comm.all_reduce<parallel::Reduce::kSum>(std::span(sums_));
  all_sum_wide(comm, products_);
}

std::size_t FeatureSums::product(int a, int b) const {
  const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b), d = static_cast<std::size_t>(d_);
  return correlates_ ? i * d - i * (i + 1) / 2 + j : i;
}

void FeatureSums::add_tile(const FeatureTiles& tiles, std::size_t t, const std::vector<std::int32_t>& core) {
  const std::size_t first = t * FeatureTiles::kTileAccounts, n = tiles.accounts_in(t), d = static_cast<std::size_t>(d_);
  const auto whole = static_cast<std::size_t>(k_);
  for (std::size_t i = 0; i < n; ++i) {
    if (core[first + i] < 0) continue;
    ++counts_[static_cast<std::size_t>(core[first + i])];
    ++counts_[whole];
  }
  std::vector<Lanes> values(d);
  for (std::size_t f = 0; f < d; ++f) {
    for (std::size_t i = 0; i < n; ++i) {
      if (core[first + i] < 0) continue;
      const std::int32_t integer = grid_units(tiles.tile(t)[f * FeatureTiles::kTileAccounts + i]);
      values[f][i] = integer;
      sums_[static_cast<std::size_t>(core[first + i]) * d + f] += integer;
      sums_[whole * d + f] += integer;
    }
  }
  for (int a = 0; a < d_; ++a)
    for (int b = a; b < (correlates_ ? d_ : a + 1); ++b)
      products_[product(a, b)] += dot(values[static_cast<std::size_t>(a)], values[static_cast<std::size_t>(b)]);
}

double FeatureSums::squares(int feature) const {
  const std::size_t whole = static_cast<std::size_t>(k_);
  const Wide n = counts_[whole], sum = sums_[whole * static_cast<std::size_t>(d_) + static_cast<std::size_t>(feature)];
  return n == 0 ? 0.0
                : static_cast<double>(n * products_[product(feature, feature)] - sum * sum) / static_cast<double>(n);
}

double FeatureSums::squares_between(int feature) const {
  const std::size_t whole = static_cast<std::size_t>(k_), d = static_cast<std::size_t>(d_);
  const auto f = static_cast<std::size_t>(feature);
  const Wide n = counts_[whole], sum = sums_[whole * d + f];
  double between = 0.0;
  for (std::size_t c = 0; c < whole; ++c) {
    const Wide in_core = counts_[c];
    if (in_core == 0) continue;
    // (mean of the core − mean of all) · n · n_c, exactly.
    const double difference = static_cast<double>(Wide{sums_[c * d + f]} * n - sum * in_core);
    between +=
        difference / static_cast<double>(in_core) * (difference / (static_cast<double>(n) * static_cast<double>(n)));
  }
  return between;
}

double FeatureSums::correlation(int a, int b) const {
  const std::size_t whole = static_cast<std::size_t>(k_) * static_cast<std::size_t>(d_);
  const Wide n = counts_[static_cast<std::size_t>(k_)];
  const Wide sum_a = sums_[whole + static_cast<std::size_t>(a)], sum_b = sums_[whole + static_cast<std::size_t>(b)];
  const double variance = squares(a) * squares(b);
  if (!(variance > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(n * products_[product(std::min(a, b), std::max(a, b))] - sum_a * sum_b) /
         static_cast<double>(n) / std::sqrt(variance);
}

}  // namespace tessera::insight
