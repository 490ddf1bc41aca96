#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "grid_accounts.hpp"

namespace tessera::test {

/// Lloyd's iteration as a textbook has it: one process, double, distances Σ(x − c)² directly. Means come from integer
/// sums, so that where the assignments agree the centroids agree to the bit.
class SerialLloyd {
 public:
  SerialLloyd(const GridAccounts& accounts, std::vector<double> centroids_in)
      : centroids(std::move(centroids_in)), assignment(accounts.n(), -1), accounts_(accounts) {}

  /// One assignment and one update. False, and nothing is changed, if no account moves.
  bool step() {
    const std::vector<int> before = assignment;
    for (std::size_t i = 0; i < accounts_.n(); ++i) assignment[i] = nearest(i);
    if (assignment == before) return false;
    fill_empty();
    for (int j = 0; j < k(); ++j) set_to_mean(j);
    inertia = 0.0;
    for (std::size_t i = 0; i < accounts_.n(); ++i) inertia += accounts_.weight(i) * squared(i, assignment[i]);
    ++iterations;
    return true;
  }

  [[nodiscard]] int k() const { return static_cast<int>(centroids.size()) / accounts_.d; }

  [[nodiscard]] double squared(std::size_t i, int j) const {
    double sum = 0.0;
    for (int f = 0; f < accounts_.d; ++f) {
      const double difference = accounts_.at(i, f) - centroids[static_cast<std::size_t>(j * accounts_.d + f)];
      sum += difference * difference;
    }
    return sum;
  }

  [[nodiscard]] int nearest(std::size_t i) const {
    int best = 0;
    for (int j = 1; j < k(); ++j)
      if (squared(i, j) < squared(i, best)) best = j;
    return best;
  }

  std::vector<double> centroids;
  std::vector<int> assignment;
  double inertia = 0.0;
  int iterations = 0;

 private:
  void set_to_mean(int j) {
    for (int f = 0; f < accounts_.d; ++f) {
      std::int64_t sum = 0, n = 0;
      for (std::size_t i = 0; i < accounts_.n(); ++i)
        if (assignment[i] == j)
          sum += accounts_.weight(i) * std::int64_t{grid_units(accounts_.at(i, f))}, n += accounts_.weight(i);
      if (n == 0) return;
      centroids[static_cast<std::size_t>(j * accounts_.d + f)] =
          (static_cast<double>(sum / n) + static_cast<double>(sum % n) / static_cast<double>(n)) * kGridStep;
    }
  }

  /// In rounds: the account farthest from its mean goes to the first empty cluster, the farthest of the other clusters
  /// to the next, and so on.
  void fill_empty() {
    while (true) {
      std::vector<int> empty;
      for (int j = 0; j < k(); ++j) {
        set_to_mean(j);
        if (std::find(assignment.begin(), assignment.end(), j) == assignment.end()) empty.push_back(j);
      }
      std::vector<bool> gave(static_cast<std::size_t>(k()));
      const std::vector<int> owner = assignment;
      bool found = true;
      for (std::size_t e = 0; e < empty.size() && found; ++e) {
        found = false;
        std::size_t farthest = 0;
        for (std::size_t i = 0; i < accounts_.n(); ++i) {
          if (gave[static_cast<std::size_t>(owner[i])] || squared(i, owner[i]) == 0.0) continue;
          if (!found || squared(i, owner[i]) > squared(farthest, owner[farthest])) farthest = i, found = true;
        }
        if (!found) break;
        gave[static_cast<std::size_t>(owner[farthest])] = true;
        assignment[farthest] = empty[e];
      }
      if (empty.empty() || assignment == owner) return;
    }
  }

  const GridAccounts& accounts_;
};

}  // namespace tessera::test
