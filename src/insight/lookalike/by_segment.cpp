#include <cmath>
#include <limits>
#include <span>

#include "insight/value/customers.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "tessera/lookalike.hpp"

namespace tessera {

namespace {

/// Adds the accounts of one level to their segments' rows. Collective.
void add_level(const Context& context, const Lookalike& lookalike, std::span<const std::uint8_t> is_contactable,
               std::span<const std::int32_t> segment_of, std::vector<SegmentLikeness>& segments) {
  enum Count { kProspects, kContactable, kAbove, kAboveContactable, kCounts };
  std::vector<std::int64_t> counts(kCounts * segments.size(), 0);
  for (std::size_t i = 0; i < segment_of.size(); ++i) {
    if (segment_of[i] < 0 || std::isnan(lookalike.likeness[i])) continue;
    std::int64_t* mine = &counts[kCounts * static_cast<std::size_t>(segment_of[i])];
    const bool is_above = lookalike.likeness[i] >= lookalike.threshold;
    ++mine[kProspects];
    mine[kContactable] += is_contactable[i];
    mine[kAbove] += is_above ? 1 : 0;
    mine[kAboveContactable] += is_above ? is_contactable[i] : 0;
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  const std::vector<parallel::Moments> moments =
      parallel::grouped_moments(context.comm, lookalike.likeness, segment_of, static_cast<int>(segments.size()));
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (counts[kCounts * s + kProspects] == 0) continue;
    segments[s].prospects = counts[kCounts * s + kProspects];
    segments[s].contactable = counts[kCounts * s + kContactable];
    segments[s].above = counts[kCounts * s + kAbove];
    segments[s].above_contactable = counts[kCounts * s + kAboveContactable];
    segments[s].mean = moments[s].mean;
  }
}

}  // namespace

std::vector<SegmentLikeness> likeness_by_segment(const Context& context, const AccountTable& accounts, const Job& job,
                                                 const Lookalike& lookalike, const std::vector<Segment>& segments,
                                                 const SegmentAssignment& assignment) {
  if (!lookalike.why_not.empty()) return {};
  std::vector<SegmentLikeness> rows(segments.size());
  for (std::size_t s = 0; s < rows.size(); ++s) {
    rows[s].segment = static_cast<std::int32_t>(s);
    rows[s].mean = std::numeric_limits<double>::quiet_NaN();
  }
  const std::vector<std::uint8_t> is_contactable = insight::customer_values(accounts, job.value).is_contactable;
  for (const auto* level : {&assignment.macro, &assignment.core, &assignment.micro})
    add_level(context, lookalike, is_contactable,
              level->empty() ? std::vector<std::int32_t>(accounts.n_local, -1) : *level, rows);
  return rows;
}

}  // namespace tessera
