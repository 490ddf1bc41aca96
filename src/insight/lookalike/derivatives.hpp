#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/lookalike/logistic.hpp"

namespace tessera::insight {

/// Sums over all accounts at one model, the intercept's entry first. The same on every rank.
struct Derivatives {
  double loss = 0.0;              ///< Σ log-loss
  std::vector<double> gradient;   ///< d + 1: Σ (p − y)·x
  std::vector<double> curvature;  ///< packed (d + 1)²: Σ p(1 − p)·x·xᵀ; empty where it was not asked for
};

/// Collective; see fit_logistic() for how it rounds.
[[nodiscard]] Derivatives derivatives(const Context& context, const FeatureTiles& tiles,
                                      std::span<const std::uint8_t> is_one, const LogisticModel& model,
                                      bool with_curvature);

}  // namespace tessera::insight
