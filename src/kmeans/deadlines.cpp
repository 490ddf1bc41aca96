#include "kmeans/deadlines.hpp"

#include <algorithm>
#include <limits>

#include "core/random.hpp"
#include "lloyd/kernel.hpp"

namespace tessera {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

std::uint64_t draw(const ChosenCentres& centres, AccountKey key) noexcept {
  return random_bits(centres.seed, RandomPurpose::kSeedNext, key, centres.start);
}

}  // namespace

/// −log(u) is no less than 1 − u, which is exact: a bound without a logarithm. The factor covers the rounding of the
/// logarithm (1 ulp) and of both quotients.
void Deadlines::enter(const ChosenCentres& centres, std::size_t t) {
  const FeatureTiles& tiles = population_->tiles;
  float squared[kTile];
  std::fill_n(squared, kTile, std::numeric_limits<float>::infinity());
  lloyd::lower_squared_distances(centres.features.data(), tiles.d(), tiles.tile(t), squared);
  double bound = kNever;
  for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane) {
    if (squared[lane] == 0.0F) continue;
    const double left = 1.0 - uniform(draw(centres, population_->keys[t * kTile + lane]));
    bound = std::min(bound, left / rate(t, lane, squared[lane]));
  }
  if (bound < kNever) heap_.push_back({bound * (1.0 - 0x1p-40), static_cast<std::uint32_t>(t), -1});
}

void Deadlines::line_up() {
  std::make_heap(heap_.begin(), heap_.end(), later);
}

Racer Deadlines::leader(const ChosenCentres& centres) {
  Racer best;
  // Equal times count as well: the lower key may be in the other tile.
  while (!heap_.empty() && heap_.front().bound <= best.time) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Entry entry = heap_.back();
    heap_.pop_back();
    bring_up_to_date(centres, entry);
    if (entry.bound == kNever) continue;  // it can win no more

    const TileState& state = states_[static_cast<std::size_t>(entry.state)];
    for (std::size_t lane = 0; lane < kTile; ++lane) {
      const std::size_t i = entry.tile * kTile + lane;
      if (state.deadline[lane] == entry.bound) offer({entry.bound, population_->keys[i], rank_, i}, best);
    }
    aside_.push_back(entry);
  }
  put_back();
  return best;
}

void Deadlines::catch_up(const ChosenCentres& centres, double horizon) {
  while (!heap_.empty() && heap_.front().bound <= horizon) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Entry entry = heap_.back();
    heap_.pop_back();
    bring_up_to_date(centres, entry);
    if (entry.bound < kNever) aside_.push_back(entry);
  }
  put_back();
}

void Deadlines::put_back() {
  for (const Entry& entry : aside_) {
    heap_.push_back(entry);
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  aside_.clear();
}

void Deadlines::bring_up_to_date(const ChosenCentres& centres, Entry& entry) {
  if (entry.state < 0) {
    entry.state = static_cast<std::int32_t>(states_.size());
    meet_first(centres, entry.tile, states_.emplace_back());
  }
  TileState& state = states_[static_cast<std::size_t>(entry.state)];
  for (; state.met < centres.time.size(); ++state.met) meet(centres, state.met, entry.tile, state);
  entry.bound = *std::min_element(state.deadline, state.deadline + kTile);
}

void Deadlines::meet_first(const ChosenCentres& centres, std::size_t t, TileState& state) const {
  const FeatureTiles& tiles = population_->tiles;
  std::fill_n(state.squared, kTile, std::numeric_limits<float>::infinity());
  std::fill_n(state.deadline, kTile, kNever);
  lloyd::lower_squared_distances(centres.features.data(), tiles.d(), tiles.tile(t), state.squared);
  for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane) {
    if (state.squared[lane] == 0.0F) continue;
    const std::uint64_t bits = draw(centres, population_->keys[t * kTile + lane]);
    state.deadline[lane] = exponential(bits) / rate(t, lane, state.squared[lane]);
  }
  state.met = 1;
}

void Deadlines::meet(const ChosenCentres& centres, std::size_t centre, std::size_t t, TileState& state) const {
  const FeatureTiles& tiles = population_->tiles;
  float before[kTile];
  std::copy_n(state.squared, kTile, before);
  const float* features = centres.features.data() + centre * static_cast<std::size_t>(tiles.d());
  lloyd::lower_squared_distances(features, tiles.d(), tiles.tile(t), state.squared);
  if (std::equal(before, before + kTile, state.squared)) return;

  const double now = centres.time[centre];
  for (std::size_t lane = 0; lane < kTile; ++lane) {
    const float after = state.squared[lane];
    double& deadline = state.deadline[lane];
    if (!(after < before[lane]) || deadline == kNever) continue;
    // The least of all deadlines was `now`, so none is before; and rounding must not bring one nearer, as it was a
    // bound. The weight stands in both rates.
    const double stretch = static_cast<double>(before[lane]) / static_cast<double>(after);
    deadline = after == 0.0F ? kNever : std::max(deadline, now + (deadline - now) * stretch);
  }
}

}  // namespace tessera
