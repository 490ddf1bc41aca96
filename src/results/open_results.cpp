#include <fmt/format.h>

#include <filesystem>

#include "nights/became_of.hpp"
#include "results/stored_table.hpp"

namespace tessera::results {

storage::FileReader open_results(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (!fs::exists(fs::symlink_status(path, none)))
    if (const std::string became = nights::what_became_of(path); !became.empty())
      throw Error(ExitCode::kNoInput, fmt::format("{}: no such file{}", path, became));
  return storage::open_results(path);
}

}  // namespace tessera::results
