#include "parallel/communicator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "parallel/pieces.hpp"
#include "ranks_test.hpp"

namespace tessera::parallel {
namespace {

using test::world;

/// Every collective is tried whole, and in pieces so small that each transfer needs several.
class CommunicatorTest : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override { set_piece_bytes(GetParam()); }
  void TearDown() override { set_piece_bytes(kPieceBytes); }
  const Communicator& comm = world();
};
INSTANTIATE_TEST_SUITE_P(Pieces, CommunicatorTest, testing::Values(8, 24, 1000, kPieceBytes));

/// Twelve bytes: pieces end in its middle.
struct Triple {
  std::int32_t rank, index, salt;
  friend bool operator==(const Triple&, const Triple&) = default;
};

/// What a rank contributes: none from every third rank on from 1, and unlike numbers from the others.
std::vector<Triple> triples_of(int rank) {
  std::vector<Triple> triples;
  const int n = rank % 3 == 1 ? 0 : 5 + 7 * rank;
  for (int i = 0; i < n; ++i) triples.push_back({rank, i, 1000 * rank + i});
  return triples;
}

std::vector<Triple> triples_of_all() {
  std::vector<Triple> all;
  for (int r = 0; r < world().size(); ++r) {
    const std::vector<Triple> part = triples_of(r);
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

TEST_P(CommunicatorTest, KnowsItsPlace) {
  EXPECT_GE(comm.rank(), 0);
  EXPECT_LT(comm.rank(), comm.size());
  EXPECT_EQ(comm.is_root(), comm.rank() == 0);
  comm.barrier();
}

template <class T>
void expect_reductions(const Communicator& comm) {
  const std::size_t n = 37;
  std::vector<T> sum(n);
  for (std::size_t i = 0; i < n; ++i) sum[i] = static_cast<T>(static_cast<int>(i) + comm.rank());
  std::vector<T> smallest = sum;
  std::vector<T> largest = sum;
  if constexpr (std::is_integral_v<T>) comm.all_reduce<Reduce::kSum>(std::span(sum));
  comm.all_reduce<Reduce::kMin>(std::span(smallest));
  comm.all_reduce<Reduce::kMax>(std::span(largest));
  for (std::size_t i = 0; i < n; ++i) {
    const int ranks = comm.size();
    if constexpr (std::is_integral_v<T>) {
      EXPECT_EQ(sum[i], static_cast<T>(static_cast<int>(i) * ranks + ranks * (ranks - 1) / 2));
    }
    EXPECT_EQ(smallest[i], static_cast<T>(i));
    EXPECT_EQ(largest[i], static_cast<T>(static_cast<int>(i) + ranks - 1));
  }
}

TEST_P(CommunicatorTest, ReducesEveryType) {
  expect_reductions<std::int32_t>(comm);
  expect_reductions<std::uint32_t>(comm);
  expect_reductions<std::int64_t>(comm);
  expect_reductions<std::uint64_t>(comm);
  expect_reductions<double>(comm);
}

TEST_P(CommunicatorTest, ReducesExtremes) {
  constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(comm.all_reduce<Reduce::kMax>(comm.rank() == comm.size() - 1 ? kLargest : 0), kLargest);
  const std::int64_t mine = comm.is_root() ? std::numeric_limits<std::int64_t>::min() : 5;
  EXPECT_EQ(comm.all_reduce<Reduce::kMin>(mine), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(comm.all_reduce<Reduce::kMax>(comm.is_root() ? 1e308 : -1e308), 1e308);
  const auto bit = std::uint32_t{1} << comm.rank();
  EXPECT_EQ(comm.all_reduce<Reduce::kBitOr>(bit), (std::uint32_t{1} << comm.size()) - 1);
  std::vector<std::int64_t> nothing;
  comm.all_reduce<Reduce::kSum>(std::span(nothing));
}

TEST_P(CommunicatorTest, SumsTheRanksBefore) {
  const auto of_rank = [](int r) { return r % 2 == 0 ? (std::uint64_t{1} << 40) + static_cast<std::uint64_t>(r) : 0; };
  std::uint64_t before = 0;
  for (int r = 0; r < comm.rank(); ++r) before += of_rank(r);
  EXPECT_EQ(comm.sum_of_ranks_before(of_rank(comm.rank())), before);
}

TEST_P(CommunicatorTest, BroadcastsFromAnyRank) {
  for (int root = 0; root < comm.size(); ++root) {
    const bool is_root = comm.rank() == root;
    EXPECT_EQ(comm.broadcast(is_root ? 1e18 : 0.0, root), 1e18);
    EXPECT_EQ(
        comm.broadcast_text(
            is_root ? "Größe \xF0\x9F\x8F\xAD of " + std::to_string(root) : "another text, longer than that one", root),
        "Größe \xF0\x9F\x8F\xAD of " + std::to_string(root));
    EXPECT_EQ(comm.broadcast_text(is_root ? "" : "not empty", root), "");
    std::vector<Triple> triples = is_root ? std::vector<Triple>(41, Triple{root, 2, 3}) : std::vector<Triple>(3);
    EXPECT_EQ(comm.broadcast_vector(triples, root), std::vector<Triple>(41, Triple{root, 2, 3}));
    std::array<std::int32_t, 5> fixed{};
    if (is_root) fixed = {1, 2, 3, 4, root};
    comm.broadcast(std::span<std::int32_t>(fixed), root);
    EXPECT_EQ(fixed, (std::array<std::int32_t, 5>{1, 2, 3, 4, root}));
  }
  EXPECT_TRUE(comm.broadcast_vector(std::vector<double>(comm.is_root() ? 0 : 4)).empty());
}

TEST_P(CommunicatorTest, GathersUnevenContributions) {
  const std::vector<Triple> mine = triples_of(comm.rank());
  const std::vector<Triple> want = triples_of_all();
  EXPECT_EQ(comm.all_gather_varied(std::span<const Triple>(mine)), want);
  for (int root = 0; root < comm.size(); ++root) {
    const std::vector<Triple> got = comm.gather_varied(std::span<const Triple>(mine), root);
    EXPECT_EQ(got, comm.rank() == root ? want : std::vector<Triple>{});
  }
}

TEST_P(CommunicatorTest, GathersFromOneRankAloneAndFromNone) {
  for (int speaker = 0; speaker < comm.size(); ++speaker) {
    const std::vector<std::uint8_t> mine(comm.rank() == speaker ? 101 : 0, static_cast<std::uint8_t>(speaker));
    const std::vector<std::uint8_t> want(101, static_cast<std::uint8_t>(speaker));
    EXPECT_EQ(comm.all_gather_varied(std::span<const std::uint8_t>(mine)), want);
    EXPECT_EQ(comm.gather_varied(std::span<const std::uint8_t>(mine)),
              comm.is_root() ? want : std::vector<std::uint8_t>{});
  }
  EXPECT_TRUE(comm.all_gather_varied(std::span<const double>()).empty());
  EXPECT_TRUE(comm.gather_varied(std::span<const double>()).empty());
}

TEST_P(CommunicatorTest, GathersEqualContributions) {
  std::vector<Triple> mine, want;
  for (int i = 0; i < 11; ++i) mine.push_back({comm.rank(), i, 7 * i});
  for (int r = 0; r < comm.size(); ++r)
    for (int i = 0; i < 11; ++i) want.push_back({r, i, 7 * i});
  EXPECT_EQ(comm.all_gather_equal(std::span<const Triple>(mine)), want);
  EXPECT_TRUE(comm.all_gather_equal(std::span<const Triple>()).empty());
}

TEST_P(CommunicatorTest, GathersOneValueOfEachRank) {
  const std::vector<Triple> all = comm.all_gather(Triple{comm.rank(), 1, 2});
  ASSERT_EQ(all.size(), static_cast<std::size_t>(comm.size()));
  for (int r = 0; r < comm.size(); ++r) EXPECT_EQ(all[static_cast<std::size_t>(r)], (Triple{r, 1, 2}));
}

TEST_P(CommunicatorTest, GathersTexts) {
  const auto texts_of = [](int rank) {
    std::vector<std::string> texts;
    for (int i = 0; i < rank % 3; ++i)
      texts.push_back(std::string(static_cast<std::size_t>(5 * i), 'x') + "ß" + std::to_string(rank));
    if (rank % 2 == 0) texts.emplace_back();
    return texts;
  };
  std::vector<std::string> want;
  for (int r = 0; r < comm.size(); ++r) {
    for (const std::string& text : texts_of(r)) want.push_back(text);
  }
  const std::vector<std::string> mine = texts_of(comm.rank());
  EXPECT_EQ(comm.all_gather_texts(mine), want);
  EXPECT_TRUE(comm.all_gather_texts({}).empty());
}

std::vector<std::byte> message(int from, int to) {
  const int length = (from + 2 * to) % 4 == 0 ? 0 : 13 * from + 29 * to;
  std::vector<std::byte> bytes;
  for (int i = 0; i < length; ++i) bytes.push_back(static_cast<std::byte>(7 * from + 11 * to + i));
  return bytes;
}

TEST_P(CommunicatorTest, ExchangesEveryPairsMessages) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::vector<std::byte>> outgoing;
    for (int to = 0; to < comm.size(); ++to) outgoing.push_back(message(comm.rank() + round, to));
    const auto incoming = comm.exchange(outgoing);
    ASSERT_EQ(incoming.size(), static_cast<std::size_t>(comm.size()));
    for (int from = 0; from < comm.size(); ++from) {
      EXPECT_EQ(incoming[static_cast<std::size_t>(from)], message(from + round, comm.rank()));
    }
  }
}

TEST_P(CommunicatorTest, ExchangesNothing) {
  for (const auto& bytes : comm.exchange(std::vector<std::vector<std::byte>>(static_cast<std::size_t>(comm.size())))) {
    EXPECT_TRUE(bytes.empty());
  }
}

TEST_P(CommunicatorTest, ScansInRankOrder) {
  // Composition of x → a·x + b does not commute, so the order shows.
  struct Affine {
    std::int64_t a, b;
  };
  const auto compose = [](Affine first, Affine second) {
    return Affine{first.a * second.a, second.a * first.b + second.b};
  };
  const auto of_rank = [](int r) { return Affine{r + 2, 3 * r + 1}; };
  Affine want{1, 0};
  for (int r = 0; r < comm.rank(); ++r) want = compose(want, of_rank(r));
  const Affine got = comm.scan_before(of_rank(comm.rank()), Affine{1, 0}, compose);
  EXPECT_EQ(got.a, want.a);
  EXPECT_EQ(got.b, want.b);
}

}  // namespace
}  // namespace tessera::parallel
