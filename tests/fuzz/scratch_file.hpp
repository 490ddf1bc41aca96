#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "property.hpp"

namespace tessera::fuzz {

/// One file in a folder of this process, written anew for each input; TMPDIR in memory makes a campaign faster.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& name) {
    std::string folder = (std::filesystem::temp_directory_path() / "tessera-fuzz-XXXXXX").string();
    require(::mkdtemp(folder.data()) != nullptr, "there is a folder for scratch files");
    folder_ = folder;
    path_ = folder + "/" + name;
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& write(std::string_view bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    return path_;
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string folder_, path_;
};

}  // namespace tessera::fuzz
