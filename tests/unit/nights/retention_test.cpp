#include "nights/retention.hpp"

#include <chrono>

#include "night_folder.hpp"
#include "published_night.hpp"

namespace tessera::nights {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

TEST(NightsToRemove, KeepsTheNewestAndTheLastOfEachMonth) {
  const Names nights = {"2026-02-02", "2025-12-30", "2026-01-30", "2025-12-31", "2026-02-01", "2026-01-02"};
  EXPECT_EQ(nights_to_remove(nights, 1), (Names{"2025-12-30", "2026-01-02", "2026-02-01"}));
  EXPECT_EQ(nights_to_remove(nights, 2), (Names{"2025-12-30", "2026-01-02"}));
  EXPECT_EQ(nights_to_remove(nights, 5), (Names{"2025-12-30"}));
  EXPECT_EQ(nights_to_remove(nights, 6), Names{});
  EXPECT_EQ(nights_to_remove(nights, 100'000), Names{});
  EXPECT_EQ(nights_to_remove({}, 1), Names{});
}

class RetentionTest : public test::NightFolder {
 protected:
  void put_nights(int first, int last) const {
    for (int day = first; day <= last; ++day) {
      const std::string night = night_of(day);
      test::put_night(fs::path(file("x")).parent_path(), night + ".h5", night);
      put(night + ".prom", "");
      put(night + ".txt", "");
    }
  }
  [[nodiscard]] static std::string night_of(int day) {
    return "2026-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
  }
  [[nodiscard]] Names remove(const Names& stays = {}, const std::string& night = "2026-01-09") const {
    Names trouble;
    Names removed = remove_old_nights(file(night + ".h5"), {2, "nightly", stays}, trouble);
    EXPECT_EQ(trouble, Names{});
    return removed;
  }
  [[nodiscard]] bool has(const std::string& name) const { return fs::exists(fs::symlink_status(file(name))); }
};

TEST_F(RetentionTest, RemovesResultsMetricsAndManifestTogether) {
  put_nights(6, 9);
  EXPECT_EQ(remove(), (Names{"2026-01-06", "2026-01-07"}));
  EXPECT_EQ(listing(), (Names{"2026-01-08.h5", "2026-01-08.json", "2026-01-08.prom", "2026-01-08.txt", "2026-01-09.h5",
                              "2026-01-09.json", "2026-01-09.prom", "2026-01-09.txt"}));
  EXPECT_EQ(remove(), Names{});
}

TEST_F(RetentionTest, WhatSomethingRefersToStays) {
  put_nights(1, 9);
  fs::create_symlink("2026-01-02.h5", file("baseline.h5"));
  fs::create_symlink("2026-01-03.h5", file("latest.h5"));
  put("2026-01-04.h5.lock-000001", "somebody is at it");
  EXPECT_EQ(remove({file("baseline.h5"), file("2026-01-05.h5"), file("absent.h5")}, "2026-01-01"),
            (Names{"2026-01-06", "2026-01-07"}))
      << "also the night that was published just now, however old";
}

TEST_F(RetentionTest, ALockOfARunThatHasEndedKeepsNoNight) {
  put_nights(4, 9);
  put("2026-01-04.h5.lock-000001", "of a node that was lost");
  put("2026-01-04.h5.partial-1-of-the-same.h5", "gigabytes");
  fs::last_write_time(file("2026-01-04.h5.lock-000001"), fs::file_time_type::clock::now() - std::chrono::minutes(2));
  Owner dead = this_process("killed-a-moment-ago");
  ++dead.born;  // a process of that number and another age is not the one
  put("2026-01-05.h5.lock-000001", written(dead));
  put("2026-01-06.h5.lock-000001", written(this_process("at-work")));
  EXPECT_EQ(remove(), (Names{"2026-01-04", "2026-01-05", "2026-01-07"}));
  for (const std::string& name : listing())
    EXPECT_FALSE(name.starts_with("2026-01-04") || name.starts_with("2026-01-05")) << name;
}

TEST_F(RetentionTest, HeldAndForeignFilesAreNotTouched) {
  put_nights(5, 9);
  const std::string folder = fs::path(file("x")).parent_path();
  test::put_night(folder, "2026-01-01.held.h5", "2026-01-01");
  test::put_night(folder, "2026-01-02.h5", "2026-01-02", "another job");
  put("2026-01-03.h5", "of a version that wrote no manifest");
  put("2026-01-04.json", "{\"somebody\": \"else\"}");
  Manifest foreign = test::put_night(folder, "2026-01-04.h5", "2026-01-04");
  put("tale.json", written(foreign));
  fs::remove(file("2026-01-04.json"));
  EXPECT_EQ(remove(), (Names{"2026-01-05", "2026-01-06", "2026-01-07"}));
  for (const char* name :
       {"2026-01-01.held.h5", "2026-01-01.held.json", "2026-01-02.h5", "2026-01-03.h5", "2026-01-04.h5", "tale.json"})
    EXPECT_TRUE(has(name)) << name;
}

TEST_F(RetentionTest, ARemovalThatWasCutShortIsFinished) {
  put_nights(6, 9);
  fs::remove(file("2026-01-06.h5"));
  EXPECT_EQ(remove(), (Names{"2026-01-06", "2026-01-07"}));
  EXPECT_FALSE(has("2026-01-06.json"));
}

}  // namespace
}  // namespace tessera::nights
