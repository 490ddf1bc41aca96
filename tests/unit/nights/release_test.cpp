#include "tessera/release.hpp"

#include <algorithm>
#include <functional>

#include "night_folder.hpp"
#include "nights/newest.hpp"
#include "published_night.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;
using nights::read_manifest;

class Release : public test::NightFolder {
 protected:
  void hold(const std::string& night) const { test::put_night(folder(), night + ".held.h5", night); }
  [[nodiscard]] Published release(const std::string& name, bool force = false) const {
    return release_held(
        file(name), [](const std::string&) {}, results_of, {}, force);
  }
  void expect_refused(const std::string& name, ExitCode code) const {
    try {
      (void)release(name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
    }
  }
  /// As far as these results have any.
  [[nodiscard]] static ResultsSummary results_of(const std::string& path) {
    ResultsSummary results;
    results.path = path;
    results.accounts = 12;
    return results;
  }
  [[nodiscard]] std::string folder() const { return fs::path(file("x")).parent_path(); }
};

TEST_F(Release, GivesTheHeldResultsTheirNameTheLinkAndAManifest) {
  test::put_night(folder(), "2026-01-30.h5", "2026-01-30");
  hold("2026-01-31");
  const Published published = release("2026-01-31.held.h5");
  EXPECT_EQ(published.path, file("2026-01-31.h5"));
  EXPECT_FALSE(published.is_held);
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-30.h5", "2026-01-30.json", "2026-01-31.h5", "2026-01-31.json",
                                                 "2026-01-31.prom", "last_run.prom", "latest.h5", "runs.jsonl"}));
  const auto manifest = read_manifest(file("2026-01-31.json"));
  ASSERT_TRUE(manifest);
  EXPECT_FALSE(manifest->is_held);
  EXPECT_FALSE(manifest->released.empty());
  EXPECT_TRUE(nights::has_its_results(*manifest, file("2026-01-31.json")));
  EXPECT_EQ(nights::newest_night(file("x.h5")), "2026-01-31");
  expect_refused("2026-01-31.held.h5", ExitCode::kNoInput);
}

TEST_F(Release, LeavesTheFiguresOfAPublishedNight) {
  hold("2026-01-31");
  put("last_run.prom", "tessera_run_exit_code 79");
  (void)release_held(file("2026-01-31.held.h5"), [](const std::string&) {}, results_of, {"ana", "a branch was sold"});
  EXPECT_EQ(text_of("last_run.prom"), text_of("2026-01-31.prom"));
  for (const char* line :
       {"run_exit_code{tessera_job=\"nightly\"} 0\n", "outcome=\"published\"} 1\n",
        "tessera_last_published_timestamp_seconds", "tessera_accounts{tessera_job=\"nightly\"} 12\n"})
    EXPECT_NE(text_of("last_run.prom").find(line), std::string::npos) << line;
  for (const char* words : {"\"outcome\":\"published\"", "\"released_by\":\"ana\"", "\"accounts\":12"})
    EXPECT_NE(text_of("runs.jsonl").find(words), std::string::npos) << words;
}

TEST_F(Release, LeavesThemWhereTheJobHasThemCollected) {
  nights::Manifest manifest = test::put_night(folder(), "2026-01-31.held.h5", "2026-01-31");
  manifest.metrics = file("collected.prom");
  put("2026-01-31.held.json", nights::written(manifest));
  (void)release("2026-01-31.held.h5");
  EXPECT_EQ(text_of("collected.prom"), text_of("2026-01-31.prom"));
  EXPECT_FALSE(fs::exists(file("last_run.prom")));
}

TEST_F(Release, OfAnOlderNightLeavesTheNewestWhatItIs) {
  hold("2026-01-29");
  test::put_night(folder(), "2026-01-30.h5", "2026-01-30");
  fs::create_symlink("2026-01-30.h5", file("latest.h5"));
  expect_refused("2026-01-29.held.h5", ExitCode::kUsage);
  (void)release("2026-01-29.held.h5", true);
  EXPECT_EQ(fs::read_symlink(file("latest.h5")), "2026-01-30.h5");
}

