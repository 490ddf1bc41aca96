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

ComparedDesigns told(const ComparedSegmentation& compared) {
  ComparedDesigns designs;
  designs.compared = compared;
  compare::tell_changes(designs);
  return designs;
}

/// By id.
std::map<std::string, SegmentChange> by_id(const ComparedDesigns& designs) {
  std::map<std::string, SegmentChange> changes;
  for (const SegmentChange& change : designs.ledger) changes[change.id] = change;
  return changes;
}

TEST(Ledger, TellsWhatBecameOfEachSegment) {
  const ComparedSegmentation compared{
      "one",
      Level::kCore,
      {segment("kept", 100), segment("grown", 100), segment("split", 200), segment("merged", 50),
       segment("retired", 40)},
      {segment("kept", 95), segment("grown", 160), segment("split", 110), segment("part", 90), segment("born", 30)},
      {{0, 0, 95}, {1, 1, 100}, {2, 2, 110}, {2, 3, 90}, {3, 1, 50}, {4, 4, 4}, {0, 4, 5}, {4, 0, 3}, {4, 1, 3}},
      {}};
  const ComparedDesigns designs = told(compared);
  EXPECT_FALSE(designs.by_accounts);
  const auto changes = by_id(designs);
  ASSERT_EQ(changes.size(), 7U);
  EXPECT_EQ(changes.at("kept").fate, Fate::kKept);
  EXPECT_EQ(changes.at("kept").stayed, 95);
  EXPECT_EQ(changes.at("grown").fate, Fate::kMerged);
  EXPECT_EQ(changes.at("split").fate, Fate::kSplit);
  EXPECT_EQ(changes.at("part").fate, Fate::kBorn);
  EXPECT_EQ(changes.at("part").other, "split");
  EXPECT_EQ(changes.at("merged").fate, Fate::kRetired);
  EXPECT_EQ(changes.at("merged").other, "grown");
  EXPECT_EQ(changes.at("retired").fate, Fate::kRetired);
  EXPECT_EQ(changes.at("born").fate, Fate::kBorn) << "most of its accounts are new";
  EXPECT_EQ(designs.ledger.front().id, "grown") << "the largest first";
}

TEST(Ledger, IdsOfNoOneChainAreNotBelieved) {
  const ComparedSegmentation compared{"one",
                                      Level::kCore,
                                      {segment("S-1", 100), segment("S-2", 80)},
                                      {segment("S-1", 80), segment("S-2", 101), segment("S-3", 5)},
                                      {{0, 1, 100}, {1, 0, 80}},
                                      {}};
  EXPECT_EQ(compared.accounts_moved(), 180);
  const ComparedDesigns designs = told(compared);
  EXPECT_TRUE(designs.by_accounts);
  EXPECT_EQ(designs.compared.accounts_moved(), 0);
  const auto changes = by_id(designs);
  EXPECT_EQ(changes.at("S-1").accounts_now, 101);
  EXPECT_EQ(changes.at("new S-3").fate, Fate::kBorn);
  EXPECT_FALSE(told(designs.compared).by_accounts) << "ids that keep accounts where they are stay";
}

}  // namespace
}  // namespace tessera
