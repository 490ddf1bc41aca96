#include "insight/rules/rule_sample.hpp"

#include <algorithm>

#include "core/random.hpp"

namespace tessera::insight {

namespace {

/// A pass costs segments × sampled accounts, so many segments must do with fewer accounts.
constexpr std::int64_t kMostTests = std::int64_t{1} << 25;
constexpr std::int64_t kMostAccounts = std::int64_t{1} << 17, kFewestAccounts = std::int64_t{1} << 16;
/// Below this a segment is taken whole.
constexpr std::int64_t kFewestOfSegment = 200;

/// The segment of the finest level that the account is in; the whole if it is in none.
std::size_t finest_segment(const Membership& members, std::size_t i) {
  auto segment = static_cast<std::size_t>(members.whole());
  for (const LevelMembers& level : members.levels)
    if (level.place[i] >= 0) segment = static_cast<std::size_t>(level.first) + static_cast<std::size_t>(level.place[i]);
  return segment;
}

}  // namespace

RuleSample rule_sample(const AccountTable& accounts, const Membership& members, std::span<const std::int64_t> sizes,
                       std::uint64_t seed) {
  const std::int64_t n_segments = std::max<std::int64_t>(1, members.n_segments);
  const std::int64_t size = std::clamp(kMostTests / n_segments, kFewestAccounts, kMostAccounts);
  const std::int64_t n_finest = members.levels.empty() ? 1 : std::max(1, members.levels.back().n_segments);
  const std::int64_t of_segment = std::max(kFewestOfSegment, size / n_finest);

  RuleSample sample;
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    const std::int64_t accounts_alike = sizes[finest_segment(members, i)];
    const std::int64_t weight = std::max<std::int64_t>(1, (accounts_alike + of_segment - 1) / of_segment);
    const std::uint64_t bits = random_bits(seed, RandomPurpose::kSample, accounts.key(members.rows[i]), 0);
    if (bits % static_cast<std::uint64_t>(weight) != 0) continue;
    sample.places.push_back(static_cast<std::uint32_t>(i));
    sample.weights.push_back(weight);
  }
  return sample;
}

}  // namespace tessera::insight
