#include "compare/ledger.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tessera {
namespace {

Segment segment(const std::string& id, std::int64_t accounts) {
  Segment one;
  one.id = id;
  one.accounts = accounts;
  return one;
}

/// By id.
std::map<std::string, SegmentChange> ledger(const ComparedSegmentation& compared) {
  std::map<std::string, SegmentChange> changes;
  for (const SegmentChange& change : compare::ledger_of(compared)) changes[change.id] = change;
  return changes;
}

TEST(Ledger, TellsWhatBecameOfEachSegment) {
  ComparedSegmentation compared{
      "one",
      Level::kCore,
      {segment("kept", 100), segment("grown", 100), segment("split", 200), segment("merged", 50),
       segment("retired", 40)},
      {segment("kept", 95), segment("grown", 160), segment("split", 110), segment("part", 90), segment("born", 30)},
      {{0, 0, 95}, {1, 1, 100}, {2, 2, 110}, {2, 3, 90}, {3, 1, 50}, {4, 4, 4}, {0, 4, 5}, {4, 0, 3}, {4, 1, 3}},
      {}};
  const auto changes = ledger(compared);
  ASSERT_EQ(changes.size(), 7U);
  EXPECT_EQ(changes.at("kept").fate, SegmentFate::kKept);
  EXPECT_EQ(changes.at("kept").stayed, 95);
  EXPECT_EQ(changes.at("grown").fate, SegmentFate::kGrown);
  EXPECT_EQ(changes.at("split").fate, SegmentFate::kShrunk);
  EXPECT_EQ(changes.at("part").fate, SegmentFate::kSplit);
  EXPECT_EQ(changes.at("part").other, "split");
  EXPECT_EQ(changes.at("merged").fate, SegmentFate::kMerged);
  EXPECT_EQ(changes.at("merged").other, "grown");
  EXPECT_EQ(changes.at("retired").fate, SegmentFate::kRetired);
  EXPECT_EQ(changes.at("born").fate, SegmentFate::kBorn) << "most of its accounts are new";
  EXPECT_EQ(compare::ledger_of(compared).front().id, "grown") << "the largest first";
}

TEST(Ledger, IdsOfNoOneChainAreNotBelieved) {
  ComparedSegmentation compared{"one",
                                Level::kCore,
                                {segment("S-1", 100), segment("S-2", 80)},
                                {segment("S-1", 80), segment("S-2", 101), segment("S-3", 5)},
                                {{0, 1, 100}, {1, 0, 80}},
                                {}};
  EXPECT_EQ(compared.accounts_moved(), 180);
  EXPECT_TRUE(compare::match_by_accounts(compared));
  EXPECT_EQ(compared.accounts_moved(), 0);
  const auto changes = ledger(compared);
  EXPECT_EQ(changes.at("S-1").accounts_now, 101);
  EXPECT_EQ(changes.at("new S-3").fate, SegmentFate::kBorn);
  ComparedSegmentation chain = compared;
  EXPECT_FALSE(compare::match_by_accounts(chain)) << "ids that keep accounts where they are stay";
}

}  // namespace
}  // namespace tessera