TEST_F(Release, OfWhatAnotherRunHasPublishedSinceIsRefused) {
  hold("2026-01-31");
  nights::Manifest mended = test::put_night(folder(), "2026-01-31.h5", "2026-01-31");
  mended.owner.run_id = "of-the-mended-feed";
  mended.finished = "2026-01-31T03:00:00Z";
  test::put_results(file("2026-01-31.h5"), mended.digest, mended.owner.run_id);
  mended.bytes = fs::file_size(file("2026-01-31.h5"));
  put("2026-01-31.json", nights::written(mended));
  expect_refused("2026-01-31.held.h5", ExitCode::kUsage);
  EXPECT_TRUE(nights::has_its_results(mended, file("2026-01-31.json")));
  (void)release("2026-01-31.held.h5", true);
  EXPECT_EQ(read_manifest(file("2026-01-31.json"))->owner.run_id, "run-of-2026-01-31");
}

/// Somebody else has the night, on a machine that nobody can look at; while a release waits for it, `meanwhile`
/// happens.
class OvertakenRelease : public Release {
 protected:
  void release_while(const std::function<void()>& meanwhile) const {
    nights::Owner other = nights::this_process("elsewhere");
    other.machine = "another";
    put("2026-01-31.h5.lock-000001", nights::written(other));
    const auto hear = [&](const std::string&) {
      if (fs::remove(file("2026-01-31.h5.lock-000001"))) meanwhile();
    };
    (void)release_held(file("2026-01-31.held.h5"), hear, results_of, {"late", ""});
  }
};

TEST_F(OvertakenRelease, ByAnotherReleaseSaysWhoseItWas) {
  hold("2026-01-31");
  const auto other = [&] {
    (void)release_held(file("2026-01-31.held.h5"), [](const std::string&) {}, results_of, {"ana", "looked at"});
  };
  try {
    release_while(other);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kNoInput);
    EXPECT_NE(std::string(error.what()).find("by ana"), std::string::npos) << error.what();
  }
  EXPECT_EQ(read_manifest(file("2026-01-31.json"))->released_by, "ana");
  const std::string lines = text_of("runs.jsonl");
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1);
}

TEST_F(OvertakenRelease, ByALaterNightIsRefused) {
  hold("2026-01-31");
  const auto later = [&] {
    test::put_night(folder(), "2026-02-01.h5", "2026-02-01");
    fs::create_symlink("2026-02-01.h5", file("latest.h5"));
  };
  try {
    release_while(later);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage) << error.what();
  }
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-31.held.h5", "2026-01-31.held.json", "2026-02-01.h5",
                                                 "2026-02-01.json", "latest.h5"}));
}

TEST_F(Release, ThatWasCutShortIsFinished) {
  hold("2026-01-31");
  fs::rename(file("2026-01-31.held.h5"), file("2026-01-31.h5"));
  (void)release("2026-01-31.held.h5");
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-31.h5", "2026-01-31.json", "2026-01-31.prom", "last_run.prom",
                                                 "latest.h5", "runs.jsonl"}));
}

TEST_F(Release, RefusesWhatWasNotHeldOrIsNotWhatWasHeld) {
  test::put_night(folder(), "2026-01-30.h5", "2026-01-30");
  expect_refused("2026-01-30.h5", ExitCode::kUsage);
  expect_refused("2026-01-31.held.h5", ExitCode::kNoInput);
  hold("2026-01-31");
  put("2026-01-31.held.h5", "cut");
  expect_refused("2026-01-31.held.h5", ExitCode::kBadData);
  EXPECT_FALSE(fs::exists(file("2026-01-31.h5")));
}

}  // namespace
}  // namespace tessera
