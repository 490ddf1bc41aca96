#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "made_night.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"
#include "tessera/evolve.hpp"

namespace tessera {
namespace {

using test::SharedFolder;
using test::world;

/// A night told by the core segment of every account, of which this rank holds every size()-th.
struct Night {
  std::vector<SegmentSeed> seeds;
  SegmentAssignment assignment;
  std::vector<double> values;
};

Night night_of(const std::vector<int>& core_of, int k) {
  Night night;
  night.seeds.resize(static_cast<std::size_t>(k));
  for (std::size_t i = static_cast<std::size_t>(world().rank()); i < core_of.size();
       i += static_cast<std::size_t>(world().size())) {
    night.assignment.core.push_back(core_of[i]);
    night.values.push_back(0.1 * static_cast<double>(i));
  }
  night.assignment.macro.assign(night.assignment.core.size(), -1);
  return night;
}

/// What the next night would read of a night that is over: nobody is gone.
LastNight remembered(const Night& night, const CarriedOn& carried, const std::string& date) {
  LastNight last;
  last.night = date;
  last.was_there.assign(night.assignment.core.size(), 1);
  LastSegmentation& one = last.segmentations.emplace_back();
  one.name = "one";
  one.highest_id = carried.highest_id;
  one.assignment = night.assignment;
  one.assignment.micro.assign(night.assignment.core.size(), -1);
  for (const SegmentSeed& seed : night.seeds) {
    Segment& segment = one.segments.emplace_back();
    segment.id = seed.id;
    segment.level = seed.level;
    segment.name = seed.name;
    segment.rule = seed.rule;
    segment.memory = seed.memory;
  }
  std::vector<std::int64_t> accounts(night.seeds.size(), 0);
  for (const auto* level : {&night.assignment.macro, &night.assignment.core})
    for (const std::int32_t row : *level)
      if (row >= 0) ++accounts[static_cast<std::size_t>(row)];
  world().all_reduce<parallel::Reduce::kSum>(std::span(accounts));
  for (std::size_t row = 0; row < accounts.size(); ++row) one.segments[row].accounts = accounts[row];
  one.gone_accounts.assign(one.segments.size(), 0);
  one.gone_value.assign(one.segments.size(), 0.0);
  if (carried.succession) one.retired = carried.succession->retired;
  return last;
}

/// Collective. Carries a night on, names what is new after its id, and tells the ledger.
CarriedOn carried_on(Night& night, const LastNight* last, const SegmentNotes* notes, const std::string& date,
                     std::vector<std::string>* warnings = nullptr) {
  Journal journal(false);
  CarriedOn carried = carry_on({world(), journal, 1}, last, notes, "one", night.assignment, night.values, night.seeds);
  std::vector<Segment> segments;
  for (SegmentSeed& seed : night.seeds) {
    if (seed.name.empty()) seed.name = "named " + seed.id;
    Segment& segment = segments.emplace_back();
    segment.id = seed.id;
    segment.name = seed.name;
    segment.level = seed.level;
  }
  if (carried.succession) tell(segments, date, *carried.succession);
  if (warnings != nullptr) *warnings = journal.warnings();
  return carried;
}

std::vector<std::string> ids(const Night& night) {
  std::vector<std::string> ids;
  for (const SegmentSeed& seed : night.seeds) ids.push_back(seed.id);
  return ids;
}

std::vector<int> repeated(const std::vector<std::pair<int, int>>& runs) {
  std::vector<int> all;
  for (const auto& [core, accounts] : runs) all.insert(all.end(), static_cast<std::size_t>(accounts), core);
  return all;
}

TEST(CarryOn, AnUnchangedNightKeepsIdsNamesAndColoursWhateverTheNumbers) {
  Night first = night_of(repeated({{0, 30}, {1, 20}, {2, 10}}), 3);
  const CarriedOn carried = carried_on(first, nullptr, nullptr, "2026-01-30");
  EXPECT_FALSE(carried.succession);
  EXPECT_EQ(ids(first), (std::vector<std::string>{"S-0001", "S-0002", "S-0003"}));
  const LastNight last = remembered(first, carried, "2026-01-30");
  Night second = night_of(repeated({{2, 30}, {0, 20}, {1, 10}}), 3);
  const CarriedOn again = carried_on(second, &last, nullptr, "2026-01-31");
  EXPECT_EQ(ids(second), (std::vector<std::string>{"S-0002", "S-0003", "S-0001"}));
  EXPECT_EQ(second.seeds[0].name, "named S-0002");
  EXPECT_EQ(second.seeds[0].memory.colour, first.seeds[1].memory.colour);
  EXPECT_EQ(again.highest_id, 3);
  ASSERT_TRUE(again.succession);
  for (const LedgerLine& line : again.succession->ledger) {
    EXPECT_EQ(line.fate, Fate::kKept);
    EXPECT_EQ(line.stayed, line.accounts_after);
  }
  double value = 0.0;
  for (const MigrationLine& line : again.succession->migration) {
    EXPECT_EQ(line.from, line.to);
    value += line.value;
  }
  EXPECT_NEAR(value, 0.1 * 59 * 60 / 2, 1e-9);
  std::set<std::string> colours;
  for (const SegmentSeed& seed : first.seeds) colours.insert(seed.memory.colour);
  EXPECT_EQ(colours.size(), 3U);
}

/// Segments come, split and go for many nights: no id is ever used for a second segment.
TEST(CarryOn, IdsAreNeverUsedAgain) {
  std::set<std::string> ever, gone;
  std::optional<LastNight> last;
  std::int64_t highest = 0;
  for (std::uint64_t n = 0; n < 40; ++n) {
    const int k = 2 + static_cast<int>((7 * n * n + 3 * n) % 6);
    std::vector<int> core_of(120);
    for (std::size_t i = 0; i < core_of.size(); ++i)  // blocks that slide from night to night
      core_of[i] = static_cast<int>((i + 7 * n) % core_of.size()) * k / static_cast<int>(core_of.size());
    Night night = night_of(core_of, k);
    const CarriedOn carried = carried_on(night, last ? &*last : nullptr, nullptr, "2026-02-01");
    const std::vector<std::string> now = ids(night);
    EXPECT_EQ(std::set<std::string>(now.begin(), now.end()).size(), now.size());
    for (const std::string& id : now) {
      EXPECT_FALSE(gone.contains(id)) << id << " came back in night " << n;
      ever.insert(id);
    }
    for (const std::string& id : ever)
      if (std::ranges::count(now, id) == 0) gone.insert(id);
    EXPECT_GE(carried.highest_id, highest);
    highest = carried.highest_id;
    EXPECT_EQ(ever.size(), static_cast<std::size_t>(highest));
    EXPECT_EQ(carried.succession ? carried.succession->retired.size() : 0, gone.size());
    last = remembered(night, carried, "2026-02-01");
  }
  EXPECT_GE(gone.size(), 10U);
}

/// A night of the macro segments of these rules, that share thirty accounts of every rank.
Night night_of_macros(const std::vector<std::string>& rules) {
  Night night;
  for (const std::string& rule : rules) {
    SegmentSeed& seed = night.seeds.emplace_back();
    seed.level = Level::kMacro;
    seed.rule = rule;
    seed.name = "by " + rule;
  }
  for (std::size_t i = 0; i < 30; ++i) night.assignment.macro.push_back(static_cast<std::int32_t>(i % rules.size()));
  night.assignment.core.assign(night.assignment.macro.size(), -1);
  return night;
}

TEST(CarryOn, AMacroSegmentThatWasEmptyForANightIsTheSameAgain) {
  Night first = night_of_macros({"a", "b", "c"});
  const CarriedOn carried = carried_on(first, nullptr, nullptr, "2026-01-01");
  LastNight last = remembered(first, carried, "2026-01-01");
  last.segmentations[0].segments[1].name = "people's";
  Night without = night_of_macros({"a", "c", "d"});
  const CarriedOn after = carried_on(without, &last, nullptr, "2026-01-02");
  EXPECT_EQ(ids(without), (std::vector<std::string>{"S-0001", "S-0003", "S-0004"}));
  ASSERT_EQ(after.succession->retired.size(), 1U);
  EXPECT_EQ(after.succession->retired[0].rule, "b");
  last = remembered(without, after, "2026-01-02");
  Night still = night_of_macros({"a"});
  const CarriedOn later = carried_on(still, &last, nullptr, "2026-01-03");
  EXPECT_EQ(later.succession->retired.size(), 3U);
  last = remembered(still, later, "2026-01-03");

  Night back = night_of_macros({"b", "a", "e"});
  SegmentNotes notes{"segments.csv", {}};
  SegmentNote& note = notes.notes.emplace_back();
  note.segmentation = "one";
  note.id = "S-0002";
  note.name = "Bees";
  note.said.owner = "Ada";
  const CarriedOn again = carried_on(back, &last, &notes, "2026-01-04");
  EXPECT_EQ(ids(back), (std::vector<std::string>{"S-0002", "S-0001", "S-0005"}));
  EXPECT_EQ(back.seeds[0].memory.colour, first.seeds[1].memory.colour);
  EXPECT_EQ(back.seeds[0].memory.owner, "Ada");
  EXPECT_EQ(back.seeds[0].memory.inherited_from, "");
  EXPECT_EQ(again.macro_names, (std::map<std::string, std::string>{{"by b", "Bees"}}));
  EXPECT_EQ(again.highest_id, 5);
  std::vector<std::string> retired;
  for (const RetiredSegment& one : again.succession->retired) retired.push_back(one.id);
  EXPECT_EQ(retired, (std::vector<std::string>{"S-0003", "S-0004"}));
  ASSERT_FALSE(again.succession->ledger.empty());
  EXPECT_EQ(again.succession->ledger[0].story,
            "back, with " + std::to_string(10 * world().size()) + " accounts; there was none since 2026-01-02");
}

TEST(CarryOn, NamesSayTheMacroSegmentThatTheyAreOf) {
  const auto night = [](const std::string& macro) {
    Night one = night_of_macros({"a", "b"});
    one.seeds[0].name = macro;
    for (std::int32_t parent : {0, 1}) {
      SegmentSeed& core = one.seeds.emplace_back();
      core.parent = parent;
    }
    std::ranges::transform(one.assignment.macro, one.assignment.core.begin(), [](std::int32_t row) { return row + 2; });
    return one;
  };
  Night first = night("Small");
  const CarriedOn carried = carried_on(first, nullptr, nullptr, "2026-01-01");
  LastNight last = remembered(first, carried, "2026-01-01");
  for (std::size_t row : {2, 3}) last.segmentations[0].segments[row].parent = static_cast<std::int32_t>(row) - 2;
  last.segmentations[0].segments[0].name = "what people say";
  last.segmentations[0].segments[2].name = "what people say · few orders";
  Night second = night("Tiny");
  (void)carried_on(second, &last, nullptr, "2026-01-02");
  EXPECT_EQ(ids(second), ids(first));
  EXPECT_EQ(second.seeds[2].name, "Tiny · few orders");
  EXPECT_EQ(second.seeds[3].name, "named S-0004");
}

SegmentNotes notes_of(const std::vector<SegmentNote>& notes) {
  return {"segments.csv", notes};
}
SegmentNote note(std::int64_t line, const std::string& id, const std::string& name, const std::string& owner) {
  SegmentNote one;
  one.line = line;
  one.segmentation = "one";
  one.id = id;
  one.name = name;
  one.said.owner = owner;
  return one;
}

TEST(Notes, GoOnThroughASplitAndAMergeAndAreTheFilesOwn) {
  Night first = night_of(repeated({{0, 60}, {1, 30}}), 2);
  const SegmentNotes notes = notes_of({note(2, "S-0001", "Stars", "Ada"), note(3, "S-0002", "", "Bob")});
  const CarriedOn carried = carried_on(first, nullptr, &notes, "2026-01-29");
  EXPECT_EQ(first.seeds[0].name, "Stars");
  EXPECT_EQ(first.seeds[1].memory.owner, "Bob");
  LastNight last = remembered(first, carried, "2026-01-29");

  Night split = night_of(repeated({{0, 35}, {2, 25}, {1, 30}}), 3);
  const CarriedOn after_split = carried_on(split, &last, &notes, "2026-01-30");
  EXPECT_EQ(ids(split), (std::vector<std::string>{"S-0001", "S-0002", "S-0003"}));
  EXPECT_EQ(split.seeds[2].memory.owner, "Ada");
  EXPECT_EQ(split.seeds[2].memory.inherited_from, "S-0001");
  EXPECT_EQ(split.seeds[0].memory.inherited_from, "");
  EXPECT_NE(split.seeds[2].name, "Stars");
  last = remembered(split, after_split, "2026-01-30");

  // Ada's line is taken out: her segment forgets it, and the part that was split off keeps what it inherited.
  const SegmentNotes less = notes_of({note(2, "S-0002", "", "Bob")});
  Night merged = night_of(repeated({{0, 35}, {1, 25}, {0, 30}}), 2);
  std::vector<std::string> warnings;
  const CarriedOn after_merge = carried_on(merged, &last, &less, "2026-01-31", &warnings);
  EXPECT_EQ(ids(merged), (std::vector<std::string>{"S-0001", "S-0003"}));
  EXPECT_EQ(merged.seeds[0].memory.owner, "");
  EXPECT_EQ(merged.seeds[0].memory.merged_notes, "S-0002 named S-0002: owner Bob");
  EXPECT_EQ(merged.seeds[1].memory.owner, "Ada");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0],
            "segments.csv has notes on segments that are not there: line 2: S-0002 is no more, followed by S-0001.");
  last = remembered(merged, after_merge, "2026-01-31");

