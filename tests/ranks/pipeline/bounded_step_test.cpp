#include "bounded_step.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/grid.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

using test::world;

constexpr std::size_t kAccounts = 64;

/// 64 accounts at −2, −2 + 1/16, …; this rank has every size()-th. All were there last night.
struct Night {
  Prepared prepared;
  AccountTable accounts;
  MacroSegments macros;
  std::vector<std::uint8_t> was_there;
  StoredModels before;
  CoreSegments cores;

  explicit Night(const std::vector<double>& last, const std::vector<double>& tonight) {
    const auto size = static_cast<std::size_t>(world().size());
    NumberColumn places;
    for (auto i = static_cast<std::size_t>(world().rank()); i < kAccounts; i += size)
      places.values.push_back(static_cast<double>(i) / 16.0 - 2.0);
    accounts.n_global = kAccounts;
    accounts.n_local = places.values.size();
    prepared.encoding.features.emplace_back();
    prepared.encoding.features[0].column = prepared.encoding.features[0].name = "crm.place";
    prepared.tiles = FeatureTiles(accounts.n_local, 1);
    for (std::size_t i = 0; i < accounts.n_local; ++i) {
      prepared.population.push_back(static_cast<std::uint32_t>(i));
      prepared.tiles.set(i, 0, from_grid(to_grid(places.values[i])));
    }
    prepared.rows = prepared.population;
    accounts.columns.push_back({"crm", "place", ColumnType::kNumber, places});
    was_there.assign(accounts.n_local, 1);
    StoredModel& model = before.segmentations.emplace_back();
    model.encoding = prepared.encoding;
    model.centroids = last;
    model.k = static_cast<int>(last.size());
    model.macro_of_core.assign(last.size(), -1);
    cores.clustering.d = 1;
    cores.clustering.k = static_cast<int>(tonight.size());
    cores.clustering.centroids = tonight;
    cores.macro_of_core.assign(tonight.size(), -1);
  }

  StoredModel& model() { return before.segmentations.front(); }
  /// Last night's core segments lie in these macro segments, by their rules.
  void put_into(const std::vector<std::string>& rules, const std::vector<std::int32_t>& macro_of_core) {
    model().spec.scope = Scope::kMacro;
    model().first_core = static_cast<std::int32_t>(rules.size());
    model().macro_of_core = macro_of_core;
    for (const std::string& rule : rules) model().segments.emplace_back().rule = rule;
  }
  BoundedStep step(double most) {
    Journal journal(false);
    return bounded_step({world(), journal, 1}, prepared, cores, model(), macros, was_there, most);
  }
};

TEST(BoundedStep, GoesAsFarAsItMay) {
  Night night({-1.0, 1.0}, {0.0, 2.0});  // the boundary goes from 0 to 1, and with it an account a sixteenth
  const BoundedStep all = night.step(0.25);
  EXPECT_TRUE(all.is_all);
  EXPECT_EQ(all.step, 1.0);
  EXPECT_EQ(all.moved, 16);
  EXPECT_EQ(all.centroids[0], (std::vector<double>{0.0, 2.0}));
  const BoundedStep some = night.step(0.1);  // six accounts of 64
  EXPECT_FALSE(some.is_all);
  EXPECT_EQ(some.moved, 6);
  EXPECT_EQ(some.step, 27.0 / 64.0);
  EXPECT_EQ(some.centroids[0], (std::vector<double>{-1.0 + 27.0 / 64.0, 1.0 + 27.0 / 64.0}));
  const BoundedStep none = night.step(0.0);
  EXPECT_EQ(none.moved, 0);
  EXPECT_EQ(none.step, 3.0 / 64.0) << "as far as nobody notices";
  night.was_there.assign(night.was_there.size(), 0);
  EXPECT_TRUE(night.step(0.0).is_all) << "who is new moves from nowhere";
}

TEST(BoundedStep, LeavesCentroidsThatAreOthersInNumberWhereTheyWere) {
  Night night({-1.0, 1.0}, {-1.5, 0.0, 1.5});
  const BoundedStep step = night.step(0.0);
  EXPECT_FALSE(step.is_all) << "tonight's would move accounts that nobody counted";
  EXPECT_TRUE(step.has_others);
  EXPECT_EQ(step.moved, 0);
  EXPECT_EQ(step.centroids[0], (std::vector<double>{-1.0, 1.0}));
}

