#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "sample_run.hpp"
#include "storage/file_writer.hpp"
#include "storage/schema.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

class HostileFile : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string whole_file() const {
    RunResults run = test::sample_run(200, 0, 200);
    run.job.output_path = folder_ + "/whole.h5";
    Journal journal(false);
    const Published published = write_results({test::world(), journal, 1}, run);
    std::ifstream file(published.path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::string put(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    return path_;
  }
  void expect_refused(const std::string& path) const {
    try {
      (void)read_summary(path);
      FAIL() << "took " << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData) << error.what();
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    }
  }

  std::string folder_ = (fs::temp_directory_path() / ("tessera-hostile-" + std::to_string(::getpid()))).string();
  std::string path_ = folder_ + "/hostile.h5";
};

TEST_F(HostileFile, MissingIsNoInput) {
  try {
    (void)read_summary(folder_ + "/none.h5");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kNoInput);
  }
}

TEST_F(HostileFile, GarbageIsRefused) {
  expect_refused(put(""));
  expect_refused(put("account_id,name\n1,2\n"));
  expect_refused(put(std::string(100'000, '\xff')));
  expect_refused(put("\x89HDF\r\n\x1a\n"));
  expect_refused(folder_);
}

TEST_F(HostileFile, CutAnywhereIsRefused) {
  const std::string whole = whole_file();
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97)
    expect_refused(put(whole.substr(0, size)));
  expect_refused(put(whole.substr(0, whole.size() - 1)));
}

TEST_F(HostileFile, AnotherProgramsFileIsRefused) {
  const std::vector<double> x = {1.0, 2.0};
  {
    storage::FileWriter writer(test::world(), path_);
    writer.write({"/data", storage::RowsOf::kRoot, 2, {{"x", "", "", std::span<const double>(x)}}});
    writer.close();
  }
  expect_refused(path_);
}

TEST_F(HostileFile, AnotherVersionOrHalfASchemaIsRefused) {
  namespace schema = storage::schema;
  for (const std::int64_t version : {schema::kFormatVersion, schema::kFormatVersion + 1}) {
    storage::FileWriter writer(test::world(), path_);
    writer.write(storage::Attribute{"/", "format", std::string(schema::kFormat)});
    writer.write(storage::Attribute{"/", "format_version", version});
    writer.close();
    expect_refused(path_);
  }
}

/// Changed bytes may go unseen, or be refused; what they must not do is end the process. HDF5 itself is what reads
/// them, so each trial has a process of its own to lose.
TEST_F(HostileFile, ChangedBytesNeverCrash) {
  const std::string whole = whole_file();
  std::uint64_t state = 88172645463325252u;
  for (int trial = 0; trial < 150; ++trial) {
    std::string changed = whole;
    for (int change = 0; change <= trial % 4; ++change) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      // Half of the changes go where HDF5 keeps its own.
      const std::size_t range = trial % 2 == 0 ? changed.size() : std::min<std::size_t>(changed.size(), 8'192);
      changed[state % range] = static_cast<char>(state >> 32);
    }
    const std::string path = put(changed);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::alarm(20);
      try {
        (void)read_summary(path);
      } catch (const Error& error) {
        ::_exit(error.code() == ExitCode::kBadData ? 0 : 2);
      } catch (...) {
        ::_exit(3);
      }
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "trial " << trial << ", status " << status;
  }
}

}  // namespace
}  // namespace tessera
