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

}  // namespace

RuleSample rule_sample(const AccountTable& accounts, const Membership& members, std::span<const std::int64_t> sizes,
                       std::uint64_t seed) {
  const std::int64_t n_segments = std::max<std::int64_t>(1, members.n_segments);
  const std::int64_t size = std::clamp(kMostTests / n_segments, kFewestAccounts, kMostAccounts);
  const LevelMembers* finest = members.levels.empty() ? nullptr : &members.levels.back();
  const std::int64_t n_finest = finest == nullptr ? 1 : std::max(1, finest->n_segments);
  const std::int64_t of_segment = std::max(kFewestOfSegment, size / n_finest);

  RuleSample sample;
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    const std::int32_t place = finest == nullptr ? -1 : finest->place[i];
    const std::size_t group = place < 0 ? static_cast<std::size_t>(members.whole())
                                        : static_cast<std::size_t>(finest->first) + static_cast<std::size_t>(place);
    const std::int64_t weight = std::max<std::int64_t>(1, (sizes[group] + of_segment - 1) / of_segment);
    const std::uint64_t bits = random_bits(seed, RandomPurpose::kSample, accounts.key(members.rows[i]), 0);
    if (bits % static_cast<std::uint64_t>(weight) != 0) continue;
    sample.places.push_back(static_cast<std::uint32_t>(i));
    sample.weights.push_back(weight);
  }
  return sample;
}

}  // namespace tessera::insight