TEST(BoundedStep, IsTakenInsideMacroSegmentsThatWereThere) {
  Night night({-1.5, -0.5, 0.5, 1.5}, {-1.25, -0.25, 1.9, 0.75, 1.75});
  night.put_into({"high", "low"}, {0, 0, 1, 1});
  night.model().centroids = {0.5, 1.5, -1.5, -0.5};
  night.macros.segments.resize(4);
  const std::vector<std::string> rules = {"low", "new", "high", "gone"};
  for (std::size_t m = 0; m < 4; ++m) night.macros.segments[m].rule = rules[m];
  for (std::size_t i = 0; i < night.accounts.n_local; ++i) {
    const float place = night.prepared.tiles.at(i, 0);
    night.macros.of_account.push_back(place < 0.0F ? 0 : place < 1.85F ? 2 : 1);
  }
  night.cores.macro_of_core = {0, 0, 1, 2, 2};
  const CoreStart start = start_of_cores(night.model(), night.macros);
  EXPECT_EQ(start.centroids, (std::vector<std::vector<double>>{{-1.5, -0.5}, {}, {0.5, 1.5}, {}}));
  const BoundedStep all = night.step(1.0);  // both boundaries go a quarter up
  EXPECT_TRUE(all.is_all) << "what is new has no account that was there";
  EXPECT_EQ(all.moved, 8);
  const BoundedStep some = night.step(3.0 / 62.0);  // of the 62 that were in a macro segment of both nights
  EXPECT_EQ(some.moved, 2);
  EXPECT_EQ(some.centroids[1], std::vector<double>());
  night.cores.macro_of_core = {0, 0, 0, 2, 2};  // "low" has three now
  const BoundedStep others = night.step(1.0);
  EXPECT_FALSE(others.is_all);
  EXPECT_TRUE(others.has_others);
  EXPECT_EQ(others.centroids[0], (std::vector<double>{-1.5, -0.5}));
  EXPECT_EQ(others.centroids[2], (std::vector<double>{0.75, 1.75}));
}

TEST(MovedByRefit, CountsWhoIsInNoPairOfSegments) {
  Night night({-1.0, 1.0}, {0.0, 0.0, 0.0});
  for (std::size_t i = 0; i < night.accounts.n_local; ++i) {
    const float place = night.prepared.tiles.at(i, 0);
    night.cores.clustering.nearest.push_back(place < 0.5F ? 2 : place < 1.5F ? 0 : 1);
  }
  // Of last night's 33 on the left (the tie goes there) all are in 2, of the 31 on the right 7 in 2, 16 in 0, 8 in 1.
  Journal journal(false);
  const Context context{world(), journal, 1};
  const RefitMoves moves = moved_by_refit(context, night.prepared, night.cores, night.before, night.model(),
                                          night.accounts, night.was_there);
  EXPECT_EQ(moves.of_both, 64);
  EXPECT_EQ(moves.moved, 64 - 33 - 16);
}

TEST(MostOf, NeverGoesBeyondTheShare) {
  EXPECT_EQ(most_of(0.0, 100), 0);
  EXPECT_EQ(most_of(0.1, 9), 0);
  EXPECT_EQ(most_of(0.5, 9), 4);
  EXPECT_EQ(most_of(1.0, 9), 9);
}

TEST(InertiaOf, IsTheSumOverAllRanks) {
  Night night({0.0}, {0.0});
  night.cores.clustering.nearest.assign(night.accounts.n_local, 0);
  double expected = 0.0;
  for (std::size_t i = 0; i < kAccounts; ++i) {
    const double place = static_cast<double>(i) / 16.0 - 2.0;
    expected += place * place;
  }
  Journal journal(false);
  EXPECT_EQ(inertia_of({world(), journal, 1}, night.prepared, night.cores.clustering), expected);
}

}  // namespace
}  // namespace tessera