  Night same = night_of(repeated({{0, 35}, {1, 25}, {0, 30}}), 2);
  const SegmentNotes strange = notes_of({note(2, "S-0002", "", "Bob"), note(4, "S-0099", "", "Eve")});
  (void)carried_on(same, &last, &strange, "2026-02-01", &warnings);
  EXPECT_EQ(
      warnings.at(0),
      "segments.csv has notes on segments that are not there: line 2: S-0002 is no more since 2026-01-31, followed "
      "by S-0001; line 4: S-0099 has never been there.");
  EXPECT_EQ(same.seeds[0].memory.merged_notes, "S-0002 named S-0002: owner Bob");
}

TEST(Notes, ANameThatPeopleGiveGoesBeforeOneThatIsKept) {
  Night first = night_of(repeated({{0, 30}, {1, 20}}), 2);
  const CarriedOn carried = carried_on(first, nullptr, nullptr, "2026-01-30");
  const LastNight last = remembered(first, carried, "2026-01-30");
  Night second = night_of(repeated({{0, 30}, {1, 20}}), 2);
  const SegmentNotes notes = notes_of({note(2, "S-0002", "named S-0001", "")});
  std::vector<std::string> warnings;
  Journal journal(false);
  (void)carry_on({world(), journal, 1}, &last, &notes, "one", second.assignment, second.values, second.seeds);
  EXPECT_EQ(second.seeds[1].name, "named S-0001");
  EXPECT_EQ(second.seeds[0].name, "") << "insight finds it another";
  EXPECT_EQ(journal.warnings().size(), 1U);
}

