#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/bf16_kernels.hpp"

namespace tessera::lloyd {

/// k centroids in bf16, for a first pass that halves the multiply-adds and, by a proven bound, leaves a handful of
/// candidates an account to the loop in double. Empty where that cannot pay, or the CPU has no bf16.
class Bf16Panel {
 public:
  Bf16Panel() = default;
  /// `centroids`: k × d relative to the origin, in double.
  Bf16Panel(int k, int d, std::span<const double> centroids);

  /// For few centroids or features the conversion of the accounts costs more than the pass saves.
  [[nodiscard]] static constexpr bool may_pay(int k, int d) noexcept { return k >= 24 && d >= 8; }

  [[nodiscard]] bool empty() const noexcept { return packed_.empty(); }
  [[nodiscard]] const std::uint32_t* packed() const noexcept { return packed_.data(); }
  [[nodiscard]] Bf16Gap gap() const noexcept { return gap_; }

 private:
  std::vector<std::uint32_t> packed_;  ///< as CentroidPanel::packed, pairs of features for features, negated
  Bf16Gap gap_;
};

/// What the first pass left to decide, counted: for whether it pays.
struct Bf16Left {
  std::int64_t accounts = 0;
  std::int64_t groups = 0;  ///< of centroids, compared with one account in double
};

/// Whether a thread takes the first pass for its next tile, learnt from what earlier tiles left over. The answer is the
/// same either way, so threads and ranks may differ.
class Bf16Experience {
 public:
  [[nodiscard]] bool take(int k, int d) noexcept;
  void learn(Bf16Left left) noexcept;

 private:
  static constexpr int kTrial = 16;      ///< tiles after which it is asked whether the pass pays
  static constexpr int kRest = 24 * 16;  ///< tiles without it where it does not
  int k_ = 0;
  int d_ = 0;
  int tiles_ = 0;
  int rest_ = 0;
  Bf16Left left_;
};

}  // namespace tessera::lloyd
