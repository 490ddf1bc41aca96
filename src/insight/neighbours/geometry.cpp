#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/random.hpp"
#include "insight/neighbours/examples.hpp"
#include "insight/neighbours/nearest_segments.hpp"
#include "insight/neighbours/principal_plane.hpp"
#include "insight/neighbours/segment_centres.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/insight.hpp"

namespace tessera {

namespace {

using insight::Membership;
using insight::PrincipalPlane;
using insight::SegmentCentres;

/// Features that nobody minds being told of, the most telling of segments first where there are too many.
std::vector<std::size_t> map_features(const FeatureEncoding& encoding, const AccountTable& accounts,
                                      const SegmentCentres& centres) {
  std::vector<std::size_t> features;
  for (std::size_t f = 0; f < encoding.features.size(); ++f) {
    const Column* column = accounts.find(encoding.features[f].column);
    if (column == nullptr || !column->is_sensitive) features.push_back(f);
  }
  if (features.size() <= insight::kMostMapFeatures) return features;
  std::vector<double> spread(encoding.features.size(), 0.0);
  const std::size_t whole = centres.accounts.size() - 1;
  for (std::size_t segment = 0; segment < whole; ++segment)
    for (const std::size_t f : features) {
      const double apart = centres.of(segment)[f] - centres.of(whole)[f];
      spread[f] += static_cast<double>(centres.accounts[segment]) * apart * apart;
    }
  std::ranges::stable_sort(features, std::ranges::greater{}, [&](std::size_t f) { return spread[f]; });
  features.resize(insight::kMostMapFeatures);
  std::ranges::sort(features);
  return features;
}

std::vector<SegmentMap::Bubble> bubbles_of(const PrincipalPlane& plane, const SegmentCentres& centres, double unit) {
  std::vector<SegmentMap::Bubble> bubbles;
  for (std::size_t segment = 0; segment + 1 < centres.accounts.size(); ++segment) {
    SegmentMap::Bubble bubble{static_cast<std::int32_t>(segment), 0.0, 0.0, centres.accounts[segment]};
    const PrincipalPlane::Place place = plane.place([&](std::size_t f) { return centres.of(segment)[f]; });
    const bool is_empty = bubble.accounts == 0;
    bubble.x = is_empty ? std::numeric_limits<double>::quiet_NaN() : place.x * unit;
    bubble.y = is_empty ? std::numeric_limits<double>::quiet_NaN() : place.y * unit;
    bubbles.push_back(bubble);
  }
  return bubbles;
}

/// An account that may become a point of the map.
struct Drawn {
  std::uint64_t bits = 0;
  AccountKey key;
  SegmentMap::Point point;
};

/// The accounts with the smallest keyed random numbers.
std::vector<SegmentMap::Point> points_of(const Context& context, const FeatureTiles& tiles, const PrincipalPlane& plane,
                                         const Membership& members, std::span<const AccountKey> keys, double unit,
                                         std::uint64_t seed) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  const auto n_global = context.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::uint64_t>(keys.size()));
  // Twice as many as are wanted are sent in expectation, however many ranks there are.
  const std::uint64_t most =
      n_global <= 2 * SegmentMap::kMostPoints ? kAll : kAll / n_global * (2 * SegmentMap::kMostPoints);
  std::vector<Drawn> mine;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint64_t bits = random_bits(seed, RandomPurpose::kSample, keys[i], 1);
    std::int32_t segment = -1;
    for (const insight::LevelMembers& level : members.levels)
      if (level.place[i] >= 0) segment = level.first + level.place[i];
    if (bits > most || segment < 0) continue;
    const PrincipalPlane::Place place =
        plane.place([&](std::size_t f) { return static_cast<double>(tiles.at(i, static_cast<int>(f))); });
    mine.push_back({bits, keys[i], {place.x * unit, place.y * unit, segment}});
  }
  std::vector<Drawn> all = context.comm.all_gather_varied(std::span<const Drawn>(mine));
  std::ranges::sort(all, {}, [](const Drawn& drawn) { return std::tuple(drawn.bits, drawn.key); });
  all.resize(std::min(all.size(), SegmentMap::kMostPoints));
  std::vector<SegmentMap::Point> points;
  points.reserve(all.size());
  for (const Drawn& drawn : all) points.push_back(drawn.point);
  // The order of the draw would tell who is who to those who know the ids.
  std::ranges::sort(points, {}, [](const SegmentMap::Point& p) { return std::tuple(p.segment, p.x, p.y); });
  return points;
}

std::vector<std::uint8_t> suppressed(const AccountTable& accounts, const ColumnRef& suppress,
                                     std::span<const std::uint32_t> rows) {
  const Column* column = suppress.empty() ? nullptr : accounts.find(suppress.text);
  if (column == nullptr || column->type != ColumnType::kFlag) return {};
  const auto& flags = std::get<FlagColumn>(column->data).values;
  std::vector<std::uint8_t> is_hidden(rows.size());
  std::ranges::transform(rows, is_hidden.begin(),
                         [&](std::uint32_t row) { return static_cast<std::uint8_t>(flags[row] == 1); });
  return is_hidden;
}

}  // namespace

SegmentGeometry geometry_of(const Context& context, const FeatureTiles& tiles, const FeatureEncoding& encoding,
                            const AccountTable& accounts, const Job& job, std::span<const std::uint32_t> rows,
                            const std::vector<SegmentSeed>& seeds, const SegmentAssignment& assignment,
                            std::span<const std::int32_t> next_best) {
  const Membership members = insight::membership(rows, seeds, assignment);
  const double unit = std::ldexp(1.0, -encoding.exponent);
  const SegmentCentres centres = insight::segment_centres(context, tiles, members);
  std::vector<AccountKey> keys;
  keys.reserve(rows.size());
  for (const std::uint32_t row : rows) keys.push_back(accounts.key(row));

  SegmentGeometry geometry;
  geometry.neighbours = insight::nearest_segments(context, members, centres, next_best, unit);
  parallel::stop_together(context.comm);
  geometry.examples = insight::example_accounts(context, tiles, accounts, members, centres,
                                                suppressed(accounts, job.value.suppress, rows), unit);
  parallel::stop_together(context.comm);
  const PrincipalPlane plane =
      insight::principal_plane(context, tiles, keys, map_features(encoding, accounts, centres), job.seed);
  geometry.map.bubbles = bubbles_of(plane, centres, unit);
  geometry.map.points = points_of(context, tiles, plane, members, keys, unit, job.seed);
  geometry.map.share_x = plane.share_x;
  geometry.map.share_y = plane.share_y;
  return geometry;
}

}  // namespace tessera