/// Collective. What read_notes() says of a file of this text; of one that it takes, what it warns of.
std::string mistake_in(const std::string& text, std::optional<SegmentNotes>* read = nullptr) {
  const SharedFolder folder;
  Job job;
  job.segmentations.emplace_back().name = "one";
  job.previous.emplace();
  job.previous->notes = folder.path() + "/segments.csv";
  if (world().is_root()) std::ofstream(job.previous->notes, std::ios::binary) << text;
  world().barrier();
  Journal journal(false);
  try {
    std::optional<SegmentNotes> notes = read_notes({world(), journal, 1}, job);
    if (read != nullptr) *read = std::move(notes);
    return journal.warnings().empty() ? "" : journal.warnings().front();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadJob);
    EXPECT_TRUE(error.everywhere());
    std::string what = error.what();
    for (std::size_t at = what.find(folder.path()); at != std::string::npos; at = what.find(folder.path()))
      what.erase(at, folder.path().size() + 1);
    return what;
  }
}

TEST(NotesFile, IsReadAsSpreadsheetsWriteIt) {
  std::optional<SegmentNotes> read;
  EXPECT_EQ(
      mistake_in("\xEF\xBB\xBFid,owner,message\r\nS-0003,\"Müller, \"\"Ada\"\"\",\"two\nlines\"\r\n\r\nS-0001,,\r\n",
                 &read),
      "");
  ASSERT_EQ(read->notes.size(), 2U);
  EXPECT_EQ(read->notes[0].said.owner, "Müller, \"Ada\"");
  EXPECT_EQ(read->notes[0].said.message, "two\nlines");
  EXPECT_EQ(read->notes[1].id, "S-0001");
  EXPECT_EQ(read->notes[1].line, 5);
  // With semicolons, blanks, rows of nothing, a line break within a cell, and the column of segmentations left empty.
  EXPECT_EQ(mistake_in("id ; owner;segmentation\r\n S-0007 ;\"Ada, Bob\r\nund Café\"; \r\n;;\r\n ; ;\r\n", &read), "");
  ASSERT_EQ(read->notes.size(), 1U);
  EXPECT_EQ(read->notes[0].id, "S-0007");
  EXPECT_EQ(read->notes[0].said.owner, "Ada, Bob\nund Café");
  EXPECT_EQ(read->notes[0].segmentation, "one");
}

