#include "insight/lookalike/factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/elementary.hpp"
#include "core/grid.hpp"
#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

using Sum128 = __int128;

/// Standard deviation of each feature over the accounts of all ranks. Collective.
std::vector<double> deviations(const parallel::Communicator& comm, const FeatureTiles& tiles) {
  constexpr int kLimbBits = 44;
  std::vector<std::int64_t> sums{static_cast<std::int64_t>(tiles.n_local())};
  for (std::size_t f = 0; f < static_cast<std::size_t>(tiles.d()); ++f) {
    std::int64_t sum = 0;
    Sum128 squares = 0;
    for (std::size_t t = 0; t < tiles.n_tiles(); ++t)  // the lanes past the last account are 0
      for (const float x : std::span(tiles.tile(t) + f * FeatureTiles::kTileAccounts, FeatureTiles::kTileAccounts)) {
        const std::int64_t units = grid_units(x);
        sum += units;
        squares += units * units;
      }
    sums.insert(sums.end(), {sum, static_cast<std::int64_t>(squares >> kLimbBits),
                             static_cast<std::int64_t>(squares & ((Sum128{1} << kLimbBits) - 1))});
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(sums));
  const auto n = static_cast<double>(sums[0]);
  std::vector<double> deviations;
  for (std::size_t f = 0; f < static_cast<std::size_t>(tiles.d()); ++f) {
    const double mean = std::ldexp(static_cast<double>(sums[3 * f + 1]), -kGridBits) / n;
    const Sum128 squares = (Sum128{sums[3 * f + 2]} << kLimbBits) + sums[3 * f + 3];
    const double mean_square = std::ldexp(static_cast<double>(squares), -2 * kGridBits) / n;
    deviations.push_back(std::sqrt(std::fmax(0.0, mean_square - mean * mean)));
  }
  return deviations;
}

/// "higher crm.employees: 1.84 times the odds".
std::string in_words(const AccountTable& accounts, const LikenessFactor& factor) {
  const EncodedFeature& encoded = factor.encoded;
  const Column* column = accounts.find(encoded.column);
  const bool is_up = factor.coefficient >= 0.0;
  if (encoded.is_indicator || (column != nullptr && column->type == ColumnType::kFlag)) {
    const std::string what = encoded.is_unknown     ? "not known"
                             : encoded.is_other     ? "any other"
                             : encoded.is_indicator ? encoded.category
                                                    : "yes";
    return fmt::format("{} is {}: {:.2f} times the odds", encoded.column, what, portable_exp(factor.coefficient));
  }
  const bool is_date = column != nullptr && column->type == ColumnType::kDate;
  const char* direction = is_date ? (is_up ? "later" : "earlier") : (is_up ? "higher" : "lower");
  return fmt::format("{} {}: {:.2f} times the odds a standard deviation", direction, encoded.column,
                     portable_exp(std::fabs(factor.effect)));
}

/// Standard deviation over customers of what the features of one column add to the log-odds. Indicators exclude one
/// another, so their shares tell it.
double column_effect(std::span<const LikenessFactor> factors) {
  if (!factors.front().encoded.is_indicator) return std::fabs(factors.front().effect);
  double mean = 0.0;
  double mean_square = 0.0;
  for (const LikenessFactor& factor : factors) {
    mean += factor.encoded.offset * factor.coefficient;
    mean_square += factor.encoded.offset * factor.coefficient * factor.coefficient;
  }
  return std::sqrt(std::fmax(0.0, mean_square - mean * mean));
}

}  // namespace

std::vector<LikenessFactor> likeness_factors(const Context& context, const AccountTable& accounts,
                                             const FeatureEncoding& encoding, const FeatureTiles& tiles,
                                             const LogisticModel& model, std::vector<LikenessColumn>& columns) {
  const std::vector<double> sd = deviations(context.comm, tiles);
  std::vector<LikenessFactor> factors;
  for (std::size_t f = 0; f < encoding.features.size(); ++f) {
    LikenessFactor& factor = factors.emplace_back();
    factor.encoded = encoding.features[f];
    factor.coefficient = model.coefficients[f];
    factor.sd = sd[f];
    factor.effect = factor.coefficient * factor.sd;
    factor.words = in_words(accounts, factor);
  }
  for (std::size_t first = 0, last = 0; first < factors.size(); first = last) {
    const std::string& name = factors[first].encoded.column;
    while (last < factors.size() && factors[last].encoded.column == name) ++last;
    std::ranges::find(columns, name, &LikenessColumn::column)->effect =
        column_effect(std::span(factors).subspan(first, last - first));
  }
  std::ranges::stable_sort(factors, [](const LikenessFactor& a, const LikenessFactor& b) {
    return std::fabs(a.effect) > std::fabs(b.effect);
  });
  return factors;
}

}  // namespace tessera::insight
