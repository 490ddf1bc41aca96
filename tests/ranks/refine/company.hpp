#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tessera/refine.hpp"

namespace tessera::test {

/// Accounts made up for a test: the same on every rank, before they are dealt out.
struct Company {
  int d = 0;
  int k = 0;
  std::vector<float> values;              ///< n × d, on the grid
  std::vector<std::int32_t> core;         ///< n
  std::vector<double> core_centroids;     ///< k × d: the cores' means
  std::vector<std::uint8_t> is_customer;  ///< n, or empty
  std::vector<double> value;              ///< n, or empty
  [[nodiscard]] std::size_t n() const { return core.size(); }
};

/// A Gaussian blob of a core segment.
struct Blob {
  std::int32_t core = 0;
  std::size_t accounts = 0;
  std::vector<double> centre;
  double sd = 0.0;
};

/// Blobs one after the other, each account where its random numbers, keyed by seed and row, put it.
[[nodiscard]] Company company_of(const std::vector<Blob>& blobs, int k, std::uint64_t seed);
/// From given values; centroids are the means.
[[nodiscard]] Company company_of(int d, int k, std::vector<float> values, std::vector<std::int32_t> core);
/// Blobs of very uneven size and spread at random places, `blobs` a core.
[[nodiscard]] Company uneven_company(std::size_t n, int d, int k, int blobs, std::uint64_t seed);

/// The rank, of `ranks`, that holds account i.
using Deal = std::function<int(std::size_t i, int ranks)>;
[[nodiscard]] Deal round_robin();
[[nodiscard]] Deal all_on_the_first();
[[nodiscard]] Deal all_on_the_last();

/// What refine() said, with the micro segments of all accounts in the company's order, on every rank. Fails the test if
/// descend() says otherwise or the counts are wrong.
struct Outcome {
  Refinement refinement;
  std::vector<std::int32_t> micro;  ///< n
  std::vector<std::string> warnings;
};
[[nodiscard]] Outcome refine_company(const Company& company, const RefineSpec& options, const Deal& deal,
                                     int threads = 1);

/// Equal to the last bit: tree, centroids, tables and every account.
void expect_same(const Outcome& a, const Outcome& b);

}  // namespace tessera::test