TEST(NotesFile, OnASegmentationThatIsOutOfTheJobWaits) {
  std::optional<SegmentNotes> read;
  const std::string warning = mistake_in("id,segmentation\nS-0001,was\nS-0001,one\nS-0002,was\nnothing,was\n", &read);
  EXPECT_NE(warning.find("does not have, which wait until it does: \"was\""), std::string::npos) << warning;
  ASSERT_EQ(read->notes.size(), 1U);
  EXPECT_EQ(read->notes[0].line, 3);
}

TEST(NotesFile, TellsEveryMistakeWithItsLine) {
  EXPECT_EQ(mistake_in("id,owner\nS-1,a\nS-0002\nS-0003,c\nS-0003,d\n"),
            "the notes on segments have 3 mistakes:\n"
            "segments.csv:2: \"S-1\" is no id of a segment; expected one such as S-0042\n"
            "segments.csv:3: has 1 cells; expected 2\n"
            "segments.csv:5: S-0003 has a line already");
  EXPECT_NE(mistake_in("id,ower\nS-0001,a\n").find("segments.csv:1: unknown column \"ower\""), std::string::npos);
  EXPECT_NE(mistake_in("owner\na\n").find("segments.csv:1: lacks the column \"id\""), std::string::npos);
  EXPECT_NE(mistake_in("").find("segments.csv:1: is empty"), std::string::npos);
  EXPECT_EQ(mistake_in("id,owner\nS-0001,M\xFCller\n"),
            "the notes on segments have 1 mistake:\n"
            "segments.csv:2: \"M\xEF\xBF\xBDller\" is not UTF-8: save the file as \"CSV UTF-8\"");
  std::string many = "id\n";
  for (int i = 0; i < 60; ++i) many += "x\n";
  EXPECT_NE(
      mistake_in(many).find("segments.csv:51: \"x\" is no id of a segment; expected one such as S-0042\n… and 10 more"),
      std::string::npos);
  EXPECT_NE(mistake_in("id,owner\nS-0001,\"a\n\n").find("segments.csv:2: a quote is opened here"), std::string::npos);
}

}  // namespace
}  // namespace tessera
