#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "kmeans/race.hpp"
#include "lloyd/population.hpp"

namespace tessera {

/// The centres of one start so far, in the order in which they were chosen, and when.
struct ChosenCentres {
  std::uint64_t seed = 0;
  std::uint64_t start = 0;
  std::vector<float> features;  ///< centres × d
  std::vector<double> time;     ///< when each was chosen; 0 for the first
};

/// The k-means++ race of one start among the accounts of some tiles.
///
/// One exponential race a centre would draw a number an account and centre. But what is left of an Exp(1) when another
/// account wins is again Exp(1), and independent of all before. So each account draws once, E, and spends it at the
/// rate of its D² times its weight: its deadline stands at E / (w D²) on a clock, and when a centre chosen at time t
/// lowers its D², what is left stretches: t + (deadline − t) · before / after. The account with the least deadline is
/// the next centre. Drawn again or carried on, the winners have the same distribution: that of D² sampling.
///
/// A deadline only ever moves away. So one that lacks the latest centres is a bound, and an account far behind need not
/// meet them: only tiles whose bound is ahead of the best account are brought up to date, by all centres they have not
/// met, in their order. What is skipped is never looked at; what is looked at comes to the same bits as if nothing had
/// been. Nearly all tiles are read once or twice in all; none more often than once a centre.
class Deadlines {
 public:
  static constexpr std::size_t kTile = FeatureTiles::kTileAccounts;
  /// What a tile that is brought up to date takes, at most, for one account; see TileState.
  static constexpr std::size_t kBytesPerAccount = 13;

  Deadlines(const lloyd::Population& population, int rank) : population_(&population), rank_(rank) {}

  /// Lets the accounts of tile t take part, when the first centre is known. Once a tile.
  void enter(const ChosenCentres& centres, std::size_t t);
  /// After the last enter().
  void line_up();
  /// Brings all tiles up to date that might lead before `horizon`. It changes no winner: leader() has less to do after
  /// it.
  void catch_up(const ChosenCentres& centres, double horizon);
  /// The account of these tiles that is to be the next centre. Nobody: all are centres, or equal to one.
  [[nodiscard]] Racer leader(const ChosenCentres& centres);

 private:
  struct Entry {
    double bound = 0.0;  ///< no account of the tile is due before
    std::uint32_t tile = 0;
    std::int32_t state = -1;  ///< −1: nobody has looked closely yet
  };
  struct TileState {
    float squared[kTile];    ///< D² to the nearest of the centres met
    double deadline[kTile];  ///< +∞ for centres, their equals, and the lanes past the last account
    std::size_t met = 0;     ///< centres
  };

  /// Of an account at a squared distance from the nearest centre; exact.
  [[nodiscard]] double rate(std::size_t t, std::size_t lane, float squared) const noexcept {
    return static_cast<double>(squared) * population_->weight(t * kTile + lane);
  }
  static bool later(const Entry& a, const Entry& b) noexcept { return a.bound > b.bound; }
  void put_back();
  void bring_up_to_date(const ChosenCentres& centres, Entry& entry);
  void meet_first(const ChosenCentres& centres, std::size_t t, TileState& state) const;
  void meet(const ChosenCentres& centres, std::size_t centre, std::size_t t, TileState& state) const;

  const lloyd::Population* population_;
  int rank_;
  std::vector<Entry> heap_;  ///< the earliest bound on top
  std::vector<Entry> aside_;
  std::deque<TileState> states_;
};

}  // namespace tessera
