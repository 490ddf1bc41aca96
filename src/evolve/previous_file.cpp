#include "evolve/previous_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "core/iso_date.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "storage/stored_table.hpp"

namespace tessera::evolve {

namespace {

namespace fs = std::filesystem;
namespace schema = storage::schema;

/// What a results file says of its night, and of the one that it was made after.
struct Chapter {
  std::string night;
  std::string before;  ///< path; empty: it was a first night
};

Chapter read_chapter(const std::string& path) {
  const storage::FileReader reader(path, ExitCode::kBadData, storage::kAdvice);
  storage::check_format(reader, path);
  Chapter chapter;
  chapter.night = reader.text(std::string(schema::root::kPath), std::string(schema::root::kNight));
  if (!parse_iso_date(chapter.night)) storage::refuse(path, fmt::format("its night is \"{}\"", chapter.night));
  const std::string run(schema::run::kPath);
  if (reader.has_attribute(run, std::string(schema::run::kPrevious)))
    chapter.before = reader.text(run, std::string(schema::run::kPrevious));
  return chapter;
}

/// The file itself, where it is said to be or, as folders of results are moved, beside the one that names it; empty:
/// in neither place.
std::string resolved(const fs::path& said, const fs::path& named_by) {
  std::error_code none;
  for (const fs::path& path : {said, named_by.parent_path() / said.filename()})
    if (fs::is_regular_file(path, none)) return fs::canonical(path).string();
  return "";
}

}  // namespace

PreviousFile find_previous_file(const Job& job, const std::string& night) {
  if (!job.previous) return {};
  const std::string& stated = job.previous->path;
  const std::string newest = resolved(stated, stated);
  if (newest.empty()) return {"", false, fmt::format("{} is not there: this is the first night", stated), ""};
  std::set<std::string> seen;
  std::string was_at;
  for (std::string path = newest; seen.insert(path).second;) {
    const Chapter chapter = read_chapter(path);
    if (chapter.night < night) return {path, false, "", ""};
    if (chapter.before.empty())
      return {"", false, fmt::format("{} is of {} and the first: so is tonight", path, chapter.night), ""};
    was_at = chapter.before;
    path = resolved(chapter.before, path);
    if (path.empty()) break;
  }
  return {newest, true, "", was_at};
}

}  // namespace tessera::evolve
