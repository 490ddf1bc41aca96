#include "insight/neighbours/principal_plane.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kLanes = 64;  ///< products of 64 accounts add without rounding in double
constexpr std::int64_t kMostProducts = std::int64_t{1} << 33;
constexpr double kUnits = 1 << kGridBits;

/// Exact sums of grid integers and of their products.
class GramSums {
 public:
  explicit GramSums(std::size_t n_features)
      : n_(n_features), block_(n_features * kLanes, 0.0), sums_(n_features, 0), products_(n_features * n_features, 0) {}

  template <class Value>
  void add(Value value) {
    for (std::size_t f = 0; f < n_; ++f) block_[f * kLanes + filled_] = value(f);
    ++count_;
    if (++filled_ == kLanes) flush();
  }

  void flush() {
    for (std::size_t f = 0; f < n_; ++f) {
      double sum = 0.0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) sum += block_[f * kLanes + lane];
      sums_[f] += static_cast<std::int64_t>(sum * kUnits);
      for (std::size_t g = 0; g <= f; ++g)
        products_[f * n_ + g] += static_cast<std::int64_t>(dot(f, g) * (kUnits * kUnits));
    }
    std::ranges::fill(block_, 0.0);
    filled_ = 0;
  }

  void merge(const GramSums& other) {
    count_ += other.count_;
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
    for (std::size_t i = 0; i < products_.size(); ++i) products_[i] += other.products_[i];
  }

  /// Collective. A product's sum travels as its low 32 bits and the rest, which add without overflow.
  void add_over_ranks(const parallel::Communicator& comm) {
    std::vector<std::int64_t> parts = sums_;
    for (const __int128 product : products_) {
      parts.push_back(static_cast<std::int64_t>(product & 0xFFFFFFFF));
      parts.push_back(static_cast<std::int64_t>(product >> 32));
    }
    parts.push_back(count_);
    comm.all_reduce<parallel::Reduce::kSum>(std::span(parts));
    std::copy_n(parts.begin(), n_, sums_.begin());
    for (std::size_t i = 0; i < products_.size(); ++i)
      products_[i] = static_cast<__int128>(parts[n_ + 2 * i + 1]) * (std::int64_t{1} << 32) + parts[n_ + 2 * i];
    count_ = parts.back();
  }

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] double mean(std::size_t f) const noexcept {
    return static_cast<double>(sums_[f]) / static_cast<double>(count_) / kUnits;
  }
  [[nodiscard]] double covariance(std::size_t f, std::size_t g) const noexcept {
    const __int128 product = products_[std::max(f, g) * n_ + std::min(f, g)];
    const __int128 numerator = product * count_ - static_cast<__int128>(sums_[f]) * sums_[g];
    const auto n = static_cast<double>(count_);
    return static_cast<double>(numerator) / (n * n) / (kUnits * kUnits);
  }

 private:
  /// Exact in any order: eight chains of additions, so that they need not wait for one another.
  [[nodiscard]] double dot(std::size_t f, std::size_t g) const noexcept {
    std::array<double, 8> chains{};
    const double* const a = &block_[f * kLanes];
    const double* const b = &block_[g * kLanes];
    for (std::size_t lane = 0; lane < kLanes; lane += chains.size())
      for (std::size_t c = 0; c < chains.size(); ++c) chains[c] += a[lane + c] * b[lane + c];
    double sum = 0.0;
    for (const double chain : chains) sum += chain;
    return sum;
  }

  std::size_t n_;
  std::vector<double> block_;
  std::size_t filled_ = 0;
  std::int64_t count_ = 0;
  std::vector<std::int64_t> sums_;
  std::vector<__int128> products_;
};

GramSums gram_sums(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                   std::span<const std::size_t> features, std::uint64_t seed) {
  const auto n_global = context.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::int64_t>(keys.size()));
  const auto pairs = static_cast<std::int64_t>(features.size() * features.size());
  const std::int64_t one_in = std::max<std::int64_t>(1, n_global / std::max<std::int64_t>(1, kMostProducts / pairs));
  GramSums total(features.size());
#pragma omp parallel num_threads(context.threads)
  {
    GramSums mine(features.size());
#pragma omp for schedule(static)
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const bool is_drawn =
          one_in == 1 ||
          random_bits(seed, RandomPurpose::kSample, keys[i], 0) % static_cast<std::uint64_t>(one_in) == 0;
      if (is_drawn) mine.add([&](std::size_t f) { return tiles.at(i, static_cast<int>(features[f])); });
    }
    mine.flush();
#pragma omp critical
    total.merge(mine);
  }
  total.add_over_ranks(context.comm);
  return total;
}

/// The unit vector with the sign that everybody gives it.
std::vector<double> signed_vector(const Eigen& eigen, std::size_t which, std::size_t n) {
  std::vector<double> vector(eigen.vectors.begin() + static_cast<std::ptrdiff_t>(which * n),
                             eigen.vectors.begin() + static_cast<std::ptrdiff_t>((which + 1) * n));
  const auto largest = std::ranges::max_element(vector, {}, [](double value) { return std::fabs(value); });
  if (*largest < 0.0)
    for (double& value : vector) value = -value;
  return vector;
}

}  // namespace

PrincipalPlane principal_plane(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                               std::vector<std::size_t> features, std::uint64_t seed) {
  PrincipalPlane plane;
  const std::size_t n = features.size();
  plane.features = std::move(features);
  plane.x.assign(n, 0.0);
  plane.y.assign(n, 0.0);
  plane.mean.assign(n, 0.0);
  if (n == 0) return plane;
  const GramSums sums = gram_sums(context, tiles, keys, plane.features, seed);
  if (sums.count() == 0) return plane;
  for (std::size_t f = 0; f < n; ++f) plane.mean[f] = sums.mean(f);
  if (context.comm.is_root()) {
    std::vector<double> matrix(n * n);
    double trace = 0.0;
    for (std::size_t f = 0; f < n; ++f) {
      for (std::size_t g = 0; g < n; ++g) matrix[f * n + g] = sums.covariance(f, g);
      trace += matrix[f * n + f];
    }
    const Eigen eigen = jacobi(std::move(matrix), n);
    plane.x = signed_vector(eigen, 0, n);
    if (n > 1) plane.y = signed_vector(eigen, 1, n);
    if (trace > 0.0) plane.share_x = eigen.values[0] / trace;
    if (trace > 0.0 && n > 1) plane.share_y = eigen.values[1] / trace;
  }
  context.comm.broadcast(std::span(plane.x));
  context.comm.broadcast(std::span(plane.y));
  plane.share_x = context.comm.broadcast(plane.share_x);
  plane.share_y = context.comm.broadcast(plane.share_y);
  return plane;
}

}  // namespace tessera::insight
