#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/special_numbers.hpp"
#include "made_night.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"
#include "tessera/evolve.hpp"
#include "tessera/privacy.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;
using test::made_night;
using test::Member;
using test::SharedFolder;
using test::world;

/// Accounts `first` … `end` − 1, in segments that differ from night to night by `turn`.
std::vector<Member> members(int first, int end, int turn) {
  std::vector<Member> all;
  for (int i = first; i < end; ++i)
    all.push_back({"Ä-" + std::to_string(i), i % 2, i % 5 == 4 ? -1 : (i + turn) % 3, i % 7 == 0 ? -1 : (i + turn) % 4,
                   i % 6 == 0 ? kNaN : 0.1 * i});
  return all;
}

/// Collective. Writes the night and gives its path.
std::string written(const SharedFolder& folder, RunResults run) {
  Journal journal(false);
  run.job.output_path = folder.path() + "/{night}.h5";
  return write_results({world(), journal, 1}, run).path;
}

struct Told {
  std::optional<LastNight> last;
  std::vector<std::string> warnings;
};

/// Collective. What tonight is told of the file at `path`.
Told read(const RunResults& tonight, const std::string& path, const TextColumn* pseudonyms = nullptr) {
  Journal journal(false);
  Job job = tonight.job;
  job.previous.emplace();
  job.previous->path = path;
  job.segmentations.emplace_back().name = "one";
  Told told;
  told.last = read_last_night({world(), journal, 1}, job, tonight.night, tonight.accounts, pseudonyms);
  told.warnings = journal.warnings();
  return told;
}

void expect_told(const LastNight& last, const RunResults& tonight, const std::vector<Member>& then) {
  std::map<std::string, const Member*> known;
  for (const Member& member : then) known[member.id] = &member;
  const LastSegmentation* one = last.find("one");
  ASSERT_NE(one, nullptr);
  ASSERT_EQ(one->assignment.core.size(), tonight.accounts.n_local);
  for (std::size_t i = 0; i < tonight.accounts.n_local; ++i) {
    const auto found = known.find(tonight.accounts.id(i));
    const Member was = found == known.end() ? Member{} : *found->second;
    EXPECT_EQ(last.was_there[i] != 0, found != known.end());
    EXPECT_EQ(one->assignment.macro[i], was.macro);
    EXPECT_EQ(one->assignment.core[i], was.core < 0 ? -1 : test::kFirstCore + was.core);
    EXPECT_EQ(one->assignment.micro[i], was.micro < 0 ? -1 : test::kFirstMicro + was.micro);
  }
}

TEST(LastNight, IsToldOfEveryAccountOfTonight) {
  const SharedFolder folder;
  const std::vector<Member> then = members(0, 300, 0);
  const std::string path = written(folder, made_night("2026-01-30", then));
  const RunResults tonight = made_night("2026-01-31", members(40, 400, 1));
  const Told told = read(tonight, path);
  ASSERT_TRUE(told.last);
  EXPECT_TRUE(told.warnings.empty());
  const LastNight& last = *told.last;
  EXPECT_EQ(last.night, "2026-01-30");
  EXPECT_EQ(last.accounts, 300U);
  EXPECT_EQ(last.shared, 260U);
  expect_told(last, tonight, then);
  const LastSegmentation& one = *last.find("one");
  EXPECT_EQ(one.highest_id, 9);
  EXPECT_EQ(one.segments[6].name, "dark red");
  EXPECT_EQ(one.segments[6].level, Level::kMicro);
  EXPECT_EQ(one.segments[6].parent, 2);
  std::array<std::int64_t, 9> gone{};
  std::array<double, 9> value{};
  for (const Member& member : members(0, 40, 0))
    for (const int row :
         {member.macro, member.core < 0 ? -1 : 2 + member.core, member.micro < 0 ? -1 : 5 + member.micro})
      if (row >= 0) {
        ++gone[static_cast<std::size_t>(row)];
        if (member.value == member.value) value[static_cast<std::size_t>(row)] += member.value;
      }
  for (std::size_t row = 0; row < 9; ++row) {
    EXPECT_EQ(one.gone_accounts[row], gone[row]) << row;
    EXPECT_NEAR(one.gone_value[row], value[row], 1e-9) << row;
  }
}

TEST(LastNight, OfOneAccountOrOfStrangersAlone) {
  const SharedFolder folder;
  const std::vector<Member> then = members(0, 1, 0);
  const std::string path = written(folder, made_night("2026-01-30", then));
  const RunResults tonight = made_night("2026-01-31", members(0, 1, 0));
  expect_told(read(tonight, path).last.value(), tonight, then);
  const RunResults strangers = made_night("2026-01-31", members(1, 50, 0));
  const Told told = read(strangers, path);
  EXPECT_EQ(told.last->shared, 0U);
  ASSERT_EQ(told.warnings.size(), 1U);
  EXPECT_EQ(told.warnings[0].find("none of the 1 accounts of"), 0U) << told.warnings[0];
  RunResults rows = made_night("2026-01-31", {});  // nobody is called by the number of a row
  EXPECT_EQ(read(rows, path).last->find("one")->gone_accounts[0], 1);
}

TEST(LastNight, IsFoundUnderPseudonyms) {
  const SharedFolder folder;
  const PseudonymKey key(std::array<unsigned char, PseudonymKey::kBytes>{7});
  const std::vector<Member> then = members(0, 90, 0);
  RunResults before = made_night("2026-01-30", then);
  Journal journal(false);
  pseudonymise({world(), journal, 1}, key, before);
  const std::string path = written(folder, std::move(before));
  const RunResults tonight = made_night("2026-01-31", members(30, 120, 1));
  const TextColumn pseudonyms = pseudonyms_of(key, tonight.accounts);
  const Told told = read(tonight, path, &pseudonyms);
  EXPECT_EQ(told.last->shared, 60U);
  expect_told(*told.last, tonight, then);
}

