#include "job_text.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tessera::test {

JobFolder::JobFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "tessera-job-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test: " + name);
  path_ = name;
}

JobFolder::~JobFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string JobFolder::write(std::string_view text) const {
  std::string file = path_ + "/job.toml";
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

Job load(std::string_view text, const std::vector<std::string>& sets) {
  const JobFolder folder;
  return load_job(folder.write(text), sets);
}

std::vector<std::string> mistakes_of(std::string_view text, const std::vector<std::string>& sets) {
  const JobFolder folder;
  const std::string file = folder.write(text);
  std::vector<std::string> lines;
  try {
    (void)load_job(file, sets);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadJob);
    std::istringstream message(error.what());
    for (std::string line; std::getline(message, line);) {
      lines.push_back(line.rfind(folder.path(), 0) == 0 ? line.substr(folder.path().size() + 1) : line);
    }
  }
  return lines;
}

std::string least_with(std::string_view before, std::string_view after) {
  std::string text(kLeast);
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  if (at != std::string::npos) text.replace(at, before.size(), after);
  return text;
}

}  // namespace tessera::test
