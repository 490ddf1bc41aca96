#include "refine/criterion.hpp"

namespace tessera::refinement {

double gain_by_scatter(SplitCriterion criterion, std::int64_t n_left, std::int64_t n_right, std::size_t d, double whole,
                       double halves) {
  if (criterion != SplitCriterion::kVariance) return bic_gain(n_left, n_right, d, whole, halves);
  if (whole <= 0.0) return -kLeastExplained;
  const double explained = whole - halves;
  return explained >= kLeastExplained * whole ? explained : explained / whole - kLeastExplained;
}

double gain_by_scatter(SplitCriterion criterion, const Moments& left, const Moments& right) {
  Moments whole = left;
  whole += right;
  return gain_by_scatter(criterion, left.n, right.n, left.sum.size(), whole.scatter(),
                         left.scatter() + right.scatter());
}

}  // namespace tessera::refinement