TEST(LastNight, ThereIsNoneWithoutAFile) {
  const SharedFolder folder;
  const RunResults tonight = made_night("2026-01-31", members(0, 10, 0));
  EXPECT_FALSE(read(tonight, folder.path() + "/latest.h5").last);
}

TEST(LastNight, OfANightThatIsRunAgainIsTheOneBeforeIt) {
  const SharedFolder folder;
  const std::vector<Member> then = members(0, 20, 0);
  RunResults first = made_night("2026-01-30", then);
  const std::string first_path = written(folder, first);
  RunResults second = made_night("2026-01-31", members(0, 20, 1));
  second.previous_path = first_path;
  const std::string second_path = written(folder, second);
  const Told again = read(second, second_path);
  ASSERT_TRUE(again.last);
  EXPECT_EQ(again.last->path, fs::canonical(first_path).string());
  expect_told(*again.last, second, then);
  EXPECT_FALSE(read(first, second_path).last) << "the first night, run again, is a first night";

  world().barrier();
  if (world().is_root()) fs::remove(first_path);
  world().barrier();
  const Told orphan = read(second, second_path);
  ASSERT_TRUE(orphan.last);
  EXPECT_EQ(orphan.last->shared, 0U);
  EXPECT_EQ(orphan.last->find("one")->highest_id, 9);
  EXPECT_EQ(orphan.warnings.size(), 1U);
  EXPECT_EQ(orphan.last->path, "");

  // Run again and again it is no first night, or ids would begin anew.
  second.previous_path = orphan.last->made_after;
  second.segmentations[0].highest_id = 30;
  const Told once_more = read(second, written(folder, second));
  ASSERT_TRUE(once_more.last);
  EXPECT_EQ(once_more.last->find("one")->highest_id, 30);
  EXPECT_EQ(once_more.last->made_after, first_path);
}

TEST(LastNight, RemembersASegmentationThatIsOutOfTheJob) {
  const SharedFolder folder;
  const std::vector<Member> then = members(0, 20, 0);
  RunResults first = made_night("2026-01-30", then);
  first.segmentations[0].spec.name = "out";
  first.segmentations[0].highest_id = 12;
  first.segmentations[0].insight.segments[0].rule = "employees below 50";
  Told told = read(made_night("2026-01-31", then), written(folder, first));
  EXPECT_EQ(told.last->find("out"), nullptr);
  ASSERT_EQ(told.last->dormant.size(), 1U);
  EXPECT_EQ(told.last->dormant[0].segments.size(), 9U);
  EXPECT_EQ(told.last->dormant[0].segments[0].night, "2026-01-31");

  for (const char* night : {"2026-01-31", "2026-02-01"}) {  // for two nights without
    RunResults without = made_night(night, then);
    without.dormant = told.last->dormant;
    told = read(made_night("2026-02-02", then), written(folder, without));
    EXPECT_EQ(told.last->find("one")->is_dormant, false);
  }
  EXPECT_EQ(told.last->dormant[0].name, "out");
  EXPECT_EQ(told.last->dormant[0].highest_id, 12);
  EXPECT_EQ(told.last->dormant[0].segments[0].rule, "employees below 50");

  RunResults without = made_night("2026-02-02", then);
  without.segmentations[0].spec.name = "other";
  without.dormant = told.last->dormant;
  without.dormant[0].name = "one";  // back in the job
  told = read(made_night("2026-02-03", then), written(folder, without));
  const LastSegmentation* back = told.last->find("one");
  ASSERT_NE(back, nullptr);
  EXPECT_TRUE(back->is_dormant);
  EXPECT_EQ(back->highest_id, 12);
  EXPECT_EQ(back->retired.size(), 9U);
  EXPECT_EQ(back->assignment.core, std::vector<std::int32_t>(told.last->was_there.size(), -1));
  ASSERT_EQ(told.last->dormant.size(), 1U);
  EXPECT_EQ(told.last->dormant[0].name, "other");
}

/// Writes a table over that of a night, to see whether it is believed.
void expect_refused(const std::string& what, const std::function<void(RunResults&)>& spoil) {
  const SharedFolder folder;
  RunResults night = made_night("2026-01-30", members(0, 30, 0));
  spoil(night);
  const std::string path = written(folder, std::move(night));
  const RunResults tonight = made_night("2026-01-31", members(0, 40, 0));
  try {
    (void)read(tonight, path);
    FAIL() << what << " was believed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData) << what;
    EXPECT_TRUE(error.everywhere()) << what;
    EXPECT_NE(std::string(error.what()).find("last night's results, by [previous] path = \"" + path), std::string::npos)
        << error.what();
    EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
  }
}

TEST(LastNight, IsNotBelievedWhereItCannotBeTrue) {
  expect_refused("has two segments with the id S-0001",
                 [](RunResults& night) { night.segmentations[0].insight.segments[1].id = "S-0001"; });
  expect_refused("has a segment with the id \"S-1\"",
                 [](RunResults& night) { night.segmentations[0].insight.segments[1].id = "S-1"; });
  expect_refused("names row 0, which is no segment of its level", [](RunResults& night) {
    for (std::int32_t& row : night.segmentations[0].assignment.core) row = 0;
  });
  expect_refused("no part of its parent's level",
                 [](RunResults& night) { night.segmentations[0].insight.segments[6].parent = 7; });
  expect_refused("is not in the order of the accounts' keys", [](RunResults& night) {
    TextColumn same;
    for (std::size_t i = 0; i < night.accounts.n_local; ++i) same.push_back("same");
    night.accounts.ids = same;
  });
}

}  // namespace
}  // namespace tessera
