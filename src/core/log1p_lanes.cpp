// Compiled once for each target of Highway: the compiler makes vectors of a loop without branches. Whatever their
// width, every lane does what portable_log1p() does.

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_SSSE3 | HWY_SSE4)

#include <cmath>
#include <cstddef>

#include "core/elementary.hpp"
#include "core/logarithm.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/log1p_lanes.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tessera {
namespace HWY_NAMESPACE {

void symmetric_log1p(double* values, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) values[i] = std::copysign(logarithm::log1p_of(std::abs(values[i])), values[i]);
}

}  // namespace HWY_NAMESPACE
}  // namespace tessera
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tessera {

HWY_EXPORT(symmetric_log1p);

void portable_symmetric_log1p(std::span<double> values) noexcept {
  HWY_DYNAMIC_DISPATCH(symmetric_log1p)(values.data(), values.size());
}

}  // namespace tessera
#endif
