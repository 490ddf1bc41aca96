#include <algorithm>
#include <cmath>
#include <numeric>

#include "insight/neighbours/principal_plane.hpp"

namespace tessera::insight {

namespace {

constexpr int kMostSweeps = 60;

class Rotations {
 public:
  Rotations(std::vector<double> matrix, std::size_t n) : n_(n), a_(std::move(matrix)), v_(n * n, 0.0) {
    for (std::size_t i = 0; i < n; ++i) v_[i * n + i] = 1.0;
  }

  void run() {
    double scale = 0.0;
    for (const double value : a_) scale = std::max(scale, std::fabs(value));
    const double small = scale * 1e-17;
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
      bool rotated = false;
      for (std::size_t p = 0; p < n_; ++p)
        for (std::size_t q = p + 1; q < n_; ++q)
          if (std::fabs(a_[p * n_ + q]) > small) {
            rotate(p, q);
            rotated = true;
          }
      if (!rotated) return;
    }
  }

  [[nodiscard]] Eigen sorted() const {
    std::vector<std::size_t> order(n_);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return a_[i * n_ + i]; });
    Eigen eigen;
    for (const std::size_t i : order) {
      eigen.values.push_back(a_[i * n_ + i]);
      for (std::size_t f = 0; f < n_; ++f) eigen.vectors.push_back(v_[f * n_ + i]);
    }
    return eigen;
  }

 private:
  /// Makes element (p, q) zero.
  void rotate(std::size_t p, std::size_t q) {
    const double theta = (a_[q * n_ + q] - a_[p * n_ + p]) / (2.0 * a_[p * n_ + q]);
    const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1.0));
    const double c = 1.0 / std::sqrt(t * t + 1.0);
    const double s = t * c;
    for (std::size_t i = 0; i < n_; ++i) turn(a_[i * n_ + p], a_[i * n_ + q], c, s);
    for (std::size_t i = 0; i < n_; ++i) turn(a_[p * n_ + i], a_[q * n_ + i], c, s);
    for (std::size_t i = 0; i < n_; ++i) turn(v_[i * n_ + p], v_[i * n_ + q], c, s);
    a_[p * n_ + q] = a_[q * n_ + p] = 0.0;
  }
  static void turn(double& a, double& b, double c, double s) noexcept {
    const double before = a;
    a = c * before - s * b;
    b = s * before + c * b;
  }

  std::size_t n_;
  std::vector<double> a_, v_;
};

}  // namespace

Eigen jacobi(std::vector<double> matrix, std::size_t n) {
  Rotations rotations(std::move(matrix), n);
  rotations.run();
  return rotations.sorted();
}

}  // namespace tessera::insight
