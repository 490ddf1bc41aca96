#pragma once

#include <cstdint>

#include "refine/moments.hpp"
#include "tessera/job.hpp"

namespace tessera::refinement {

/// The share of a leaf's variance that a split must explain under SplitCriterion::kVariance. A round Gaussian of d
/// features is cut with a gain of 2 / (π d), so shapes without parts are cut too where there are few features.
inline constexpr double kLeastExplained = 0.1;

/// What counts and scatter say of a split, for the choice of the better of two halvings of one leaf and for twins.
/// Above 0: the halves are better kept apart; of equal leaves, more is better.
///
/// kBic: bic_gain(). kVariance: the scatter that the split explains, in squared grid units, where that is at least
/// kLeastExplained of the whole; else how much is missing, as a negative share. kAndersonDarling: as kBic, since that
/// test needs the accounts themselves (normality.hpp).
[[nodiscard]] double gain_by_scatter(SplitCriterion criterion, std::int64_t n_left, std::int64_t n_right, std::size_t d,
                                     double whole, double halves);
[[nodiscard]] double gain_by_scatter(SplitCriterion criterion, const Moments& left, const Moments& right);

}  // namespace tessera::refinement
