#include "company.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "ranks_test.hpp"

namespace tessera::test {
namespace {

double normal_at(std::uint64_t seed, std::size_t row, int feature) {
  return normal(random_bits(seed, RandomPurpose::kGenerate, {0, row}, static_cast<std::uint64_t>(feature)));
}

float on_grid(double value) {
  return from_grid(static_cast<std::int32_t>(value / kGridStep));
}

}  // namespace

Company company_of(int d, int k, std::vector<float> values, std::vector<std::int32_t> core) {
  Company company;
  company.d = d;
  company.k = k;
  company.values = std::move(values);
  company.core = std::move(core);
  const auto width = static_cast<std::size_t>(d);
  std::vector<std::int64_t> sum(static_cast<std::size_t>(k) * width);
  std::vector<std::int64_t> count(static_cast<std::size_t>(k));
  for (std::size_t i = 0; i < company.n(); ++i) {
    const auto c = static_cast<std::size_t>(company.core[i]);
    ++count[c];
    for (std::size_t f = 0; f < width; ++f) sum[c * width + f] += grid_units(company.values[i * width + f]);
  }
  for (std::size_t c = 0; c < count.size(); ++c) {
    const auto n = static_cast<double>(std::max<std::int64_t>(1, count[c]));
    for (std::size_t f = 0; f < width; ++f)
      company.core_centroids.push_back(static_cast<double>(sum[c * width + f]) / n * kGridStep);
  }
  return company;
}

Company company_of(const std::vector<Blob>& blobs, int k, std::uint64_t seed) {
  const int d = static_cast<int>(blobs.front().centre.size());
  std::vector<float> values;
  std::vector<std::int32_t> core;
  for (const Blob& blob : blobs) {
    for (std::size_t i = 0; i < blob.accounts; ++i) {
      for (int f = 0; f < d; ++f)
        values.push_back(on_grid(blob.centre[static_cast<std::size_t>(f)] + blob.sd * normal_at(seed, core.size(), f)));
      core.push_back(blob.core);
    }
  }
  return company_of(d, k, std::move(values), std::move(core));
}

Company uneven_company(std::size_t n, int d, int k, int blobs, std::uint64_t seed) {
  std::vector<Blob> list;
  for (int b = 0; b < k * blobs; ++b) {
    Blob blob{b % k, n / (2u << (b % 6)) + 3, {}, 0.1 + 0.02 * (b % 5)};
    for (int f = 0; f < d; ++f) blob.centre.push_back(1.5 * normal_at(seed + 1, static_cast<std::size_t>(b), f));
    list.push_back(std::move(blob));
  }
  return company_of(list, k, seed);
}

Deal round_robin() {
  return [](std::size_t i, int ranks) { return static_cast<int>(i % static_cast<std::size_t>(ranks)); };
}
Deal all_on_the_first() {
  return [](std::size_t, int) { return 0; };
}
Deal all_on_the_last() {
  return [](std::size_t, int ranks) { return ranks - 1; };
}

Outcome refine_company(const Company& company, const RefineSpec& options, const Deal& deal, int threads) {
  const parallel::Communicator& comm = world();
  std::vector<std::uint64_t> mine;
  for (std::size_t i = 0; i < company.n(); ++i)
    if (deal(i, comm.size()) == comm.rank()) mine.push_back(i);
  FeatureTiles tiles(mine.size(), company.d);
  std::vector<std::int32_t> core;
  std::vector<std::uint8_t> is_customer;
  std::vector<double> value;
  for (std::size_t at = 0; at < mine.size(); ++at) {
    const std::size_t row = mine[at];
    core.push_back(company.core[row]);
    if (!company.is_customer.empty()) is_customer.push_back(company.is_customer[row]);
    if (!company.value.empty()) value.push_back(company.value[row]);
    for (int f = 0; f < company.d; ++f)
      tiles.set(at, f, company.values[row * static_cast<std::size_t>(company.d) + static_cast<std::size_t>(f)]);
  }
  Journal journal(false);
  const Context context{comm, journal, threads};
  Outcome outcome;
  outcome.refinement = refine(context,
                              {.tiles = tiles,
                               .core = core,
                               .core_centroids = company.core_centroids,
                               .k = company.k,
                               .is_customer = is_customer,
                               .value = value},
                              options);
  outcome.warnings = journal.warnings();
  const Refinement& r = outcome.refinement;
  EXPECT_EQ(descend(r.tree, tiles, core, threads), r.micro);

  const auto rows = comm.all_gather_varied(std::span<const std::uint64_t>(mine));
  const auto micro = comm.all_gather_varied(std::span<const std::int32_t>(r.micro));
  outcome.micro.resize(company.n());
  std::vector<std::int64_t> counted(r.accounts.size());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    outcome.micro[rows[at]] = micro[at];
    if (micro[at] < 0) continue;
    ++counted.at(static_cast<std::size_t>(micro[at]));
    EXPECT_EQ(r.core_of_micro.at(static_cast<std::size_t>(micro[at])), company.core[rows[at]]);
  }
  EXPECT_EQ(counted, r.accounts);
  return outcome;
}

void expect_same(const Outcome& a, const Outcome& b) {
  const RefinementTree& x = a.refinement.tree;
  const RefinementTree& y = b.refinement.tree;
  ASSERT_EQ(x.nodes.size(), y.nodes.size());
  for (std::size_t i = 0; i < x.nodes.size(); ++i) {
    const auto fields = [](const RefinementTree::Node& node) {
      return std::vector<std::int64_t>{node.parent, node.left, node.right, node.core, node.micro, node.accounts};
    };
    EXPECT_EQ(fields(x.nodes[i]), fields(y.nodes[i])) << "node " << i;
  }
  ASSERT_EQ(x.centroids.size(), y.centroids.size());
  for (std::size_t v = 0; v < x.centroids.size(); ++v)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(x.centroids[v]), std::bit_cast<std::uint64_t>(y.centroids[v]));
  EXPECT_EQ(x.n_micro, y.n_micro);
  ASSERT_EQ(x.bounds.size(), y.bounds.size());
  for (std::size_t m = 0; m < x.bounds.size(); ++m) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(x.bounds[m].distance), std::bit_cast<std::uint64_t>(y.bounds[m].distance));
    EXPECT_EQ(x.bounds[m].outliers, y.bounds[m].outliers);
  }
  EXPECT_EQ(x.centres, y.centres);
  EXPECT_EQ(a.refinement.is_outliers, b.refinement.is_outliers);
  EXPECT_EQ(a.micro, b.micro);
  EXPECT_EQ(a.refinement.core_of_micro, b.refinement.core_of_micro);
  EXPECT_EQ(a.refinement.accounts, b.refinement.accounts);
  EXPECT_EQ(a.refinement.rounds, b.refinement.rounds);
}

}  // namespace tessera::test
