#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "ranks_test.hpp"
#include "sample_run.hpp"

namespace tessera {
namespace {

/// A Python that has h5py, or none.
std::string python() {
  for (const char* candidate : {"python3", "/usr/bin/python3"})
    if (std::system(fmt::format("{} -c 'import h5py' 2>/dev/null", candidate).c_str()) == 0) return candidate;
  return "";
}

TEST(ResultsFile, OpensInH5py) {
  const std::string interpreter = python();
  if (interpreter.empty()) GTEST_SKIP() << "NOT TESTED: there is no Python with h5py here; install python3-h5py";
  constexpr std::size_t kAccounts = 20'000;
  RunResults run = test::sample_run(kAccounts, 0, kAccounts);
  const auto path = std::filesystem::temp_directory_path() / fmt::format("tessera-h5py-{}.h5", ::getpid());
  run.job.output_path = path;
  Journal journal(false);
  (void)write_results({test::world(), journal, 1}, run);
  const std::string command =
      fmt::format("{} '{}' '{}' {}", interpreter, TESSERA_H5PY_SCRIPT, path.string(), kAccounts);
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace tessera
