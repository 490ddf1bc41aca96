#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::insight {

/// What a logistic model adds up: log-odds = intercept + Σ coefficient · x, x in grid values.
struct LogisticModel {
  double intercept = 0.0;
  std::vector<double> coefficients;  ///< d
  int steps = 0;                     ///< accepted ones
  bool has_settled = false;          ///< the last step moved no coefficient by more than 1e-7
};

/// The minimum of Σ log-loss + penalty/2 · Σ coefficient² (the intercept is free), by damped Newton steps: halved as
/// long as the objective would rise. Collective; the same bits at any number of ranks and threads.
///
/// All sums are of integers. A residual is rounded to 2^-24 and a log-loss to 2^-20 of their account; sums of residual
/// times x are exact in 64 bits a tile, and in 128 over all. For the matrix of second derivatives √(p(1 − p))·x is
/// rounded to 2^-10, so that products add up in 32 bits a tile: where the minimum lies follows from the residuals
/// alone, and the matrix says only how fast it is reached. It is not taken anew once steps are below 0.05. `is_one` is
/// n_local: 1 for those whose odds are meant; both kinds exist among all ranks.
[[nodiscard]] LogisticModel fit_logistic(const Context& context, const FeatureTiles& tiles,
                                         std::span<const std::uint8_t> is_one, double penalty);

/// Log-odds of the accounts of tile t, into kTileAccounts entries; features are walked in their order.
void log_odds(const LogisticModel& model, const FeatureTiles& tiles, std::size_t t, std::span<double> out);

}  // namespace tessera::insight
