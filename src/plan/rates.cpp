#include "plan/rates.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "tessera/errors.hpp"

namespace tessera::plan {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, double Rates::*>, 6> kNumbers = {
    {{"memory_bytes_per_s", &Rates::memory_bytes_per_s},
     {"fused_per_s", &Rates::fused_per_s},
     {"reading_bytes_per_s", &Rates::reading_bytes_per_s},
     {"shuffled_rows_per_s", &Rates::shuffled_rows_per_s},
     {"writing_bytes_per_s", &Rates::writing_bytes_per_s},
     {"all_reduce_s", &Rates::all_reduce_s}}};
constexpr std::array<std::pair<const char*, std::string Rates::*>, 3> kTexts = {
    {{"host", &Rates::host}, {"date", &Rates::date}, {"engine", &Rates::engine}}};

}  // namespace

Rates default_rates() noexcept {
  Rates rates;
  rates.memory_bytes_per_s = 24e9;
  rates.fused_per_s = 43e9;
  rates.reading_bytes_per_s = 195e6;
  rates.shuffled_rows_per_s = 80e6;
  rates.writing_bytes_per_s = 400e6;
  rates.all_reduce_s = 10e-6;
  return rates;
}

std::string rates_path() {
  const char* cache = std::getenv("XDG_CACHE_HOME");  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  if (cache != nullptr && *cache != '\0') return std::string(cache) + "/tessera/rates.json";
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
  return home == nullptr || *home == '\0' ? std::string() : std::string(home) + "/.cache/tessera/rates.json";
}

std::optional<Rates> read_rates(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return std::nullopt;
  std::ifstream file(path);
  const ordered_json json = ordered_json::parse(file, nullptr, false);
  const auto refuse = [&](const std::string& what) {
    throw Error(ExitCode::kNoInput,
                fmt::format("{}: {}; measure again with tessera doctor --measure --rates {}", path, what, path));
  };
  if (!json.is_object()) refuse("no file of rates");
  Rates rates;
  for (const auto& [name, member] : kNumbers) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number() || found->get<double>() <= 0.0)
      refuse(fmt::format("\"{}\" is no positive number", name));
    else
      rates.*member = found->get<double>();
  }
  for (const auto& [name, member] : kTexts) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string() || found->get<std::string>().empty())
      refuse(fmt::format("\"{}\" is no text", name));
    else
      rates.*member = found->get<std::string>();
  }
  return rates;
}

void write_rates(const Rates& rates, const std::string& path) {
  ordered_json json;
  for (const auto& [name, member] : kTexts) json[name] = rates.*member;
  for (const auto& [name, member] : kNumbers) json[name] = rates.*member;
  std::error_code failed;
  const std::filesystem::path target(path);
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), failed);
  const std::string beside = fmt::format("{}.{}", path, ::getpid());
  {
    std::ofstream file(beside);
    file << json.dump(2) << "\n";
    file.close();
    if (!file) failed = std::make_error_code(std::errc::io_error);
  }
  if (!failed) std::filesystem::rename(beside, target, failed);
  if (!failed) return;
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  throw Error(ExitCode::kCannotWrite,
              fmt::format("cannot keep rates in {}: {}; give another file by --rates", path, failed.message()));
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

}  // namespace tessera::plan
