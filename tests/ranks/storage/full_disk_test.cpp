#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "parallel/communicator.hpp"
#include "scratch.hpp"
#include "storage/file_writer.hpp"
#include "storage/publish.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {
namespace {

using test::Scratch;
using test::world;

/// A file system of one MiB that really fills up.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::string trouble;
    if (world().is_root()) {
      std::filesystem::create_directories(path_);
      if (::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=1m") != 0) trouble = std::strerror(errno);
    }
    trouble_ = world().broadcast_text(trouble);
  }
  ~SmallDisk() {
    world().barrier();
    if (world().is_root() && trouble_.empty()) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  std::string path_, trouble_;
};

/// Publishes a file with `rows` rows a rank of numbers that do not pack well.
void publish(const std::string& path, std::size_t rows, bool packed) {
  std::vector<double> values(rows);
  std::uint64_t state = 88172645463325252u + static_cast<std::uint64_t>(world().rank());
  for (double& value : values) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    value = static_cast<double>(state);
  }
  Staging staging(world(), path, path + ".partial-test");
  FileWriter writer(world(), staging.path());
  for (const char* name : {"a", "b", "c"})
    writer.write({"/t", RowsOf::kEveryRank, rows, {{name, "", "", std::span<const double>(values), 1, packed}}});
  writer.close();
  staging.sync();
  staging.publish([] {});
}

TEST(FullDisk, EveryRankIsToldAndNothingIsLeft) {
  const Scratch scratch;
  const SmallDisk disk(scratch.file("disk"));
  if (!disk.trouble().empty())
    GTEST_SKIP() << "NOT TESTED: a full disk. This process may not mount a small tmpfs (" << disk.trouble()
                 << "); run as root.";
  const std::string path = scratch.file("disk/night.h5");
  publish(path, 100, false);
  const auto before = std::filesystem::file_size(path);
  for (const bool packed : {false, true}) {
    try {
      publish(path, 200'000, packed);
      FAIL() << "megabytes on a disk of one";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kCannotWrite) << error.what();
      EXPECT_TRUE(error.everywhere());
      EXPECT_NE(std::string(error.what()).find("night.h5"), std::string::npos) << error.what();
    }
    world().barrier();
    EXPECT_EQ(std::filesystem::file_size(path), before);
    EXPECT_FALSE(std::filesystem::exists(path + ".partial-test"));
    world().barrier();
  }
}

}  // namespace
}  // namespace tessera::storage
