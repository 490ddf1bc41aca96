#include "kernels/fma_peak.hpp"

#include <benchmark/benchmark.h>

// What multiply_adds() runs is written once a target, as the kernels are.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fma_peak.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tessera::bench {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A latency of 4 or 5 cycles, two a cycle, and some to spare; with the factor they fill 13 of 16 registers.
constexpr int kChains = 12;

double MultiplyAdds(long rounds) {
  const hn::ScalableTag<float> tag;
  using Floats = hn::Vec<decltype(tag)>;
  const Floats factor = hn::Set(tag, 0.5F);
  Floats sum[kChains];
  for (int i = 0; i < kChains; ++i) sum[i] = hn::Set(tag, static_cast<float>(i));  // or they would be one chain
  for (long round = 0; round < rounds; ++round) {
    for (Floats& chain : sum) chain = hn::MulAdd(chain, factor, factor);
  }
  for (int i = 1; i < kChains; ++i) sum[0] = hn::Add(sum[0], sum[i]);
  float used = hn::GetLane(sum[0]);
  benchmark::DoNotOptimize(used);
  return static_cast<double>(rounds) * 2.0 * kChains * static_cast<double>(hn::Lanes(tag));
}

}  // namespace HWY_NAMESPACE
}  // namespace tessera::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tessera::bench {
HWY_EXPORT(MultiplyAdds);

double multiply_adds(long rounds) {
  return HWY_DYNAMIC_DISPATCH(MultiplyAdds)(rounds);
}

}  // namespace tessera::bench
#endif
