#include "insight/rules/rule_measure.hpp"

#include <algorithm>
#include <array>

#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kBins = 64;

/// A condition as ranges of bins, so that a block of accounts is tested without branches.
struct BinRange {
  std::uint8_t first = 0, width = 0;
};

std::vector<BinRange> ranges_of(BinSet bins) {
  std::vector<BinRange> ranges;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    if (!has_bin(bins, bin)) continue;
    const bool goes_on = bin > 0 && has_bin(bins, bin - 1);
    if (goes_on)
      ++ranges.back().width;
    else
      ranges.push_back({static_cast<std::uint8_t>(bin), 0});
  }
  return ranges;
}

struct Test {
  const std::uint8_t* bins;
  std::vector<BinRange> ranges;
};

std::vector<Test> tests_of(const Rule& rule, const BinsByColumn& bins) {
  std::vector<Test> tests;
  for (const Condition& condition : rule.conditions)
    tests.push_back({bins[condition.column].data(), ranges_of(condition.bins)});
  return tests;
}

/// Marks the accounts from `begin` that pass all tests.
void take(const std::vector<Test>& tests, std::size_t begin, std::span<std::uint8_t> taken) {
  std::ranges::fill(taken, std::uint8_t{1});
  std::array<std::uint8_t, kBlock> passes;
  for (const Test& test : tests) {
    const std::uint8_t* const bins = test.bins + begin;
    std::fill_n(passes.begin(), taken.size(), std::uint8_t{0});
    for (const BinRange range : test.ranges)
      for (std::size_t i = 0; i < taken.size(); ++i)
        passes[i] |= static_cast<std::uint8_t>(static_cast<std::uint8_t>(bins[i] - range.first) <= range.width);
    for (std::size_t i = 0; i < taken.size(); ++i) taken[i] &= passes[i];
  }
}

bool takes(const std::vector<Test>& tests, const Rule& rule, std::size_t account) {
  for (std::size_t c = 0; c < tests.size(); ++c)
    if (!has_bin(rule.conditions[c].bins, tests[c].bins[account])) return false;
  return true;
}

}  // namespace

std::vector<RuleCounts> measure_rules(const Context& context, const BinsByColumn& bins, const Membership& members,
                                      std::span<const std::size_t> segments, std::span<const Rule> rules,
                                      std::span<const std::int64_t> accounts) {
  const std::size_t n = members.rows.size();
  std::vector<std::vector<Test>> tests;
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> rule_of(members.table_size(), kNone);
  for (std::size_t r = 0; r < rules.size(); ++r) {
    tests.push_back(tests_of(rules[r], bins));
    if (!rules[r].conditions.empty()) rule_of[segments[r]] = r;
  }
  std::vector<std::int64_t> found(2 * rules.size(), 0);  // then right
#pragma omp parallel num_threads(context.threads)
  {
    std::vector<std::int64_t> mine(found.size(), 0);
    std::array<std::uint8_t, kBlock> taken;
#pragma omp for schedule(static)
    for (std::size_t begin = 0; begin < n; begin += kBlock) {
      const std::span block(taken.data(), std::min(kBlock, n - begin));
      for (std::size_t r = 0; r < rules.size(); ++r) {
        if (rules[r].conditions.empty()) continue;
        take(tests[r], begin, block);
        mine[r] += std::ranges::count(block, std::uint8_t{1});
      }
      for (std::size_t i = begin; i < begin + block.size(); ++i)
        members.for_each_segment(i, [&](std::size_t segment) {
          const std::size_t r = rule_of[segment];
          if (r != kNone && takes(tests[r], rules[r], i)) ++mine[rules.size() + r];
        });
    }
#pragma omp critical
    for (std::size_t i = 0; i < found.size(); ++i) found[i] += mine[i];
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(found));
  std::vector<RuleCounts> counts;
  for (std::size_t r = 0; r < rules.size(); ++r)
    counts.push_back({found[r], found[rules.size() + r], accounts[segments[r]]});
  return counts;
}

}  // namespace tessera::insight
