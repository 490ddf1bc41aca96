// Who is clustered and who is refined, by the value of a column.
#include <gtest/gtest.h>

#include "company.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

using test::Company;
using test::feature;
using test::Outcome;
using test::prepared;
using test::segmentation;
using test::world;

/// 60 accounts, 12 at each of four stages and 12 at none; x is the account's number.
Company by_stage() {
  std::vector<double> x(60), y(60);
  std::vector<std::int32_t> stage(60);
  for (std::size_t i = 0; i < 60; ++i) {
    x[i] = static_cast<double>(i);
    y[i] = static_cast<double>(i * i % 17);
    stage[i] = static_cast<std::int32_t>(i % 5) - 1;
  }
  return Company(60).number("x", x).number("y", y).category("stage", stage, {"lead", "trial", "visitor", "won"});
}

SegmentationSpec stops(std::vector<std::string> at_macro, std::vector<std::string> at_core) {
  SegmentationSpec spec = segmentation(Scale::kStandard, {feature("x")});
  spec.refine.emplace();
  spec.refine->depth_by.text = "stage";
  spec.refine->stop_at_macro = std::move(at_macro);
  spec.refine->stop_at_core = std::move(at_core);
  spec.refine->features = {feature("y")};
  return spec;
}

std::int64_t over_ranks(std::size_t mine) {
  return world().all_reduce<parallel::Reduce::kSum>(static_cast<std::int64_t>(mine));
}

TEST(Depth, WhoStopsAtTheMacroLevelIsNotClusteredNorFittedOn) {
  const SegmentationSpec spec = stops({"visitor"}, {"lead", "(unknown)"});
  const AccountTable accounts = by_stage().even_slice();
  const Prepared result = prepared(accounts, spec).prepared;
  EXPECT_EQ(over_ranks(result.population.size()), 60);
  EXPECT_EQ(over_ranks(result.rows.size()), 48);
  EXPECT_EQ(result.n_global, 48U);
  ASSERT_EQ(result.is_refined.size(), result.rows.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < 60; ++i) sum += i % 5 == 3 ? 0.0 : static_cast<double>(i) / 48.0;
  EXPECT_NEAR(result.encoding.features.at(0).offset, sum, 1e-12);
  for (std::size_t at = 0; at < result.rows.size(); ++at) {
    const auto stage = (accounts.first_global + result.rows[at]) % 5;
    EXPECT_NE(stage, 3U);
    EXPECT_EQ(result.is_refined[at], stage == 2 || stage == 4 ? 1 : 0);
  }
}

TEST(Depth, TheMicroLevelsOwnFeaturesAreFittedOnWhoIsRefined) {
  const SegmentationSpec spec = stops({"visitor"}, {"lead", "(unknown)"});
  const AccountTable accounts = by_stage().even_slice();
  Journal journal(false);
  const Context context{world(), journal, 1};
  const Prepared own = prepare_refinement(context, accounts, {}, spec, prepared(accounts, spec).prepared);
  EXPECT_EQ(own.n_global, 24U);
  EXPECT_EQ(own.tiles.n_local(), own.rows.size());
  double mean = 0.0;
  for (std::size_t i = 0; i < 60; ++i) mean += i % 5 == 2 || i % 5 == 4 ? static_cast<double>(i * i % 17) / 24.0 : 0.0;
  EXPECT_EQ(own.encoding.features.at(0).column, "crm.y");
  EXPECT_NEAR(own.encoding.features.at(0).offset, mean, 1e-12);
}

TEST(Depth, WithoutStopsItSaysWhichValuesThereAre) {
  for (const auto& [spec, words] :
       {std::pair{stops({}, {}), "which are \"lead\", \"trial\", \"visitor\", \"won\""},
        {stops({"lead", "trial", "visitor", "won", "(unknown)"}, {}), "all of its accounts stop at the macro level"}}) {
    try {
      static_cast<void>(prepared(by_stage().even_slice(), spec));
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_TRUE(error.everywhere());
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }
}

TEST(Depth, AValueThatNobodyHasIsAWarning) {
  const Outcome outcome = prepared(by_stage().even_slice(), stops({"visiter"}, {}));
  EXPECT_EQ(outcome.prepared.n_global, 60U);
  ASSERT_FALSE(outcome.warnings.empty());
  EXPECT_NE(outcome.warnings[0].find("no account has \"visiter\" as stage"), std::string::npos) << outcome.warnings[0];
}

}  // namespace
}  // namespace tessera
