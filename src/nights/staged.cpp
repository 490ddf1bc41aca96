#include "nights/staged.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nights/small_file.hpp"
#include "storage/durable_file.hpp"

namespace tessera::nights {
namespace {

constexpr const char* kStaged = ".partial-";

}  // namespace

std::string staged_path(const std::string& results_path, const Owner& owner, const std::string& what) {
  return fmt::format("{}{}{}-{}.{}", results_path, kStaged, owner.attempt, owner.run_id, what);
}

int remove_staged(const std::string& results_path) {
  namespace fs = std::filesystem;
  const fs::path folder = storage::folder_of(results_path);
  const std::string results = fs::path(results_path).filename();
  int removed = 0;
  for (const std::string& name : names_beside(results_path, results + kStaged)) {
    std::error_code ignored;
    removed += fs::remove(folder / name, ignored) ? 1 : 0;
  }
  return removed;
}

}  // namespace tessera::nights
