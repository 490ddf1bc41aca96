#include <gtest/gtest.h>

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

TEST_P(ClassicSets, ReachTheBestSumOfSquares) {
  const char* named = std::getenv("TESSERA_TEST_DATA");
  const std::filesystem::path data = named != nullptr ? named : TESSERA_SOURCE_DIR "/../shared/data";
  const std::filesystem::path path = data / "r_datasets" / GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there: set TESSERA_TEST_DATA";

  const ClassicSet set = on_the_grid(read_numbers(path, GetParam().columns));
  const test::Share share = share_of(set.accounts, test::world(), test::Layout::kEven);
  Journal journal(false);
  const Clustering answer = kmeans({test::world(), journal, 1}, share.tiles, share.keys,
                                   {.k = GetParam().k, .starts = 20, .seed = 20260101, .initial = {}});
  double best = test::world().is_root() ? best_of_restarts(set.accounts, GetParam().k) : 0.0;
  best = test::world().broadcast(best);
  EXPECT_LE(answer.inertia_by_iteration.back(), best * (1 + 1e-6));
}

INSTANTIATE_TEST_SUITE_P(Kmeans, ClassicSets,
                         testing::Values(Case{"iris.csv", 4, 3}, Case{"ruspini.csv", 2, 4}, Case{"xclara.csv", 2, 3}),
                         [](const auto& tested) {
                           return std::string(tested.param.file, std::strcspn(tested.param.file, "."));
                         });

}  // namespace
}  // namespace tessera
