#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../lloyd/grid_accounts.hpp"
#include "../lloyd/serial_lloyd.hpp"
#include "ranks_test.hpp"
#include "tessera/kmeans.hpp"

namespace tessera {
namespace {

using test::GridAccounts;

/// A classic set, its columns offset to the middle of their range and one power of two for all, as scale = "none" has
/// it.
struct ClassicSet {
  GridAccounts accounts;
  double factor = 1.0;
};

std::vector<std::vector<double>> read_numbers(const std::filesystem::path& path, std::size_t columns) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<std::vector<double>> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string cell;
    rows.emplace_back();
    while (rows.back().size() < columns && std::getline(cells, cell, ',')) rows.back().push_back(std::stod(cell));
  }
  return rows;
}

ClassicSet on_the_grid(std::vector<std::vector<double>> rows) {
  double largest = 0.0;
  for (std::size_t f = 0; f < rows[0].size(); ++f) {
    double low = rows[0][f], high = rows[0][f];
    for (const auto& row : rows) low = std::min(low, row[f]), high = std::max(high, row[f]);
    for (auto& row : rows) row[f] -= (low + high) / 2;
    largest = std::max(largest, (high - low) / 2);
  }
  ClassicSet set;
  while (largest * set.factor < 4.0) set.factor *= 2;
  while (largest * set.factor >= 8.0) set.factor /= 2;
  for (auto& row : rows) {
    for (double& value : row) value *= set.factor;
    set.accounts.add(row);
  }
  return set;
}

/// The best of 100 restarts of the textbook's Lloyd from random accounts.
double best_of_restarts(const GridAccounts& accounts, int k) {
  double best = INFINITY;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    test::SerialLloyd serial(accounts, some_accounts(accounts, k, seed));
    while (serial.step()) {
    }
    best = std::min(best, serial.inertia);
  }
  return best;
}

struct Case {
  const char* file;
  std::size_t columns;
  int k;
};

class ClassicSets : public testing::TestWithParam<Case> {};

std::filesystem::path path_of(const char* file) {
  const char* named = std::getenv("TESSERA_TEST_DATA");
  const std::filesystem::path data = named != nullptr ? named : TESSERA_SOURCE_DIR "/../shared/data";
  return data / "r_datasets" / file;
}

double inertia_of(const ClassicSet& set, const KmeansOptions& options) {
  const test::Share share = share_of(set.accounts, test::world(), test::Layout::kEven);
  Journal journal(false);
  return kmeans({test::world(), journal, 1}, share.tiles, share.keys, options).inertia_by_iteration.back();
}

TEST_P(ClassicSets, ReachTheBestSumOfSquares) {
  const std::filesystem::path path = path_of(GetParam().file);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there: set TESSERA_TEST_DATA";

  const ClassicSet set = on_the_grid(read_numbers(path, GetParam().columns));
  const double inertia = inertia_of(set, {.k = GetParam().k, .starts = 20, .seed = 20260101, .initial = {}});
  double best = test::world().is_root() ? best_of_restarts(set.accounts, GetParam().k) : 0.0;
  best = test::world().broadcast(best);
  EXPECT_LE(inertia, best * (1 + 1e-6));
}

/// The least sums of squares known for k = 2 … 10, in the columns' own units: of 3000 restarts of k-means++ and
/// Lloyd, and of 20,000 random swaps, in double. The restarts alone miss the last of iris.
struct BestKnown {
  const char* file;
  std::size_t columns;
  std::array<double, 9> sum_of_squares;
};

class BestKnownSums : public testing::TestWithParam<BestKnown> {};

TEST_P(BestKnownSums, AreReachedWithSwapsWhateverTheSeed) {
  const std::filesystem::path path = path_of(GetParam().file);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there: set TESSERA_TEST_DATA";
  if (test::world().size() > 1) GTEST_SKIP() << "thousands of tiny iterations: the same bits at any number of ranks";

  const ClassicSet set = on_the_grid(read_numbers(path, GetParam().columns));
  for (int k = 2; k <= 10; ++k) {
    const double known = GetParam().sum_of_squares[static_cast<std::size_t>(k - 2)] * set.factor * set.factor;
    for (const std::uint64_t seed : {1U, 20260101U}) {
      const double inertia = inertia_of(set, {.k = k, .starts = 20, .seed = seed, .swaps = true, .initial = {}});
      EXPECT_NEAR(inertia, known, 1e-6 * known) << "k = " << k << ", seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kmeans, BestKnownSums,
    testing::Values(BestKnown{"iris.csv",
                              4,
                              {152.34795176, 78.851441426, 57.228473214, 46.446182051, 39.039987246, 34.298229665,
                               29.988943951, 27.786092417, 25.834054820}},
                    BestKnown{"ruspini.csv",
                              2,
                              {89337.832143, 51063.475046, 12881.051236, 10126.719788, 8575.4068765, 7126.1985431,
                               6149.6390193, 5181.6518398, 4446.2821429}}),
    [](const auto& tested) { return std::string(tested.param.file, std::strcspn(tested.param.file, ".")); });

INSTANTIATE_TEST_SUITE_P(Kmeans, ClassicSets,
                         testing::Values(Case{"iris.csv", 4, 3}, Case{"ruspini.csv", 2, 4}, Case{"xclara.csv", 2, 3}),
                         [](const auto& tested) {
                           return std::string(tested.param.file, std::strcspn(tested.param.file, "."));
                         });

}  // namespace
}  // namespace tessera
