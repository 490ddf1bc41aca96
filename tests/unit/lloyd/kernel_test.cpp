#include "lloyd/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "random_tiles.hpp"
#include "tessera/errors.hpp"

namespace tessera::lloyd {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// ½‖c‖² − x·c relative to the origin, in float with FMA, one account and one centroid at a time.
std::vector<float> scores(const FeatureTiles& tiles, std::size_t i, const std::vector<double>& centroids, int k,
                          const std::vector<std::int32_t>& origin) {
  const int d = tiles.d();
  std::vector<float> scores;
  for (int j = 0; j < k; ++j) {
    const double* centroid = centroids.data() + static_cast<std::size_t>(j) * static_cast<std::size_t>(d);
    double norm = 0.0;
    for (int f = 0; f < d; ++f) {
      const double c = static_cast<float>(centroid[f] - from_grid(origin[static_cast<std::size_t>(f)]));
      norm += c * c;
    }
    auto score = static_cast<float>(norm / 2);
    for (int f = 0; f < d; ++f) {
      const float o = from_grid(origin[static_cast<std::size_t>(f)]);
      score = std::fma(-(tiles.at(i, f) - o), static_cast<float>(centroid[f] - o), score);
    }
    scores.push_back(score);
  }
  return scores;
}

/// Σ (x − c)² in double.
std::vector<double> distances(const FeatureTiles& tiles, std::size_t i, const std::vector<double>& centroids, int k) {
  std::vector<double> distances(static_cast<std::size_t>(k));
  for (std::size_t j = 0; j < distances.size(); ++j) {
    for (int f = 0; f < tiles.d(); ++f) {
      const double difference =
          tiles.at(i, f) - centroids[j * static_cast<std::size_t>(tiles.d()) + static_cast<std::size_t>(f)];
      distances[j] += difference * difference;
    }
  }
  return distances;
}

template <class T>
struct Two {
  std::int32_t first = -1, second = -1;
  T least = std::numeric_limits<T>::infinity(), next = std::numeric_limits<T>::infinity();
};

template <class T>
Two<T> two_least(const std::vector<T>& values) {
  Two<T> two;
  for (std::size_t j = 0; j < values.size(); ++j)
    if (two.first < 0 || values[j] < two.least) two.first = static_cast<std::int32_t>(j), two.least = values[j];
  for (std::size_t j = 0; j < values.size(); ++j) {
    if (static_cast<std::int32_t>(j) == two.first) continue;
    if (two.second < 0 || values[j] < two.next) two.second = static_cast<std::int32_t>(j), two.next = values[j];
  }
  return two;
}

struct TileAnswer {
  std::int32_t first[FeatureTiles::kTileAccounts], second[FeatureTiles::kTileAccounts],
      alone[FeatureTiles::kTileAccounts], by_float[FeatureTiles::kTileAccounts], by_bf16[FeatureTiles::kTileAccounts];
  float first_score[FeatureTiles::kTileAccounts], second_score[FeatureTiles::kTileAccounts];
};

TileAnswer ask(const CentroidPanel& panel, const float* tile) {
  TileAnswer answer{};
  nearest(panel, tile, answer.alone);
  nearest_by_float(panel, tile, answer.by_float);
  if (has_first_pass(panel)) {
    nearest_by_bf16(panel, tile, answer.by_bf16);
  } else {
    std::copy_n(answer.by_float, FeatureTiles::kTileAccounts, answer.by_bf16);
  }
  nearest_two(panel, tile, answer.first, answer.first_score, answer.second, answer.second_score);
  return answer;
}

void expect_bits(float expected, float actual) {
  ASSERT_EQ(std::bit_cast<std::uint32_t>(expected), std::bit_cast<std::uint32_t>(actual)) << expected << " " << actual;
}

void compare_with_scalar(const FeatureTiles& tiles, const std::vector<double>& centroids, int k,
                         const std::vector<std::int32_t>& origin) {
  SCOPED_TRACE(testing::Message() << "d=" << tiles.d() << " k=" << k);
  std::vector<Two<double>> exact;
  std::vector<Two<float>> rounded;
  for (std::size_t i = 0; i < tiles.n_local(); ++i) {
    exact.push_back(two_least(distances(tiles, i, centroids, k)));
    rounded.push_back(two_least(scores(tiles, i, centroids, k, origin)));
  }
  const CentroidPanel panel(k, tiles.d(), centroids, origin);
  for (const std::string& target : simd_targets()) {
    SCOPED_TRACE(target);
    use_simd_target(target);
    ASSERT_EQ(simd_target(), target);
    for (std::size_t i = 0; i < tiles.n_local(); ++i) {
      const std::size_t lane = i % FeatureTiles::kTileAccounts;
      const TileAnswer answer = ask(panel, tiles.tile(i / FeatureTiles::kTileAccounts));
      ASSERT_EQ(answer.alone[lane], exact[i].first);
      ASSERT_EQ(answer.by_float[lane], exact[i].first);
      ASSERT_EQ(answer.by_bf16[lane], exact[i].first);
      ASSERT_EQ(answer.first[lane], exact[i].first);
      ASSERT_EQ(answer.second[lane], exact[i].second);
      expect_bits(rounded[i].least, answer.first_score[lane]);
      expect_bits(rounded[i].next, answer.second_score[lane]);
    }
  }
}

void compare_with_scalar(int d, int k, std::size_t n) {
  std::vector<std::int32_t> origin;
  origin.reserve(static_cast<std::size_t>(d));
  for (int f = 0; f < d; ++f) origin.push_back(f * 7919 % 1'000'003 - 400'000);
  compare_with_scalar(test::random_tiles(n, d, 17 + static_cast<std::uint64_t>(d)),
                      test::random_centroids(k, d, 3 + static_cast<std::uint64_t>(k)), k, origin);
}

/// Must come first: the tests below choose targets themselves.
TEST(AKernel, UsesTheTargetThatTheEnvironmentNames) {
  const char* forced = std::getenv("TESSERA_SIMD");
  ASSERT_FALSE(simd_targets().empty());
  EXPECT_EQ(simd_target(), forced == nullptr ? simd_targets().front() : forced);
}

TEST(Kernel, GivesTheBitsOfScalarFmaForEveryNumberOfCentroids) {
  for (int k = 1; k <= 40; ++k) compare_with_scalar(5, k, 100);
  compare_with_scalar(3, 1000, 64);
  compare_with_scalar(2, 10'000, 20);
}

TEST(Kernel, GivesTheBitsOfScalarFmaForEveryNumberOfFeatures) {
  for (int d = 1; d <= 40; ++d) compare_with_scalar(d, 13, 70);
  for (const int d : {63, 64, 65, 100, 255, 1024}) compare_with_scalar(d, 9, 65);
}

TEST(Kernel, GivesTheSameAnswersByBf16WhereTheCpuHasIt) {
  use_simd_target(simd_targets().front());
  const std::vector<std::pair<int, int>> shapes{{9, 25}, {31, 50}, {8, 1000}, {1023, 30}, {1024, 24}};
  for (const auto& [d, k] : shapes) {
    ASSERT_TRUE(Bf16Panel::may_pay(k, d));
    compare_with_scalar(d, k, 70);
  }
}

TEST(Kernel, TakesTheLowerIndexOnTies) {
  constexpr int kD = 6;
  const FeatureTiles tiles = test::random_tiles(FeatureTiles::kTileAccounts, kD, 5);
  const std::vector<double> one = test::random_centroids(1, kD, 9);
  for (const int k : {2, 3, 7, 12, 13, 50}) {
    std::vector<double> centroids;
    for (int j = 0; j < k; ++j) centroids.insert(centroids.end(), one.begin(), one.end());
    const CentroidPanel panel(k, kD, centroids, std::vector<std::int32_t>(kD));
    for (const std::string& target : simd_targets()) {
      use_simd_target(target);
      const TileAnswer answer = ask(panel, tiles.tile(0));
      for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane) {
        ASSERT_EQ(answer.alone[lane], 0) << target << " k=" << k;
        ASSERT_EQ(answer.by_float[lane], 0);
        ASSERT_EQ(answer.by_bf16[lane], 0);
        ASSERT_EQ(answer.first[lane], 0);
        ASSERT_EQ(answer.second[lane], 1);
        expect_bits(answer.first_score[lane], answer.second_score[lane]);
      }
    }
  }
}

TEST(Kernel, HasNoSecondForOneCentroid) {
  const FeatureTiles tiles = test::random_tiles(FeatureTiles::kTileAccounts, 4, 5);
  const CentroidPanel panel(1, 4, test::random_centroids(1, 4, 2), std::vector<std::int32_t>(4));
  const TileAnswer answer = ask(panel, tiles.tile(0));
  for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane) {
    ASSERT_EQ(answer.second[lane], -1);
    ASSERT_EQ(answer.second_score[lane], kInfinity);
  }
}

/// A population at 7.5 ± 0.01 in 32 features. Relative to zero the scores are near 900, where floats are 6e-5 apart and
/// the distances differ by about as much; relative to the centre nearly all is decided in float. The answers are the
/// same.
TEST(Kernel, AgreesWithDoubleFarFromZeroWhateverTheOrigin) {
  constexpr int kD = 32, kK = 20;
  const std::int32_t centre = 7 << 20 | 1 << 19, spread = 10'000;
  const FeatureTiles tiles = test::random_tiles(700, kD, 11, centre, spread);
  const std::vector<double> centroids = test::random_centroids(kK, kD, 12, centre, spread);
  compare_with_scalar(tiles, centroids, kK, std::vector<std::int32_t>(kD, centre));
  compare_with_scalar(tiles, centroids, kK, std::vector<std::int32_t>(kD, 0));
  std::size_t wrong_in_float = 0;
  for (std::size_t i = 0; i < tiles.n_local(); ++i) {
    const auto rounded = two_least(scores(tiles, i, centroids, kK, std::vector<std::int32_t>(kD, 0)));
    if (rounded.first != two_least(distances(tiles, i, centroids, kK)).first) ++wrong_in_float;
  }
  EXPECT_GT(wrong_in_float, 10U);  // or this test shows nothing
}

/// Centroids that differ by less than float can tell, and accounts half-way between two.
TEST(Kernel, DecidesNearTiesInDouble) {
  constexpr int kD = 7, kK = 23;
  const FeatureTiles tiles = test::random_tiles(500, kD, 40);
  std::vector<double> centroids = test::random_centroids(kK, kD, 41);
  for (std::size_t j = 1; j < kK; j += 2) {
    for (std::size_t f = 0; f < kD; ++f)
      centroids[j * kD + f] = centroids[(j - 1) * kD + f] + (f == j % kD ? 0x1p-40 : 0.0);
  }
  compare_with_scalar(tiles, centroids, kK, std::vector<std::int32_t>(kD, 0));

  FeatureTiles middle(200, 1);
  for (std::size_t i = 0; i < 200; ++i) middle.set(i, 0, from_grid(static_cast<std::int32_t>(i) - 100));
  compare_with_scalar(middle, {1.0, -1.0, 1.0, 1.0 + 0x1p-45, -1.0 - 0x1p-48}, 5, {3});
}

TEST(Kernel, LowersSquaredDistances) {
  for (const int d : {1, 3, 8, 31, 200}) {
    const FeatureTiles tiles = test::random_tiles(FeatureTiles::kTileAccounts, d, 21);
    std::vector<float> centre;
    centre.reserve(static_cast<std::size_t>(d));
    for (int f = 0; f < d; ++f) centre.push_back(tiles.at(10, f));
    for (const std::string& target : simd_targets()) {
      use_simd_target(target);
      std::vector<float> squared(FeatureTiles::kTileAccounts, kInfinity);
      squared[3] = 1e-9F;
      lower_squared_distances(centre.data(), d, tiles.tile(0), squared.data());
      for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane) {
        float sum = 0.0F;
        for (int f = 0; f < d; ++f) {
          const float difference = tiles.at(lane, f) - centre[static_cast<std::size_t>(f)];
          sum = std::fma(difference, difference, sum);
        }
        expect_bits(lane == 3 ? 1e-9F : sum, squared[lane]);
      }
      EXPECT_EQ(squared[10], 0.0F);
    }
  }
}

TEST(Kernel, RefusesATargetThatTheMachineCannotRun) {
  try {
    use_simd_target("AVX9");
    FAIL() << "AVX9 was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_NE(std::string(error.what()).find("AVX9"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(simd_targets().front()), std::string::npos);
  }
}

}  // namespace
}  // namespace tessera::lloyd
