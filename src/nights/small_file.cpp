#include "nights/small_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "storage/durable_file.hpp"

namespace tessera::nights {

namespace fs = std::filesystem;

std::optional<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
  std::error_code reason;
  if (!fs::is_regular_file(path, reason)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || file.gcount() == 0 || static_cast<std::size_t>(file.gcount()) > kMostBytes) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::vector<std::string> names_beside(const std::string& path, const std::string& prefix) {
  std::vector<std::string> names;
  std::error_code reason;
  for (fs::directory_iterator file(storage::folder_of(path), reason), end; !reason && file != end;
       file.increment(reason)) {
    std::string name = file->path().filename().string();
    if (name.starts_with(prefix)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

void same_readers(const std::string& path, const std::string& as_this_one) noexcept {
  std::error_code reason;
  const fs::perms rights = fs::status(as_this_one, reason).permissions();
  if (!reason) fs::permissions(path, rights, reason);
}

}  // namespace tessera::nights
