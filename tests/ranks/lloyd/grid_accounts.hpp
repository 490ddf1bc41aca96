#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "core/grid.hpp"
#include "parallel/communicator.hpp"
#include "tessera/account_key.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::test {

/// A small population that every rank knows whole, so that it can hold its share and also compute what must come out.
struct GridAccounts {
  int d = 0;
  std::vector<float> values;           ///< n × d, on the grid
  std::vector<AccountKey> keys;        ///< n
  std::vector<std::uint16_t> weights;  ///< n; empty: all 1

  [[nodiscard]] std::size_t n() const { return keys.size(); }
  [[nodiscard]] float at(std::size_t i, int f) const {
    return values[i * static_cast<std::size_t>(d) + static_cast<std::size_t>(f)];
  }
  [[nodiscard]] int weight(std::size_t i) const { return weights.empty() ? 1 : weights[i]; }
  void add(std::span<const double> account) {
    d = static_cast<int>(account.size());
    for (const double value : account) values.push_back(from_grid(to_grid(value)));
    keys.push_back({keys.size() / 3, keys.size()});
  }
};

/// Sum of twelve uniforms less six: near enough to normal, and the same with every standard library.
inline double bell(std::mt19937_64& engine) {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(engine() >> 11) * 0x1p-53;
  return sum;
}

/// n accounts in turn around the centres, at a standard deviation of `spread`.
inline GridAccounts blobs(std::size_t n, const std::vector<std::vector<double>>& centres, double spread,
                          std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  GridAccounts accounts;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> account = centres[i % centres.size()];
    for (double& value : account) value += spread * bell(engine);
    accounts.add(account);
  }
  return accounts;
}

/// The same accounts with weights of all magnitudes from 1 to 4096, not sorted by anything.
inline GridAccounts weighted(GridAccounts accounts, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  accounts.weights.clear();
  for (std::size_t i = 0; i < accounts.n(); ++i) {
    const std::uint64_t most = std::uint64_t{1} << engine() % 13;
    accounts.weights.push_back(static_cast<std::uint16_t>(i % 50 == 7 ? 4096 : 1 + engine() % most));
  }
  return accounts;
}

/// Each account as often as it weighs, one after another, all with its key.
inline GridAccounts repeated_by_weight(const GridAccounts& accounts) {
  GridAccounts repeated;
  repeated.d = accounts.d;
  for (std::size_t i = 0; i < accounts.n(); ++i) {
    for (int copy = 0; copy < accounts.weight(i); ++copy) {
      for (int f = 0; f < accounts.d; ++f) repeated.values.push_back(accounts.at(i, f));
      repeated.keys.push_back(accounts.keys[i]);
    }
  }
  return repeated;
}

/// How the population lies on the ranks.
enum class Layout { kAllOnRoot, kEven, kLopsided };

/// This rank's share, in the order of the whole: ranks in order hold accounts in order.
struct Share {
  FeatureTiles tiles;
  std::vector<AccountKey> keys;
  std::size_t first = 0;
  std::vector<std::uint16_t> weights = {};
};

inline Share share_of(const GridAccounts& accounts, const parallel::Communicator& comm, Layout layout) {
  const std::size_t n = accounts.n(), rank = static_cast<std::size_t>(comm.rank()),
                    size = static_cast<std::size_t>(comm.size());
  std::size_t begin = rank * n / size, end = (rank + 1) * n / size;
  if (layout == Layout::kAllOnRoot) begin = rank == 0 ? 0 : n, end = n;
  if (layout == Layout::kLopsided) {  // rank 1 has most, rank 0 a few, the others none
    const std::size_t few = size > 1 ? n / 10 : n;
    begin = rank == 0 ? 0 : rank == 1 ? few : n;
    end = rank == 0 ? few : n;
  }
  Share share{FeatureTiles(end - begin, accounts.d), {}, begin};
  for (std::size_t i = begin; i < end; ++i) {
    for (int f = 0; f < accounts.d; ++f) share.tiles.set(i - begin, f, accounts.at(i, f));
    share.keys.push_back(accounts.keys[i]);
    if (!accounts.weights.empty()) share.weights.push_back(accounts.weights[i]);
  }
  return share;
}

/// The first k accounts of a shuffle, as centroids.
inline std::vector<double> some_accounts(const GridAccounts& accounts, int k, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<std::size_t> order(accounts.n());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = 0; i + 1 < order.size(); ++i) std::swap(order[i], order[i + engine() % (order.size() - i)]);
  std::vector<double> centroids;
  for (int j = 0; j < k; ++j)
    for (int f = 0; f < accounts.d; ++f) centroids.push_back(accounts.at(order[static_cast<std::size_t>(j)], f));
  return centroids;
}

}  // namespace tessera::test
