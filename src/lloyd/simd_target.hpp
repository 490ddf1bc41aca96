#pragma once

#include "lloyd/bf16_kernels.hpp"
#include "lloyd/simd_kernels.hpp"

namespace tessera::lloyd {

/// The kernels of the SIMD target in use, chosen at the first call: the best that this CPU can run, or what
/// TESSERA_SIMD or use_simd_target() asks for (kernel.hpp). Thread-safe. Throws Error(kUsage) as simd_target() does.
const SimdKernels& chosen_kernels();
/// Those of the first pass in bf16 that go with them, or null: the target has no AVX-512, or the CPU no bf16.
[[nodiscard]] const Bf16Kernels* chosen_bf16_kernels();
/// Those that this CPU could run, whatever the target; or null.
[[nodiscard]] const Bf16Kernels* runnable_bf16_kernels();

}  // namespace tessera::lloyd
