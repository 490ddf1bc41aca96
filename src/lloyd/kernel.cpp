#include "lloyd/kernel.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <span>
#include <utility>

#include "core/grid.hpp"
#include "lloyd/simd_kernels.hpp"
#include "lloyd/simd_target.hpp"

namespace tessera::lloyd {
namespace {

static_assert(FeatureTiles::kTileAccounts == kSimdTile && CentroidPanel::kGroup == kSimdGroup &&
              CentroidPanel::kExactBlock == kSimdExactBlock);

constexpr int n_groups(int k) {
  return (k + CentroidPanel::kGroup - 1) / CentroidPanel::kGroup;
}

constexpr std::size_t kLinesARow = kTileLines;

/// Room for `rows` × FeatureTiles::kTileAccounts floats, of this thread; it stays in its cache from tile to tile.
CacheLine* thread_buffer(std::size_t rows) {
  thread_local std::vector<CacheLine> buffer;
  if (buffer.size() < rows * kLinesARow) buffer.resize(rows * kLinesARow);
  return buffer.data();
}

/// The tile relative to the panel's origin, exact, and its accounts' squared norms.
struct CentredTile {
  const float* values = nullptr;
  const float* squared_norms = nullptr;
};

CentredTile centred(const SimdKernels& simd, const CentroidPanel& panel, const float* tile) {
  CacheLine* buffer = thread_buffer(static_cast<std::size_t>(panel.d) + 1);
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

/// Group g of the panel's centroids.
struct Group {
  int first;
  int members;
};
Group group_of(const CentroidPanel& panel, int g) {
  const int groups = n_groups(panel.k), size = panel.k / groups, larger = panel.k % groups;
  return {g * size + std::min(g, larger), g < larger ? size + 1 : size};
}

/// An account, by its lane in the tile, and a group of centroids that it is compared with in double.
struct Pair {
  int lane;
  int group;
};

/// Visits (lane, centroid, Σ(x − c)² in double) for all centroids of all pairs, in their order.
template <class Visit>
void compare(const SimdKernels& simd, const CentroidPanel& panel, const float* tile, std::span<const Pair> pairs,
             const Visit& visit) {
  const std::ptrdiff_t block_size = static_cast<std::ptrdiff_t>(panel.d) * CentroidPanel::kExactBlock;
  for (; !pairs.empty(); pairs = pairs.subspan(std::min(pairs.size(), std::size_t{kSimdExactPairs}))) {
    std::array<const double*, kSimdExactPairs> block;
    std::array<const float*, kSimdExactPairs> account;
    double squared[kSimdExactPairs][kSimdExactBlock];
    for (std::size_t p = 0; p < kSimdExactPairs; ++p) {
      const Pair& pair = pairs[std::min(p, pairs.size() - 1)];
      block[p] = panel.exact.data() + pair.group * block_size;
      account[p] = tile + pair.lane;
    }
    simd.squared_distances(block.data(), panel.d, account.data(), squared);
    for (std::size_t p = 0; p < std::min(pairs.size(), std::size_t{kSimdExactPairs}); ++p) {
      const Group group = group_of(panel, pairs[p].group);
      for (int c = 0; c < group.members; ++c) visit(pairs[p].lane, group.first + c, squared[p][c]);
    }
  }
}

/// The two nearest centroids of the tile's account `lane`, by the loop in double.
std::array<std::int32_t, 2> exactly(const SimdKernels& simd, const CentroidPanel& panel, const float* tile, int lane) {
  std::array<std::int32_t, 2> nearest_two{-1, -1};
  std::array<double, 2> least{};
  const auto keep = [&](int, std::int32_t j, double distance) {
    if (nearest_two[0] < 0 || distance < least[0]) {
      nearest_two = {j, nearest_two[0]};
      least = {distance, least[0]};
    } else if (nearest_two[1] < 0 || distance < least[1]) {
      nearest_two[1] = j;
      least[1] = distance;
    }
  };
  std::array<Pair, FeatureTiles::kTileAccounts> pairs;
  const int groups = n_groups(panel.k);
  for (int g = 0; g < groups;) {
    std::size_t n = 0;
    for (; n < pairs.size() && g < groups; ++g) pairs[n++] = {lane, g};
    compare(simd, panel, tile, std::span(pairs).first(n), keep);
  }
  return nearest_two;
}

/// The nearest centroids of the accounts in lanes_of_group, by the loop in double, among the groups that have their
/// bit; counts the pairs of account and group.
std::int64_t decide_candidates(const SimdKernels& simd, const CentroidPanel& panel, const float* tile,
                               std::span<const std::uint64_t> lanes_of_group, std::int32_t* index) {
  std::array<double, FeatureTiles::kTileAccounts> least;
  least.fill(std::numeric_limits<double>::infinity());
  const auto keep = [&](int lane, std::int32_t j, double distance) {
    if (!(distance < least[static_cast<std::size_t>(lane)])) return;
    index[lane] = j;
    least[static_cast<std::size_t>(lane)] = distance;
  };
  std::array<Pair, 2 * FeatureTiles::kTileAccounts> pairs;
  std::size_t n = 0;
  std::int64_t looked_at = 0;
  for (std::size_t g = 0; g < lanes_of_group.size(); ++g) {
    for (std::uint64_t lanes = lanes_of_group[g]; lanes != 0; lanes &= lanes - 1)
      pairs[n++] = {std::countr_zero(lanes), static_cast<int>(g)};
    if (n <= FeatureTiles::kTileAccounts && g + 1 < lanes_of_group.size()) continue;
    compare(simd, panel, tile, std::span(pairs).first(n), keep);
    looked_at += static_cast<std::int64_t>(std::exchange(n, 0));
  }
  return looked_at;
}

}  // namespace

CentroidPanel::CentroidPanel(int k_in, int d_in, std::span<const double> centroids,
                             std::span<const std::int32_t> origin_in)
    : k(k_in), d(d_in) {
  const auto features = static_cast<std::size_t>(d);
  packed.resize(static_cast<std::size_t>(k) * features);
  half_norms.resize(static_cast<std::size_t>(k));
  origin.resize(features);
  const int groups = n_groups(k);
  exact.resize(static_cast<std::size_t>(groups) * features * kExactBlock);
  for (std::size_t f = 0; f < features; ++f) origin[f] = from_grid(origin_in[f]);

  std::vector<double> relative(static_cast<std::size_t>(k) * features);
  for (std::size_t i = 0; i < relative.size(); ++i)
    relative[i] = centroids[i] - static_cast<double>(origin[i % features]);
  if (Bf16Panel::may_pay(k, d) && runnable_bf16_kernels() != nullptr) bf16 = Bf16Panel(k, d, relative);

  for (int g = 0, first = 0; g < groups; ++g) {
    const int members = k / groups + (g < k % groups ? 1 : 0);
    float* group = packed.data() + static_cast<std::size_t>(first) * features;
    for (int j = first; j < first + members; ++j) {
      const double* centroid = centroids.data() + static_cast<std::size_t>(j) * features;
      double* block = exact.data() + static_cast<std::size_t>(g) * features * kExactBlock + (j - first);
      double norm = 0.0;
      for (std::size_t f = 0; f < features; ++f) {
        const auto value = static_cast<float>(relative[static_cast<std::size_t>(j) * features + f]);
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

bool has_first_pass(const CentroidPanel& panel) {
  return !panel.bf16.empty() && chosen_bf16_kernels() != nullptr;
}

void nearest(const CentroidPanel& panel, const float* tile, std::int32_t* index, const float* next) {
  thread_local Bf16Experience experience;
  if (has_first_pass(panel) && experience.take(panel.k, panel.d)) {
    experience.learn(nearest_by_bf16(panel, tile, index, next));
  } else {
    nearest_by_float(panel, tile, index, next);
  }
}

void nearest_by_float(const CentroidPanel& panel, const float* tile, std::int32_t* index, const float* next) {
  const SimdKernels& simd = chosen_kernels();
  const CentredTile accounts = centred(simd, panel, tile);
  std::uint64_t doubtful = simd.nearest(panel.packed.data(), panel.half_norms.data(), panel.k, panel.d, accounts.values,
                                        accounts.squared_norms, safe_gap(panel, kSimdIndexBits), next, index);
  for (; doubtful != 0; doubtful &= doubtful - 1) {
    const int lane = std::countr_zero(doubtful);
    index[lane] = exactly(simd, panel, tile, lane)[0];
  }
}

void PanelSelection::choose(const CentroidPanel& panel, std::span<const std::int32_t> chosen) {
  constexpr std::size_t kGroup = CentroidPanel::kGroup;
  constexpr float kNeverNearest = 1e30F;
  const auto d = static_cast<std::size_t>(panel.d), room = (chosen.size() + kGroup - 1) / kGroup * kGroup;
  centroid_.assign(chosen.begin(), chosen.end());
  half_norms_.assign(room, kNeverNearest);
  packed_.assign(room * d, 0.0F);
  const int groups = n_groups(panel.k), size = panel.k / groups, in_larger = panel.k % groups * (size + 1);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const int j = chosen[i];
    const Group group = group_of(panel, j < in_larger ? j / (size + 1) : panel.k % groups + (j - in_larger) / size);
    const float* from = panel.packed.data() + static_cast<std::size_t>(group.first) * d + (j - group.first);
    float* to = packed_.data() + i / kGroup * kGroup * d + i % kGroup;
    half_norms_[i] = panel.half_norms[static_cast<std::size_t>(j)];
    for (std::size_t f = 0; f < d; ++f) to[f * kGroup] = from[f * static_cast<std::size_t>(group.members)];
  }
}

void nearest_among(const CentroidPanel& panel, const PanelSelection& some, int count, const float* tile,
                   std::int32_t* index, const float* next) {
  constexpr int kGroup = CentroidPanel::kGroup;
  const SimdKernels& simd = chosen_kernels();
  const CentredTile accounts = centred(simd, panel, tile);
  const int whole_groups = (count + kGroup - 1) / kGroup * kGroup;
  std::uint64_t doubtful =
      simd.nearest(some.packed_.data(), some.half_norms_.data(), whole_groups, panel.d, accounts.values,
                   accounts.squared_norms, safe_gap(panel, kSimdIndexBits), next, index);
  for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
    index[lane] = some.centroid_[static_cast<std::size_t>(index[lane])];
  for (; doubtful != 0; doubtful &= doubtful - 1) {
    const int lane = std::countr_zero(doubtful);
    index[lane] = exactly(simd, panel, tile, lane)[0];
  }
}

Bf16Left nearest_by_bf16(const CentroidPanel& panel, const float* tile, std::int32_t* index, const float* next) {
  const SimdKernels& simd = chosen_kernels();
  const Bf16Kernels& bf16 = *chosen_bf16_kernels();
  const auto n_pairs = (static_cast<std::size_t>(panel.d) + 1) / 2;
  const int groups = n_groups(panel.k);
  CacheLine* buffer = thread_buffer(n_pairs + 2 + static_cast<std::size_t>(groups));
  float* gaps = buffer[0].values;
  float* most = buffer[kLinesARow].values;
  float* low = buffer[2 * kLinesARow].values;
  auto* pairs = reinterpret_cast<std::uint32_t*>(buffer[(2 + static_cast<std::size_t>(groups)) * kLinesARow].values);
  bf16.convert(tile, panel.d, panel.origin.data(), panel.bf16.gap(), pairs, gaps);
  const std::uint64_t undecided =
      bf16.nearest(panel.bf16.packed(), panel.half_norms.data(), panel.k, panel.d, pairs, gaps, next, index, low, most);
  if (undecided == 0) return {};
  thread_local std::vector<std::uint64_t> lanes_of_group;
  lanes_of_group.resize(static_cast<std::size_t>(groups));
  bf16.candidate_lanes(low, most, groups, undecided, lanes_of_group.data());
  return {std::popcount(undecided), decide_candidates(simd, panel, tile, lanes_of_group, index)};
}

void nearest_two(const CentroidPanel& panel, const float* tile, std::int32_t* index, float* score,
                 std::int32_t* second_index, float* second_score, float* third_score, const float* next) {
  alignas(64) float unwanted[FeatureTiles::kTileAccounts];
  if (third_score == nullptr) third_score = unwanted;
  const SimdKernels& simd = chosen_kernels();
  const CentredTile accounts = centred(simd, panel, tile);
  std::uint64_t doubtful = simd.nearest_two(panel.packed.data(), panel.half_norms.data(), panel.k, panel.d,
                                            accounts.values, accounts.squared_norms, safe_gap(panel, 0), next, index,
                                            score, second_index, second_score, third_score);
  for (; doubtful != 0; doubtful &= doubtful - 1) {
    const int lane = std::countr_zero(doubtful);
    const auto [first, second] = exactly(simd, panel, tile, lane);
    index[lane] = first;
    second_index[lane] = second;
  }
}

void lower_squared_distances(const float* centre, int d, const float* tile, float* squared) {
  chosen_kernels().lower_squared_distances(centre, d, tile, squared);
}

void add_account(const float* tile, int d, std::size_t lane, std::int64_t times, std::int64_t* sums) {
  for (std::size_t f = 0; f < static_cast<std::size_t>(d); ++f)
    sums[f] += times * grid_units(tile[f * FeatureTiles::kTileAccounts + lane]);
}

void transpose_to_rows(const float* tile, int d, std::int32_t* rows) {
  chosen_kernels().transpose_to_rows(tile, d, rows, static_cast<std::int64_t>(row_stride(d)));
}

void add_row(const std::int32_t* row, int d, int sign, std::int64_t* sums) {
  chosen_kernels().add_row(row, d, sign, sums);
}

}  // namespace tessera::lloyd
