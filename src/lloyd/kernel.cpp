#include "lloyd/kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "core/grid.hpp"
#include "lloyd/simd_kernels.hpp"
#include "tessera/errors.hpp"

namespace tessera::lloyd {
namespace {

constexpr std::size_t kTile = FeatureTiles::kTileAccounts;
static_assert(kTile == kSimdTile && CentroidPanel::kGroup == kSimdGroup &&
              CentroidPanel::kExactBlock == kSimdExactBlock);

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
      ExitCode::kUsage,
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
std::atomic<const SimdKernels*> chosen_kernels{};  // null until the first use

const SimdKernels& kernels() {
  if (const SimdKernels* chosen = chosen_kernels.load(std::memory_order_acquire)) return *chosen;
  const std::scoped_lock lock(choice_mutex);
  if (chosen_kernels.load(std::memory_order_relaxed) == nullptr) {
    const char* forced = std::getenv("TESSERA_SIMD");
    Chosen chosen = choose(forced == nullptr ? "" : forced, "TESSERA_SIMD");
    chosen_name = std::move(chosen.name);
    chosen_kernels.store(chosen.kernels, std::memory_order_release);
  }
  return *chosen_kernels.load(std::memory_order_relaxed);
}

struct alignas(64) CacheLine {
  float values[16];
};

/// The tile relative to the panel's origin, exact, and its accounts' squared norms; in buffers of this thread that stay
/// in its cache from tile to tile.
struct CentredTile {
  const float* values = nullptr;
  const float* squared_norms = nullptr;
};

CentredTile centred(const SimdKernels& simd, const CentroidPanel& panel, const float* tile) {
  constexpr std::size_t kLinesARow = kTile / std::size(CacheLine{}.values);
  thread_local std::vector<CacheLine> buffer;
  const std::size_t lines = (static_cast<std::size_t>(panel.d) + 1) * kLinesARow;
  if (buffer.size() < lines) buffer.resize(lines);
  float* norms = buffer[0].values;
  float* values = buffer[kLinesARow].values;
  simd.centre(tile, panel.d, panel.origin.data(), values, norms);
  return {values, norms};
}

/// How far two scores of an account must lie apart for float to tell which centroid is nearer.
///
/// Let u = 2^-24, x the account and c a centroid relative to the origin, ĉ = float(c), R the largest ‖ĉ‖. x is exact.
/// The score starts at ½‖ĉ‖², rounded once, and d FMAs round once each, so it is within (d + 1)u · (½‖ĉ‖² + ‖x‖‖ĉ‖) of
/// ½‖ĉ‖² − x·ĉ to first order; and that is within u‖c‖² + u‖x‖‖c‖ of ½‖c‖² − x·c. Together at most E = (d + 3)u · (½R²
/// + ‖x‖R), which is at most (d + 3)u · (R² + ½‖x‖²). Two scores that differ by more than 2E are in the order of the
/// true distances. Σ(x − c)² in double is off by (d + 2)2^-53 of itself, at most 2^-28 · E: 5 more units and a factor
/// of 1 + 2^-10 cover that, the terms of second order, and the rounding of ‖x‖² and of this bound, up to d = 4096.
///
/// Where the lowest bits of a score are replaced by a mark, that moves it by less than 2^bits · 2u of itself, and it is
/// within R² + ½‖x‖². 2^-100 is above all that underflows.
SafeGap safe_gap(const CentroidPanel& panel, int marked_bits) {
  const int units = panel.d + 8 + (marked_bits > 0 ? 2 << marked_bits : 0);
  const float relative = static_cast<float>(units) * 0x1p-24F * (1.0F + 0x1p-10F);
  return {2.0F * relative * panel.largest_norm + 0x1p-100F, relative};
}

/// The two nearest centroids of one lane, by the loop in double.
std::array<std::int32_t, 2> exactly(const SimdKernels& simd, const CentroidPanel& panel, const float* tile, int lane) {
  constexpr int kBlock = CentroidPanel::kExactBlock;
  std::array<std::int32_t, 2> nearest_two{-1, -1};
  std::array<double, 2> least{};
  const double* block = panel.exact.data();
  for (int first = 0; first < panel.k; first += kBlock, block += static_cast<std::ptrdiff_t>(panel.d) * kBlock) {
    double squared[kBlock];
    simd.squared_distances(block, panel.d, tile + lane, squared);
    for (int c = 0; c < kBlock && first + c < panel.k; ++c) {
      if (nearest_two[0] < 0 || squared[c] < least[0]) {
        nearest_two = {first + c, nearest_two[0]};
        least = {squared[c], least[0]};
      } else if (nearest_two[1] < 0 || squared[c] < least[1]) {
        nearest_two[1] = first + c;
        least[1] = squared[c];
      }
    }
  }
  return nearest_two;
}

}  // namespace

CentroidPanel::CentroidPanel(int k_in, int d_in, std::span<const double> centroids,
                             std::span<const std::int32_t> origin_in)
    : k(k_in), d(d_in) {
  const auto features = static_cast<std::size_t>(d);
  packed.resize(static_cast<std::size_t>(k) * features);
  half_norms.resize(static_cast<std::size_t>(k));
  origin.resize(features);
  exact.resize(static_cast<std::size_t>((k + kExactBlock - 1) / kExactBlock * kExactBlock) * features);
  for (std::size_t f = 0; f < features; ++f) origin[f] = from_grid(origin_in[f]);

  const int groups = (k + kGroup - 1) / kGroup;
  for (int g = 0, first = 0; g < groups; ++g) {
    const int members = k / groups + (g < k % groups ? 1 : 0);
    float* group = packed.data() + static_cast<std::size_t>(first) * features;
    for (int j = first; j < first + members; ++j) {
      const double* centroid = centroids.data() + static_cast<std::size_t>(j) * features;
      double* block = exact.data() + static_cast<std::size_t>(j - j % kExactBlock) * features + j % kExactBlock;
      double norm = 0.0;
      for (std::size_t f = 0; f < features; ++f) {
        const auto value = static_cast<float>(centroid[f] - static_cast<double>(origin[f]));
        group[f * static_cast<std::size_t>(members) + static_cast<std::size_t>(j - first)] = value;
        block[f * kExactBlock] = centroid[f];
        norm += static_cast<double>(value) * static_cast<double>(value);
      }
      half_norms[static_cast<std::size_t>(j)] = static_cast<float>(0.5 * norm);
      largest_norm = std::max(largest_norm, static_cast<float>(norm));
    }
    first += members;
  }
}

void nearest(const CentroidPanel& panel, const float* tile, std::int32_t* index) {
  const SimdKernels& simd = kernels();
  const CentredTile accounts = centred(simd, panel, tile);
  std::uint64_t doubtful = simd.nearest(panel.packed.data(), panel.half_norms.data(), panel.k, panel.d, accounts.values,
                                        accounts.squared_norms, safe_gap(panel, kSimdIndexBits), index);
  for (; doubtful != 0; doubtful &= doubtful - 1) {
    const int lane = std::countr_zero(doubtful);
    index[lane] = exactly(simd, panel, tile, lane)[0];
  }
}

void nearest_two(const CentroidPanel& panel, const float* tile, std::int32_t* index, float* score,
                 std::int32_t* second_index, float* second_score, float* third_score) {
  alignas(64) float unwanted[kTile];
  if (third_score == nullptr) third_score = unwanted;
  const SimdKernels& simd = kernels();
  const CentredTile accounts = centred(simd, panel, tile);
  std::uint64_t doubtful = simd.nearest_two(panel.packed.data(), panel.half_norms.data(), panel.k, panel.d,
                                            accounts.values, accounts.squared_norms, safe_gap(panel, 0), index, score,
                                            second_index, second_score, third_score);
  for (; doubtful != 0; doubtful &= doubtful - 1) {
    const int lane = std::countr_zero(doubtful);
    const auto [first, second] = exactly(simd, panel, tile, lane);
    index[lane] = first;
    second_index[lane] = second;
  }
}

void lower_squared_distances(const float* centre, int d, const float* tile, float* squared) {
  kernels().lower_squared_distances(centre, d, tile, squared);
}

void add_account(const float* tile, int d, std::size_t lane, int sign, std::int64_t* sums) {
  for (std::size_t f = 0; f < static_cast<std::size_t>(d); ++f) sums[f] += sign * grid_units(tile[f * kTile + lane]);
}

void transpose_to_rows(const float* tile, int d, std::int32_t* rows) {
  kernels().transpose_to_rows(tile, d, rows, static_cast<std::int64_t>(row_stride(d)));
}

void add_row(const std::int32_t* row, int d, int sign, std::int64_t* sums) {
  kernels().add_row(row, d, sign, sums);
}

std::string simd_target() {
  kernels();
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
  chosen_name = std::move(chosen.name);
  chosen_kernels.store(chosen.kernels, std::memory_order_release);
}

}  // namespace tessera::lloyd
