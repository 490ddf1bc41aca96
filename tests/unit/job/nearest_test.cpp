#include "job/nearest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera {
namespace {

const std::vector<std::string> kKeys = {"name", "seed", "source", "segmentation", "min", "max", "max_iterations"};

TEST(Nearest, FindsOneLetterReplacedDroppedAddedOrSwapped) {
  EXPECT_EQ(nearest("sead", kKeys), "seed");
  EXPECT_EQ(nearest("segmentaton", kKeys), "segmentation");
  EXPECT_EQ(nearest("sourcee", kKeys), "source");
  EXPECT_EQ(nearest("nmae", kKeys), "name");
  EXPECT_EQ(nearest("maxiteration", kKeys), "max_iterations");
}

TEST(Nearest, CaseCostsNothing) {
  EXPECT_EQ(nearest("SEGMENTATION", kKeys), "segmentation");
}

TEST(Nearest, NamesNothingThatIsFar) {
  EXPECT_EQ(nearest("colour", kKeys), "");
  EXPECT_EQ(nearest("", kKeys), "");
  EXPECT_EQ(nearest("x", kKeys), "");
  EXPECT_EQ(nearest("seed", {}), "");
  std::string long_word;
  long_word.resize(10'000'000, 's');
  EXPECT_EQ(nearest(long_word, kKeys), "");
}

TEST(Nearest, AWordOfOneLetterIsNotNearEveryOther) {
  EXPECT_EQ(nearest("a", std::vector<std::string>{"k"}), "");
}

TEST(Nearest, TiesGoToTheEarlier) {
  EXPECT_EQ(nearest("mix", kKeys), "min");
  EXPECT_EQ(nearest("mix", std::vector<std::string>{"max", "min"}), "max");
}

TEST(Nearest, ASwapCountsOnce) {
  EXPECT_EQ(nearest("mni", std::vector<std::string>{"min"}), "min");
  EXPECT_EQ(nearest("inm", std::vector<std::string>{"min"}), "");
}

}  // namespace
}  // namespace tessera
