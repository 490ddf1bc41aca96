#include "insight/neighbours/examples.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

struct Near {
  double squared = 0.0;
  AccountKey key;
  std::int32_t segment = 0, rank = 0;
  std::uint64_t row = 0;  ///< of the account table of that rank

  /// By segment, then the nearest first. Equal keys mean equal ids, or rows of a matrix.
  [[nodiscard]] auto order() const noexcept { return std::tuple(segment, squared, key, rank, row); }
};

/// The nearest accounts of each segment, a few each.
class Nearest {
 public:
  explicit Nearest(std::size_t n_segments) : by_segment_(n_segments) {}

  void offer(const Near& near) {
    std::vector<Near>& kept = by_segment_[static_cast<std::size_t>(near.segment)];
    if (kept.size() == kExamples && !(near.order() < kept.back().order())) return;
    const auto before = [](const Near& a, const Near& b) { return a.order() < b.order(); };
    kept.insert(std::upper_bound(kept.begin(), kept.end(), near, before), near);
    if (kept.size() > kExamples) kept.pop_back();
  }
  [[nodiscard]] double worst(std::size_t segment) const noexcept {
    const std::vector<Near>& kept = by_segment_[segment];
    return kept.size() < kExamples ? HUGE_VAL : kept.back().squared;
  }
  [[nodiscard]] std::vector<Near> all() const {
    std::vector<Near> found;
    for (const std::vector<Near>& kept : by_segment_) found.insert(found.end(), kept.begin(), kept.end());
    return found;
  }

 private:
  std::vector<std::vector<Near>> by_segment_;
};

double squared_to(const float* tile, std::size_t lane, std::span<const double> centre) {
  double sum = 0.0;
  for (std::size_t f = 0; f < centre.size(); ++f) {
    const double apart = static_cast<double>(tile[f * FeatureTiles::kTileAccounts + lane]) - centre[f];
    sum += apart * apart;
  }
  return sum;
}

std::vector<Near> nearest_here(const Context& context, const FeatureTiles& tiles, const AccountTable& accounts,
                               const Membership& members, const SegmentCentres& centres,
                               std::span<const std::uint8_t> is_hidden) {
  const auto whole = static_cast<std::size_t>(members.whole());
  Nearest nearest(whole);
#pragma omp parallel num_threads(context.threads)
  {
    Nearest mine(whole);
#pragma omp for schedule(static)
    for (std::size_t t = 0; t < tiles.n_tiles(); ++t)
      for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane) {
        const std::size_t i = t * FeatureTiles::kTileAccounts + lane;
        if (!is_hidden.empty() && is_hidden[i] != 0) continue;
        members.for_each_segment(i, [&](std::size_t segment) {
          if (segment == whole) return;
          const double squared = squared_to(tiles.tile(t), lane, centres.of(segment));
          if (squared > mine.worst(segment)) return;
          const std::uint32_t row = members.rows[i];
          mine.offer({squared, accounts.key(row), static_cast<std::int32_t>(segment), context.comm.rank(), row});
        });
      }
#pragma omp critical
    for (const Near& near : mine.all()) nearest.offer(near);
  }
  return nearest.all();
}

}  // namespace

std::vector<ExampleAccount> example_accounts(const Context& context, const FeatureTiles& tiles,
                                             const AccountTable& accounts, const Membership& members,
                                             const SegmentCentres& centres, std::span<const std::uint8_t> is_hidden,
                                             double unit) {
  const std::vector<Near> here = nearest_here(context, tiles, accounts, members, centres, is_hidden);
  Nearest nearest(static_cast<std::size_t>(members.n_segments));
  for (const Near& near : context.comm.all_gather_varied(std::span<const Near>(here))) nearest.offer(near);
  const std::vector<Near> chosen = nearest.all();

  std::vector<std::string> mine;
  for (const Near& near : chosen)
    if (near.rank == context.comm.rank()) mine.push_back(accounts.id(near.row));
  const std::vector<std::string> ids = context.comm.all_gather_texts(mine);
  std::vector<std::size_t> next(static_cast<std::size_t>(context.comm.size()) + 1, 0);  // where each rank's ids begin
  for (const Near& near : chosen) ++next[static_cast<std::size_t>(near.rank) + 1];
  for (std::size_t r = 1; r < next.size(); ++r) next[r] += next[r - 1];
  std::vector<ExampleAccount> examples;
  examples.reserve(chosen.size());
  for (const Near& near : chosen)
    examples.push_back(
        {near.segment, ids[next[static_cast<std::size_t>(near.rank)]++], std::sqrt(near.squared) * unit});
  return examples;
}

}  // namespace tessera::insight
