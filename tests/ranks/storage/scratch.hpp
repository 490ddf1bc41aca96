#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "ranks_test.hpp"

namespace tessera::test {

/// A directory that all ranks share for one test and that is gone afterwards.
class Scratch {
 public:
  Scratch() {
    const std::string mine = std::filesystem::temp_directory_path() / ("tessera-test-" + std::to_string(::getpid()));
    path_ = world().broadcast_text(mine);
    if (world().is_root()) std::filesystem::create_directories(path_);
    world().barrier();
  }
  ~Scratch() {
    world().barrier();
    std::error_code ignored;
    if (world().is_root()) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace tessera::test
