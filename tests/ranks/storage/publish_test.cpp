#include "storage/publish.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "scratch.hpp"
#include "storage/file_writer.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {
namespace {

namespace fs = std::filesystem;
using test::Scratch;
using test::world;

void put(const std::string& path, const std::string& text) {
  if (world().is_root()) std::ofstream(path) << text;
  world().barrier();
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Staging, TakesTheFinalNameInOneStep) {
  const Scratch scratch;
  const std::string path = scratch.file("new/folders/night.h5");
  for (const char* text : {"first", "second"}) {
    Staging staging(world(), path, path + ".partial-run");
    put(staging.path(), text);
    staging.sync();
    staging.publish([] {});
    EXPECT_EQ(content(path), text);
    EXPECT_FALSE(fs::exists(staging.path()));
    world().barrier();
  }
}

TEST(Staging, IsNobodyElsesFromTheFirstByte) {
  const Scratch scratch;
  const std::string path = scratch.file("night.h5");
  put(path, "yesterday, open to all");
  if (world().is_root()) fs::permissions(path, fs::perms(0666));
  const mode_t before = ::umask(0);
  {
    Staging staging(world(), path, path + ".partial-run");
    EXPECT_EQ(fs::status(staging.path()).permissions(), fs::perms(0600));
    FileWriter writer(world(), staging.path());
    writer.write(Attribute{"/", "a", std::int64_t{1}});
    writer.close();
    EXPECT_EQ(fs::status(staging.path()).permissions(), fs::perms(0600));
    world().barrier();  // rank 0 renames what the others still look at
    staging.publish([] {});
  }
  ::umask(before);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
  world().barrier();
}

TEST(Staging, UnpublishedLeavesWhatWasThere) {
  const Scratch scratch;
  const std::string path = scratch.file("night.h5");
  put(path, "yesterday");
  {
    const Staging staging(world(), path, path + ".partial-run");
    put(staging.path(), "half");
  }
  world().barrier();
  EXPECT_EQ(content(path), "yesterday");
  EXPECT_FALSE(fs::exists(path + ".partial-run"));
}

void expect_refused(const std::string& path) {
  try {
    const Staging staging(world(), path, path + ".partial-run");
    FAIL() << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
    EXPECT_TRUE(error.everywhere());
  }
}

TEST(Staging, RefusesADirectoryAndAFileInTheWay) {
  const Scratch scratch;
  put(scratch.file("file"), "");
  if (world().is_root()) fs::create_directories(scratch.file("directory"));
  world().barrier();
  expect_refused(scratch.file("directory"));
  expect_refused(scratch.file("file/night.h5"));
  expect_refused("/proc/night.h5");
}

TEST(Staging, StoppedWhileItIsCreatedLeavesNothing) {
  const Scratch scratch;
  const std::string path = scratch.file("night.h5");
  for (int safe_point = 1; safe_point <= 2; ++safe_point) {
    int reached = 0;
    parallel::catch_stop_signals();
    parallel::stop_also_when([&] { return ++reached == safe_point; });
    try {
      const Staging staging(world(), path, path + ".partial-run");
      FAIL() << safe_point;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kStopped);
    }
    parallel::stop_also_when({});
    world().barrier();
    EXPECT_FALSE(fs::exists(path + ".partial-run")) << safe_point;
    world().barrier();  // rank 0 creates the next, which nobody is to take for this one
  }
}

TEST(Staging, WhoMayNotPublishAnyMoreDoesNot) {
  const Scratch scratch;
  const std::string path = scratch.file("night.h5");
  put(path, "the other attempt's");
  {
    Staging staging(world(), path, path + ".partial-run");
    const auto refuse = [] { throw Error(ExitCode::kCannotWrite, "taken over"); };
    try {
      staging.publish(refuse);
      FAIL();
    } catch (const Error& error) {
      EXPECT_TRUE(error.everywhere());
    }
  }
  world().barrier();
  EXPECT_EQ(content(path), "the other attempt's");
  EXPECT_FALSE(fs::exists(path + ".partial-run"));
}

}  // namespace
}  // namespace tessera::storage
