#include "checkpoint/generations.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "checkpoint/state_bytes.hpp"
#include "kept_run.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera::checkpoint {
namespace {

using test::flip;
using test::made_state;
using test::world;

TEST(StateBytes, KeepAllBits) {
  const State state = made_state(7);
  const std::string bytes = bytes_of(state);
  const State found = state_of(bytes);
  EXPECT_EQ(bytes_of(found), bytes);
  EXPECT_EQ(found.inputs, state.inputs);
  const KmeansState& kmeans = found.segmentations.at(0).at(0).at(0).kmeans;
  EXPECT_TRUE(kmeans.best.at(0).inertia == (static_cast<__int128>(1) << 100U) + 12345);
  EXPECT_EQ(kmeans.best.at(0).centroids, (std::vector{0.1, -7.25, 1e-20, 3.0}));
  EXPECT_EQ(kmeans.swaps->pair, 11U);
  EXPECT_EQ(kmeans.swaps->trial.value().inertia_by_iteration, (std::vector{17.0, 1.0 / 3.0}));
  EXPECT_TRUE(std::isnan(found.segmentations.at(0).at(0).at(0).choice->curve.at(0).calinski_harabasz));
}

TEST(StateBytes, RefuseWhatIsNoState) {
  const std::string bytes = bytes_of(made_state(7));
  for (std::size_t length = 0; length < bytes.size(); length += 5)
    EXPECT_ANY_THROW((void)state_of(std::string_view(bytes).substr(0, length)));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x24);
    try {
      (void)state_of(flipped);  // another number, or
    } catch (const std::exception&) {
    }
  }
}

struct Kept {
  test::SharedFolder folder;
  Journal journal{false};
  Context context{world(), journal, 1};
  Place place{folder.path("k"), folder.path("k/accounts.h5"), {folder.path("k/state-0"), folder.path("k/state-1")}};

  Kept() {
    if (world().is_root()) std::filesystem::create_directory(place.folder);
    world().barrier();
  }
  ExitCode refusal() {
    try {
      (void)newest_state(context, place);
    } catch (const Error& error) {
      EXPECT_TRUE(error.everywhere());
      return error.code();
    }
    return ExitCode::kDone;
  }
};

TEST(Generations, TheNewestCountsAndTheOneBeforeStandsInForIt) {
  Kept kept;
  EXPECT_FALSE(newest_state(kept.context, kept.place));
  for (std::uint64_t generation = 1; generation <= 5; ++generation) {
    keep_state(kept.context, kept.place, made_state(generation));
    EXPECT_EQ(newest_state(kept.context, kept.place).value().generation, generation);
  }
  EXPECT_TRUE(kept.journal.warnings().empty());
  flip(kept.place.states[1], 200);
  EXPECT_EQ(newest_state(kept.context, kept.place).value().generation, 4U);
  EXPECT_EQ(kept.journal.warnings().size(), 1U);
  flip(kept.place.states[0], 300);
  EXPECT_EQ(kept.refusal(), ExitCode::kBadData);
  remove_all(kept.context, kept.place);
  EXPECT_FALSE(std::filesystem::exists(kept.place.folder));
  EXPECT_FALSE(newest_state(kept.context, kept.place));
}

TEST(Generations, OfAnotherVersionAreRefusedAsSuch) {
  Kept kept;
  keep_state(kept.context, kept.place, made_state(2));
  flip(kept.place.states[0], 19);  // the format's number
  EXPECT_EQ(kept.refusal(), ExitCode::kBadJob);
}

TEST(Generations, NoByteOfOneCanChangeUnseen) {
  Kept kept;
  keep_state(kept.context, kept.place, made_state(2));
  const std::uint64_t size = std::filesystem::file_size(kept.place.states[0]);
  for (std::uint64_t at = 0; at < size; at += 17) {
    flip(kept.place.states[0], at);
    EXPECT_NE(kept.refusal(), ExitCode::kDone) << "byte " << at;
    flip(kept.place.states[0], at);
  }
  EXPECT_EQ(kept.refusal(), ExitCode::kDone);
}

}  // namespace
}  // namespace tessera::checkpoint
