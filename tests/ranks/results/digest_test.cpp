#include <gtest/gtest.h>
#include <xxhash.h>

#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <set>

#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "results/column_hash.hpp"
#include "sample_run.hpp"

namespace tessera {
namespace {

using test::sample_run;
using test::sample_run_of_this_rank;
using test::world;

std::string digest_of(const RunResults& run, int threads = 1) {
  Journal journal(false);
  return digest({world(), journal, threads}, run);
}

__extension__ using Wide = unsigned __int128;

/// The definition, one column at a time and with the compiler's own 128-bit integers.
Wide reference_column(const std::string& path, std::size_t n, const std::function<AccountKey(std::size_t)>& key,
                      const std::function<std::string(std::size_t)>& bytes) {
  const auto put = [](std::string& to, std::uint64_t word) { to.append(reinterpret_cast<const char*>(&word), 8); };
  Wide sum = 0;
  const XXH128_hash_t of_path = XXH3_128bits(path.data(), path.size());
  for (std::size_t i = 0; i < n; ++i) {
    std::string row;
    put(row, of_path.high64);
    put(row, of_path.low64);
    put(row, key(i).hi);
    put(row, key(i).lo);
    row += bytes(i);
    const XXH128_hash_t hash = XXH3_128bits(row.data(), row.size());
    sum += (static_cast<Wide>(hash.high64) << 64) | hash.low64;
  }
  return sum;
}

TEST(HashColumn, OverRanksIsTheSerialDefinition) {
  constexpr std::size_t kAccounts = 50'000;
  const RunResults mine = sample_run_of_this_rank(kAccounts);
  const RunResults all = sample_run(kAccounts, 0, kAccounts);
  const auto& revenue = std::get<NumberColumn>(mine.accounts.columns[0].data).values;
  const auto& whole = std::get<NumberColumn>(all.accounts.columns[0].data).values;
  const Wide expected = reference_column(
      "/accounts/x", kAccounts, [&](std::size_t i) { return all.accounts.keys[i]; },
      [&](std::size_t i) {
        // All NaN count as this one.
        const auto bits = std::isnan(whole[i]) ? 0x7ff8000000000000u : std::bit_cast<std::uint64_t>(whole[i]);
        return std::string(reinterpret_cast<const char*>(&bits), 8);
      });
  for (const int threads : {1, 2, 5}) {
    const results::HashSum local =
        results::hash_column("/accounts/x", std::span<const double>(revenue), 1, {mine.accounts.keys, {}, 0}, threads);
    const results::HashSum sum = results::all_sum(world(), std::span(&local, 1)).front();
    EXPECT_EQ(sum.hi, static_cast<std::uint64_t>(expected >> 64)) << threads << " threads";
    EXPECT_EQ(sum.lo, static_cast<std::uint64_t>(expected)) << threads << " threads";
  }
}

/// The bytes of one number as they lie in memory.
template <class T>
std::string bytes_of(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void expect_column(const storage::Cells& cells, const std::function<std::string(std::size_t)>& bytes) {
  const std::size_t n = storage::row_count(cells, 1);
  std::vector<AccountKey> keys(n);
  for (std::size_t i = 0; i < n; ++i) keys[i] = {0x9e3779b97f4a7c15u * (i + 1), ~i * 0xc2b2ae3d27d4eb4fu};
  const Wide expected = reference_column(
      "/accounts/of every length", n, [&](std::size_t i) { return keys[i]; }, bytes);
  const results::HashSum sum = results::hash_column("/accounts/of every length", cells, 1, {keys, {}, 0}, 1);
  EXPECT_EQ(sum.hi, static_cast<std::uint64_t>(expected >> 64));
  EXPECT_EQ(sum.lo, static_cast<std::uint64_t>(expected));
}

TEST(HashColumn, OfCellsOfEveryLengthIsTheDefinition) {
  expect_column(std::span<const std::int32_t>(std::vector<std::int32_t>{-1, 0, 7, 1 << 30}), [](std::size_t i) {
    return bytes_of(std::array<std::int32_t, 4>{-1, 0, 7, 1 << 30}[i]);
  });
  expect_column(std::span<const std::int8_t>(std::vector<std::int8_t>{-1, 0, 1}),
                [](std::size_t i) { return bytes_of(static_cast<std::int8_t>(static_cast<int>(i) - 1)); });
  TextColumn texts;
  std::vector<std::string> categories;
  std::vector<std::int32_t> codes{-1};
  for (std::size_t length = 0; length < 300; ++length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(1 + (i * 37 + length * 11) % 255);
    texts.push_back(text);
    categories.push_back(text);
    codes.push_back(static_cast<std::int32_t>(length));
    // Each length stands once at the very end of a column, where nothing behind it can be read.
    TextColumn alone;
    alone.push_back(text);
    expect_column(&alone, [&](std::size_t) { return text; });
  }
  expect_column(&texts, [&](std::size_t i) { return std::string(texts.at(i)); });
  expect_column(storage::CategoryCells{codes, categories},
                [&](std::size_t i) { return i == 0 ? std::string(1, '\0') : '\1' + categories[i - 1]; });
}

TEST(Digest, IsThatOfOneRankWithEverything) {
  for (const std::size_t n : {1, 5, 333}) {
    const std::string spread = digest_of(sample_run_of_this_rank(n));
    EXPECT_EQ(spread.size(), 32u);
    // All accounts on the last rank: the others hold none.
    const bool is_last = world().rank() + 1 == world().size();
    EXPECT_EQ(spread, digest_of(sample_run(n, is_last ? 0 : n, n)));
    EXPECT_EQ(spread, digest_of(sample_run_of_this_rank(n), 3));
  }
}

TEST(Digest, StaysTheSameFromVersionToVersion) {
  // A change of this value is a change of the digest's definition: last night's digests would no longer compare.
  EXPECT_EQ(digest_of(sample_run_of_this_rank(100)), "237126d30bb9362123a00a9db7bfc7c2");
}

/// Changes that a person would see in the results, one for each table and attribute of the file.
std::vector<std::function<void(RunResults&)>> changes() {
  using R = RunResults;
  const auto segmentation = [](auto change) { return [change](R& r) { change(r.segmentations[0]); }; };
  using S = SegmentationResult;
  using Kind = SpellingSuggestion::Kind;
  std::vector<std::function<void(R&)>> all = {
      [](R& r) { r.ingest.sources[1].rows_read += 1; },
      [](R& r) { r.ingest.sources[0].name = "erp"; },
      [](R& r) { r.ingest.sources[0].as_of = 20'000; },
      [](R& r) {
        r.ingest.spellings.push_back({Kind::kCategory, "crm.industry", "bankng", "banking", 1, 9, 0.8});
      },
      [](R& r) {
        r.ingest.spellings.push_back({Kind::kGroup, "crm.industry", "bankng", "banking", 1, 9, 0.8});
      },
      [](R& r) {
        r.ingest.duplicate_search = DuplicateSearch{{{"a", "b", 0.9}}, 1, 0, 0};
      },
      [](R& r) {
        r.ingest.duplicate_search = DuplicateSearch{{{"a", "b", 0.9}}, 2, 0, 0};
      },
      [](R& r) {
        r.ingest.duplicate_search = DuplicateSearch{{{"a", "b", 0.9}}, 1, 0, 4};
      },
      segmentation([](S& s) { s.insight.segments[2].name += "!"; }),
      segmentation([](S& s) { s.insight.segments[0].level = Level::kCore; }),
      segmentation([](S& s) { s.insight.numbers[0].median = 1.2500000000000002; }),
      segmentation([](S& s) { s.insight.categories[1].share = 0.3; }),
      segmentation([](S& s) { s.insight.categories[1].category = "Ol"; }),
      segmentation([](S& s) { s.insight.kpis[0].count += 1; }),
      segmentation([](S& s) { s.insight.segments[1].rule_precision = 0.8; }),
      segmentation([](S& s) { s.insight.segments[1].rule_recall = 0.8; }),
      segmentation([](S& s) { s.insight.segments[1].rule_coverage = 0.8; }),
      segmentation([](S& s) { s.insight.neighbours[0].neighbour = 1; }),
      segmentation([](S& s) { s.insight.neighbours[1].trait = "more"; }),
      segmentation([](S& s) { s.insight.examples[1].account_id = "A3"; }),
      segmentation([](S& s) { s.insight.map.bubbles[0].x = 0.5; }),
      segmentation([](S& s) { s.insight.map.points[0].y = 0.25; }),
      segmentation([](S& s) { s.insight.map.share_y = 0.25; }),
      segmentation([](S& s) { s.insight.kpis[0].low = 2.0; }),
      segmentation([](S& s) { s.insight.kpi_variance[0].f = 9.0; }),
      segmentation([](S& s) { s.insight.penetration[0].worth_high = 2e6; }),
      segmentation([](S& s) { s.insight.affinities[0].seniority = ""; }),
      segmentation([](S& s) { s.insight.affinities[0].is_preferred = false; }),
      segmentation([](S& s) { s.insight.returns[0].too_few = false; }),
      segmentation([](S& s) { s.inertia_by_iteration[1] -= 1.0; }),
      segmentation([](S& s) { s.inertia += 1.0; }),
      segmentation([](S& s) { s.iterations += 1; }),
      segmentation([](S& s) { s.k += 1; }),
      segmentation([](S& s) { s.macro_of_core[1] = 0; }),
      segmentation([](S& s) { s.quality.why_k += "!"; }),
      segmentation([](S& s) { s.quality.clustering.silhouette_simplified = 0.25; }),
      segmentation([](S& s) { s.quality.clustering.calinski_harabasz = 0.25; }),
      segmentation([](S& s) { s.quality.clustering.davies_bouldin = 0.25; }),
      segmentation([](S& s) { s.quality.curve[0].bic = 1.0; }),
      segmentation([](S& s) { s.quality.curve[1].gap_error = 0.125; }),
      segmentation([](S& s) { s.encoding.exponent += 1; }),
      segmentation([](S& s) { s.encoding.features[0].clipped += 1; }),
      segmentation([](S& s) { s.centroids[3] = -s.centroids[3]; }),
      segmentation([](S& s) { s.tree.nodes[1].micro = 0; }),
      segmentation([](S& s) { s.tree.centroids[0] = 0.0; }),
      segmentation([](S& s) { s.spec.name = "zeta/retention"; }),
      [](R& r) { std::swap(r.segmentations[0], r.segmentations[1]); },
  };
  // Of one account, wherever it is: only the ranks that hold accounts have something to change.
  const auto of_first = [&all](std::function<void(R&)> change) {
    all.push_back([change](R& r) {
      if (r.accounts.n_local > 0) change(r);
    });
  };
  of_first([](R& r) { std::get<NumberColumn>(r.accounts.columns[0].data).values[0] = 3.0; });
  of_first([](R& r) {
    std::get<CategoryColumn>(r.accounts.columns[1].data).codes[0] =
        1 - std::get<CategoryColumn>(r.accounts.columns[1].data).codes[0];
  });
  of_first([](R& r) { std::get<FlagColumn>(r.accounts.columns[2].data).values[0] ^= 1; });
  of_first([](R& r) { std::get<DateColumn>(r.accounts.columns[3].data).days[0] = 9'999; });
  of_first([](R& r) {
    std::get<TextColumn>(r.accounts.columns[4].data).bytes.append("x"),
        std::get<TextColumn>(r.accounts.columns[4].data).ends.back() += 1;
  });
  of_first([](R& r) { r.accounts.ids.bytes[0] = 'a'; });
  of_first([](R& r) { r.segmentations[1].assignment.macro[0] = 7; });
  of_first([](R& r) { r.segmentations[1].assignment.core[0] = 7; });
  of_first([](R& r) { r.segmentations[0].assignment.micro[0] = 7; });
  of_first([](R& r) { r.segmentations[1].distance[0] = 0.125; });
  of_first([](R& r) { r.segmentations[1].fit[0] = 0.125; });
  of_first([](R& r) { r.segmentations[1].next_best[0] = 7; });
  for (const auto member : {&QuarantinedRow::column, &QuarantinedRow::reason, &QuarantinedRow::text})
    all.push_back([member](R& r) {
      if (!r.ingest.quarantine.empty()) r.ingest.quarantine[0].*member += "?";
    });
  return all;
}

TEST(Digest, SeesAChangeInEveryTable) {
  constexpr std::size_t kAccounts = 40;
  std::set<std::string> seen = {digest_of(sample_run_of_this_rank(kAccounts))};
  for (const auto& change : changes()) {
    RunResults run = sample_run_of_this_rank(kAccounts);
    change(run);
    EXPECT_TRUE(seen.insert(digest_of(run)).second) << "change " << seen.size();
  }
}

TEST(Digest, DoesNotSeeWhatDiffersFromRunToRun) {
  const std::string before = digest_of(sample_run_of_this_rank(60));
  RunResults run = sample_run_of_this_rank(60);
  run.stages[0].seconds_max = 99.0;
  run.started = "2027-01-01T00:00:00Z";
  run.threads_per_rank = 64;
  run.night = "2027-01-01";
  run.ingest.sources[0].files[0].modified_s += 1;
  // Rows in quarantine are found elsewhere, and in another order.
  for (QuarantinedRow& row : run.ingest.quarantine) {
    row.file = "crm/b.csv";
    row.line += 100;
  }
  std::reverse(run.ingest.quarantine.begin(), run.ingest.quarantine.end());
  EXPECT_EQ(digest_of(run), before);
}

TEST(Digest, DoesNotSeeHowCategoriesAreNumbered) {
  const int rank = world().rank();
  const std::size_t begin = rank == 0 ? 0 : test::uneven_end(60, rank - 1, world().size());
  const std::size_t end = test::uneven_end(60, rank, world().size());
  EXPECT_EQ(digest_of(sample_run(60, begin, end, true)), digest_of(sample_run(60, begin, end, false)));
}

}  // namespace
}  // namespace tessera
