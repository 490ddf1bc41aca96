#include "score_output.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "storage/durable_file.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

/// A results file that a night wrote, not `score`.
bool is_a_night(const std::string& path) {
  namespace schema = storage::schema;
  try {
    const storage::FileReader reader(path, ExitCode::kBadData, "");
    return reader.text(std::string(schema::root::kPath), std::string(schema::root::kFormatAttribute)) ==
               schema::kFormat &&
           !reader.has_attribute(std::string(schema::run::kPath), std::string(schema::run::kScoredBy));
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

void check_score_output(const ScoreRequest& request) {
  const std::string& output = request.output;
  const std::string folder = storage::folder_of(output);
  std::error_code none;
  if (!fs::is_directory(folder, none))
    throw Error(ExitCode::kCannotWrite,
                fmt::format("-o {}: there is no folder {}; make it, or give another path", output, folder));
  if (!fs::exists(output, none)) return;
  const auto refuse_if_read = [&](const std::string& path) {
    if (fs::equivalent(output, path, none))
      throw Error(ExitCode::kUsage, fmt::format("-o {}: that file is read ({}); give another path", output, path));
  };
  refuse_if_read(request.results);
  refuse_if_read(request.source);
  for (const auto& [name, path] : request.others) refuse_if_read(path);
  if (is_a_night(output))
    throw Error(ExitCode::kUsage,
                fmt::format("-o {}: these are the results of a night, which scored accounts must not replace; give "
                            "another path",
                            output));
}

}  // namespace tessera
