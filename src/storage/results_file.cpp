#include "storage/results_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include "storage/descriptor.hpp"
#include "storage/schema.hpp"
#include "storage/stored_table.hpp"

namespace tessera::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr const char* kWhatToGive = "Give the .h5 file that a night wrote";

[[noreturn]] void refuse_file(ExitCode code, const std::string& path, const std::string& what) {
  throw Error(code, fmt::format("{}: {}", path, what));
}

/// The first bytes of a file.
std::string beginning_of(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  std::string text(512, '\0');
  const ssize_t n = file.is_open() ? ::read(file.id(), text.data(), text.size()) : -1;
  if (n < 0)
    refuse_file(ExitCode::kNoInput, path, fmt::format("cannot be read ({})", std::generic_category().message(errno)));
  text.resize(static_cast<std::size_t>(n));
  return text;
}

/// A file that is not HDF5, in a word that helps whoever took it for another.
std::string what_it_is(const std::string& path, const std::string& beginning) {
  if (beginning.empty()) return fmt::format("is empty. {}", kWhatToGive);
  const bool is_text =
      std::ranges::none_of(beginning, [](char c) { return c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r'; });
  if (!is_text)
    return fmt::format("is no results file of Tessera, or its beginning is damaged: it does not begin as HDF5 does. {}",
                       kWhatToGive);
  if (path.ends_with(".toml"))
    return fmt::format("is no results file but looks like a job: `tessera run {}` makes its results", path);
  if (beginning.find("tessera-manifest") != std::string::npos)
    return "is the manifest of a night; its results are in the .h5 file beside it";
  return fmt::format("is no results file of Tessera but text. {}", kWhatToGive);
}

}  // namespace

FileReader open_results(const std::string& path) {
  std::error_code none;
  if (fs::is_directory(path, none))
    refuse_file(ExitCode::kBadData, path, "is a folder. Give a results file, such as latest.h5 in a folder of results");
  if (fs::exists(path, none)) {
    const std::string beginning = beginning_of(path);
    if (!beginning.starts_with(kSignature)) refuse_file(ExitCode::kBadData, path, what_it_is(path, beginning));
  }
  FileReader reader(path, ExitCode::kBadData, kAdvice);
  check_format(reader, path);
  return reader;
}

std::string scored_by(const FileReader& reader) {
  const std::string run(schema::run::kPath), name(schema::run::kScoredBy);
  if (!reader.has_attribute(run, name)) return "";
  const std::string by = reader.text(run, name);  // digest and path
  return by.substr(by.find(' ') + 1);
}

void refuse_scored_accounts(const FileReader& reader, const std::string& path) {
  const std::string night = scored_by(reader);
  if (night.empty()) return;
  refuse_file(ExitCode::kBadData, path,
              fmt::format("these are scored accounts, not the results of a night. Take those of the night that they "
                          "were scored by: {}",
                          night));
}

}  // namespace tessera::storage
