#include "insight/names.hpp"

#include <gtest/gtest.h>

#include <set>

#include "insight/words.hpp"

namespace tessera::insight {
namespace {

/// Segments with sizes, and columns of categories given by their counts: what describe() has when it comes to names.
struct Population {
  std::vector<Segment> segments;
  std::vector<std::int64_t> accounts;
  Membership members;
  std::vector<std::pair<ColumnRole, CategoryTable>> columns;

  std::int32_t add(Level level, std::int64_t n, std::int32_t parent = -1, const std::string& name = "") {
    Segment segment;
    segment.level = level;
    segment.parent = parent;
    segment.accounts = n;
    segment.name = name;
    segments.push_back(segment);
    return static_cast<std::int32_t>(segments.size()) - 1;
  }
  /// Call it once all segments are there. The whole is the sum of the core segments.
  void settle() {
    std::int64_t whole = 0;
    members.n_segments = static_cast<std::int32_t>(segments.size());
    for (const Segment& segment : segments) {
      accounts.push_back(segment.accounts);
      members.baseline.push_back(segment.parent >= 0 ? segment.parent : members.whole());
      if (segment.level == Level::kCore) whole += segment.accounts;
    }
    accounts.push_back(whole);
  }
  /// counts[segment][category]
  void column(const std::string& name, const std::vector<std::string>& labels,
              const std::vector<std::vector<std::int64_t>>& counts, double weight = 1.0) {
    CategoryTable table{labels, {}, accounts};
    std::vector<std::int64_t> whole(labels.size(), 0);
    for (std::size_t s = 0; s < counts.size(); ++s)
      for (std::size_t c = 0; c < labels.size(); ++c) {
        table.counts.push_back(counts[s][c]);
        if (segments[s].level == Level::kCore) whole[c] += counts[s][c];
      }
    table.counts.insert(table.counts.end(), whole.begin(), whole.end());
    columns.push_back({{name, static_cast<std::int32_t>(columns.size()), weight, false, -1}, table});
  }
  std::vector<std::string> names() {
    TraitBook book(members, accounts);
    for (const auto& [role, table] : columns) book.add_categories(role, table);
    name_segments(book, segments);
    std::vector<std::string> found;
    for (const Segment& segment : segments) found.push_back(segment.name);
    return found;
  }
};

TEST(Names, SayWhatIsTypicalAndDistinctive) {
  Population p;
  p.add(Level::kCore, 100);
  p.add(Level::kCore, 100);
  p.settle();
  p.column("industry", {"Software", "Retail"}, {{90, 10}, {10, 90}});
  p.column("city_type", {"Urban", "Rural"}, {{80, 20}, {10, 90}});
  p.column("size", {"Small", "Big"}, {{50, 50}, {50, 50}});
  EXPECT_EQ(p.names(), (std::vector<std::string>{"Software · Urban", "Retail · Rural"}));
}

TEST(Names, SayOftenWhereLessThanHalfHaveIt) {
  Population p;
  p.add(Level::kCore, 100);
  p.add(Level::kCore, 900);
  p.settle();
  p.column("industry", {"Retail", "Software"}, {{60, 40}, {870, 30}});
  EXPECT_EQ(p.names()[0], "often Software");
}

TEST(Names, TwentyLikeSegmentsGetTwentyNames) {
  Population p;
  for (int s = 0; s < 20; ++s) p.add(Level::kCore, 10);
  p.add(Level::kCore, 800);
  p.settle();
  std::vector<std::vector<std::int64_t>> counts(20, {10, 0});
  counts.push_back({0, 800});
  p.column("industry", {"Software", "Retail"}, counts);
  const std::vector<std::string> names = p.names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 21U);
  EXPECT_EQ(names[0], "Software");
  EXPECT_EQ(names[1], "Software 2");
  EXPECT_EQ(names[19], "Software 20");
}

TEST(Names, NothingToTellIsSaidSo) {
  Population p;
  p.add(Level::kCore, 10);
  p.add(Level::kCore, 10);
  p.add(Level::kCore, 0);
  p.settle();
  p.column("industry", {"Software", "Retail"}, {{5, 5}, {5, 5}, {0, 0}});
  EXPECT_EQ(p.names(), (std::vector<std::string>{"Mixed accounts", "Mixed accounts 2", "Empty segment"}));
}

TEST(Names, EqualNamesAreToldApartByWhatDiffers) {
  Population p;
  for (int s = 0; s < 2; ++s) p.add(Level::kCore, 100);
  p.add(Level::kCore, 800);
  p.settle();
  p.column("industry", {"Software", "Retail"}, {{100, 0}, {100, 0}, {0, 800}});
  p.column("city_type", {"Urban", "Rural"}, {{100, 0}, {100, 0}, {0, 800}});
  p.column("stage", {"Lead", "Trial", "Won"}, {{60, 30, 10}, {30, 60, 10}, {320, 320, 160}}, 0.3);
  const std::vector<std::string> names = p.names();
  EXPECT_EQ(names[0], "Software · Urban · Lead");
  EXPECT_EQ(names[1], "Software · Urban · Trial");
}

TEST(Names, GivenNamesStayAndAreNotTaken) {
  Population p;
  p.add(Level::kMacro, 100, -1, "Software");
  p.add(Level::kCore, 100);
  p.add(Level::kCore, 100);
  p.settle();
  p.column("industry", {"Software", "Retail"}, {{100, 0}, {100, 0}, {0, 100}});
  EXPECT_EQ(p.names(), (std::vector<std::string>{"Software", "Software 2", "Retail"}));
}

TEST(Names, MicroSegmentsSayWhatSetsThemApartFromTheirSiblings) {
  Population p;
  const auto core = p.add(Level::kCore, 100);
  p.add(Level::kCore, 100);
  p.add(Level::kMicro, 50, core);
  p.add(Level::kMicro, 50, core);
  p.settle();
  p.column("industry", {"Software", "Retail"}, {{80, 20}, {0, 100}, {50, 0}, {30, 20}});
  p.column("city_type", {"Urban", "Rural"}, {{50, 50}, {50, 50}, {45, 5}, {5, 45}});
  const std::vector<std::string> names = p.names();
  EXPECT_EQ(names[2], "Software · Urban");
  EXPECT_EQ(names[3], "Software · Rural");
}

TEST(Names, TheParentsTraitIsLeftOutWhereItIsNotTrue) {
  Population p;
  const auto core = p.add(Level::kCore, 100);
  p.add(Level::kCore, 100);
  p.add(Level::kMicro, 60, core);
  p.add(Level::kMicro, 40, core);
  p.settle();
  p.column("industry", {"Software", "Retail", "Mining"}, {{66, 17, 17}, {0, 50, 50}, {60, 0, 0}, {6, 17, 17}});
  p.column("city_type", {"Urban", "Rural"}, {{50, 50}, {50, 50}, {5, 55}, {38, 2}});
  const std::vector<std::string> names = p.names();
  EXPECT_EQ(names[3], "Urban · often Retail");  // 6 of 40 are in software
  EXPECT_EQ(names[2].find("Urban"), std::string::npos);
}

TEST(Names, AnOnlyMicroSegmentIsAllOfItsCore) {
  Population p;
  const auto core = p.add(Level::kCore, 100);
  p.add(Level::kCore, 300);
  p.add(Level::kMicro, 100, core);
  p.settle();
  p.column("industry", {"Software", "Retail"}, {{100, 0}, {0, 300}, {100, 0}});
  EXPECT_EQ(p.names()[2], "Software · all");
}

TEST(Names, LongUnicodeCategoriesKeepNamesShort) {
  Population p;
  p.add(Level::kCore, 100);
  p.add(Level::kCore, 900);
  p.settle();
  const std::string dots(200, '.');
  for (int c = 0; c < 6; ++c)
    p.column(std::string(1, static_cast<char>('p' + c)) + "_column",
             {"Öl- und Gasförderung, Raffinerien und Vertrieb " + std::to_string(c) + dots, "Übriges"},
             {{90, 10}, {0, 900}});
  for (const std::string& name : p.names()) {
    EXPECT_LE(words::letters(name), kMostLettersOfName) << name;
    EXPECT_FALSE(name.empty());
  }
}

TEST(Names, UnknownIsSaidAsSuchAndOtherNever) {
  Population p;
  p.add(Level::kCore, 100);
  p.add(Level::kCore, 300);
  p.settle();
  p.column("industry", {"Retail", kUnknownCategory}, {{2, 98}, {300, 0}});
  p.column("source", {"Other", "Fair", "Web"}, {{98, 1, 1}, {0, 150, 150}});
  EXPECT_EQ(p.names()[0], "industry unknown");
}

TEST(Names, OfEarlierNightsAreKeptAndDoubtedWhereTheyAreNoLongerTrue) {
  Population p;
  p.add(Level::kCore, 100, -1, "Stars");
  p.add(Level::kCore, 100, -1, "Retail · Rural");
  p.add(Level::kCore, 100);
  p.settle();
  p.segments[0].memory.name_traits = "Software\nUrban";
  p.segments[1].memory.name_traits = "Retail\noften Rural\nfrom a column that is gone";
  p.column("industry", {"Software", "Retail", "Banking"}, {{10, 5, 85}, {2, 90, 8}, {80, 10, 10}});
  p.column("city_type", {"Urban", "Rural"}, {{80, 20}, {10, 90}, {50, 50}});
  EXPECT_EQ(p.names()[0], "Stars");
  EXPECT_EQ(p.segments[0].memory.name_doubt, "Software, which is now Banking");
  EXPECT_EQ(p.segments[0].memory.name_traits, "Software\nUrban");
  EXPECT_EQ(p.segments[1].memory.name_doubt, "from a column that is gone");
  EXPECT_TRUE(p.segments[2].memory.name_doubt.empty());
  EXPECT_EQ(p.segments[2].memory.name_traits.find("Software"), 0U) << p.segments[2].memory.name_traits;
}

TEST(Names, AGivenNameThatWasKeptIsNotMissed) {
  std::vector<Segment> segments(1);
  segments[0].name = "Tech Startups";
  EXPECT_TRUE(give_names({{"Software · Urban", "Tech Startups"}}, segments).empty());
  EXPECT_EQ(segments[0].name, "Tech Startups");
}

TEST(Names, TheJobsNamesReplaceGeneratedOnesAndStayUnique) {
  std::vector<Segment> segments(4);
  segments[3].name = "Software · Urban · all";
  segments[3].parent = 0;
  segments[0].name = "Software · Urban";
  segments[1].name = "Retail · Rural";
  segments[2].name = "Banking";
  const std::vector<std::string> warnings = give_names(
      {{"Software · Urban", "Tech Startups"}, {"Retail · Rural", "Banking"}, {"Retail", "Corner shops"}}, segments);
  EXPECT_EQ(segments[0].name, "Tech Startups");
  EXPECT_EQ(segments[1].name, "Retail · Rural");
  EXPECT_EQ(segments[2].name, "Banking");
  EXPECT_EQ(segments[3].name, "Tech Startups · all");
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_NE(warnings[0].find("Corner shops"), std::string::npos);
  EXPECT_NE(warnings[1].find("keeps its name"), std::string::npos);
}

TEST(Names, ThatBeginWithTheParentsFollowIt) {
  EXPECT_EQ(under_parent("SME · few orders", "SME", "Small firms"), "Small firms · few orders");
  EXPECT_EQ(under_parent("SME · few orders", "SME", ""), "few orders");
  EXPECT_EQ(under_parent("few orders", "", "SME"), "SME · few orders");
  EXPECT_EQ(under_parent("SMEs", "SME", "Large"), "SMEs");
  const std::string name = "Mid-market · Financial services and insurance";
  EXPECT_EQ(under_parent("Mid-market · Financial servic… · old", name, "Banks"), "Banks · old");
  std::vector<Segment> segments(5);
  for (std::size_t s = 1; s < 5; ++s) segments[s].parent = s < 3 ? 0 : 1;
  segments[0].name = "SME";
  segments[1].name = "SME · few orders";
  segments[2].name = "Stars";
  segments[3].name = "SME · few orders · all";
  segments[4].name = "SME · few orders · urban";
  EXPECT_TRUE(give_names({{"SME", "Small firms"}}, segments).empty());
  std::vector<std::string> names;
  for (const Segment& segment : segments) names.push_back(segment.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Small firms", "Small firms · few orders", "Stars",
                                             "Small firms · few orders · all", "Small firms · few orders · urban"}));
}

TEST(Names, OfPartsOfTwoSegmentsWithoutTraitsSayWhoseTheyAre) {
  Population p;
  for (const char* name : {"SME", "Large"}) p.add(Level::kMacro, 100, -1, name);
  for (const std::int32_t parent : {0, 0, 1, 1}) p.add(Level::kCore, 50, parent);
  p.settle();
  EXPECT_EQ(p.names(), (std::vector<std::string>{"SME", "Large", "SME · mixed accounts", "SME · mixed accounts 2",
                                                 "Large · mixed accounts", "Large · mixed accounts 2"}));
}

}  // namespace
}  // namespace tessera::insight
