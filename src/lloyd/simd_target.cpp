#include "lloyd/simd_target.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include "lloyd/kernel.hpp"
#include "tessera/errors.hpp"

namespace tessera::lloyd {

const Bf16Kernels* runnable_bf16_kernels() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return bf16_kernels();
  }
#endif
  return nullptr;
}

namespace {

struct Target {
  std::string name;
  std::int64_t bit = 0;
};

/// Before anything in simd_kernels.cpp runs: what that file is compiled for.
void require_baseline() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return;
  throw Error(
      ExitCode::kUnavailable,
      "this CPU has no AVX2 with FMA, and without fused multiply-adds the results would differ from those of other "
      "machines: run Tessera on an x86-64 CPU of 2013 (Intel Haswell, AMD Excavator) or later, or on ARM64");
#endif
}

/// Highway numbers a better target with a lower bit.
std::vector<Target> runnable_targets() {
  require_baseline();
  std::vector<Target> targets;
  for (std::int64_t left = supported_simd_targets(); left != 0; left &= left - 1) {
    const std::int64_t bit = left & -left;
    targets.push_back({simd_target_name(bit), bit});
  }
  return targets;
}

struct Chosen {
  std::string name;
  const SimdKernels* kernels = nullptr;
};

Chosen choose(const std::string& name, const char* asked_by) {
  const std::vector<Target> targets = runnable_targets();
  std::string known;
  for (const Target& target : targets) {
    if (name.empty() || target.name == name) return {target.name, simd_kernels(target.bit)};
    known += (known.empty() ? "" : ", ") + target.name;
  }
  throw Error(ExitCode::kUsage,
              fmt::format("{} asks for the SIMD target \"{}\", which this machine cannot run: it can run {}", asked_by,
                          name, known));
}

std::mutex choice_mutex;
std::string chosen_name;                           // guarded by choice_mutex
std::atomic<const SimdKernels*> kernels_in_use{};  // null until the first use
std::atomic<const Bf16Kernels*> bf16_in_use{};  // set before kernels_in_use; null: none, or the target has no AVX-512

/// With choice_mutex held.
void use(Chosen chosen) {
  chosen_name = std::move(chosen.name);
  bf16_in_use.store(chosen_name.starts_with("AVX3") ? runnable_bf16_kernels() : nullptr, std::memory_order_relaxed);
  kernels_in_use.store(chosen.kernels, std::memory_order_release);
}

}  // namespace

const SimdKernels& chosen_kernels() {
  if (const SimdKernels* chosen = kernels_in_use.load(std::memory_order_acquire)) return *chosen;
  const std::scoped_lock lock(choice_mutex);
  if (kernels_in_use.load(std::memory_order_relaxed) == nullptr) {
    const char* forced = std::getenv("TESSERA_SIMD");
    use(choose(forced == nullptr ? "" : forced, "TESSERA_SIMD"));
  }
  return *kernels_in_use.load(std::memory_order_relaxed);
}

const Bf16Kernels* chosen_bf16_kernels() {
  chosen_kernels();
  return bf16_in_use.load(std::memory_order_relaxed);
}

std::string simd_target() {
  chosen_kernels();
  const std::scoped_lock lock(choice_mutex);
  return chosen_name;
}

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (Target& target : runnable_targets()) names.push_back(std::move(target.name));
  return names;
}

void use_simd_target(const std::string& name) {
  Chosen chosen = choose(name, "the caller");
  const std::scoped_lock lock(choice_mutex);
  use(std::move(chosen));
}

}  // namespace tessera::lloyd
