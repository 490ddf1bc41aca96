// One split against plain 2-means in double over all accounts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "company.hpp"

namespace tessera::test {
namespace {

struct Halves {
  std::vector<int> side;
  double within = std::numeric_limits<double>::infinity();
};

/// Lloyd's algorithm with two centroids, from mean ± sd of one feature, until no account moves.
Halves serial_two_means(const Company& company, std::size_t feature) {
  const auto d = static_cast<std::size_t>(company.d);
  const auto value = [&](std::size_t i, std::size_t f) { return static_cast<double>(company.values[i * d + f]); };
  std::vector<double> mean(company.core_centroids);
  double scatter = 0.0;
  for (std::size_t i = 0; i < company.n(); ++i) scatter += std::pow(value(i, feature) - mean[feature], 2);
  std::vector<std::vector<double>> centre(2, mean);
  centre[0][feature] -= std::sqrt(scatter / static_cast<double>(company.n()));
  centre[1][feature] += std::sqrt(scatter / static_cast<double>(company.n()));
  Halves halves{std::vector<int>(company.n(), -1), 0.0};
  for (bool moved = true; moved;) {
    moved = false;
    halves.within = 0.0;
    std::vector<std::vector<double>> sum(2, std::vector<double>(d));
    std::vector<double> count(2);
    for (std::size_t i = 0; i < company.n(); ++i) {
      double distance[2] = {};
      for (std::size_t s = 0; s < 2; ++s)
        for (std::size_t f = 0; f < d; ++f) distance[s] += std::pow(value(i, f) - centre[s][f], 2);
      const int side = distance[1] < distance[0] ? 1 : 0;
      moved |= side != halves.side[i];
      halves.side[i] = side;
      halves.within += distance[side];
      count[static_cast<std::size_t>(side)] += 1.0;
      for (std::size_t f = 0; f < d; ++f) sum[static_cast<std::size_t>(side)][f] += value(i, f);
    }
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t f = 0; f < d; ++f) centre[s][f] = sum[s][f] / count[s];
  }
  return halves;
}

TEST(SerialReference, TheFirstSplitIsTheBestOfTheSerialStarts) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u}) {
    const Company company = company_of({{0, 400, {-0.8, 0.3, 0.0}, 0.4}, {0, 250, {0.9, -0.2, 0.4}, 0.3}}, 1, seed);
    Halves best;
    for (std::size_t f = 0; f < 3; ++f)
      if (Halves halves = serial_two_means(company, f); halves.within < best.within) best = std::move(halves);
    const Outcome outcome = refine_company(company, {.min_accounts = 200, .max_micro = 2}, round_robin());
    ASSERT_EQ(outcome.refinement.tree.n_micro, 2) << "seed " << seed;
    const bool swapped = outcome.micro[0] != best.side[0];
    for (std::size_t i = 0; i < company.n(); ++i)
      EXPECT_EQ(outcome.micro[i], swapped ? 1 - best.side[i] : best.side[i]) << "seed " << seed << ", account " << i;
  }
}

}  // namespace
}  // namespace tessera::test
