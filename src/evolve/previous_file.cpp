#include "evolve/previous_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "core/iso_date.hpp"
#include "nights/manifest.hpp"
#include "nights/newest.hpp"
#include "nights/published_nights.hpp"
#include "storage/results_file.hpp"
#include "storage/schema.hpp"
#include "storage/stored_table.hpp"
#include "tessera/publish.hpp"

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
  const storage::FileReader reader = storage::open_results(path);
  storage::refuse_scored_accounts(reader, path);
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

/// Beside tonight's results, and where last night's are said to be.
std::map<std::string, std::string> published_nights(const Job& job) {
  auto nights = nights::published_nights(fs::path(results_folder(job)) / nights::kNewest, job.name);
  nights.merge(nights::published_nights(job.previous->path, job.name));
  return nights;
}

/// Whether the link that a run keeps is what is missing, rather than what it leads to.
bool is_lost_link(const Job& job) {
  std::error_code none;
  const fs::path stated = fs::path(job.previous->path).lexically_normal();
  return stated == (fs::path(results_folder(job)) / nights::kNewest).lexically_normal() &&
         !fs::exists(fs::symlink_status(stated, none));
}

std::string what_is_missing(const std::string& stated) {
  std::error_code none;
  const fs::path target = fs::read_symlink(stated, none);
  return none ? fmt::format("{} is not there", stated)
              : fmt::format("{} links to {}, which is not there", stated, target.string());
}

/// Of a night without one before, although `earlier` was published.
std::string advice(const Job& job, const std::string& night, const std::pair<std::string, std::string>& earlier,
                   const std::string& missing) {
  std::error_code none;
  const bool is_there = fs::is_regular_file(earlier.second, none);
  const fs::path results = earlier.second, stated = job.previous->path;
  const fs::path target = results.parent_path() == stated.parent_path() ? results.filename() : results;
  return fmt::format(
      "{}, but the night of {} was published as {}{}: tonight's segments would get ids that others have had. {}. If "
      "tonight is to begin a new history, say so in the job: first_night = \"{}\" in [previous]",
      missing, earlier.first, earlier.second, is_there ? "" : ", which has gone as well",
      is_there ? fmt::format("Put it back: ln -sf {} {}", target.string(), stated.string())
               : "Put it back from a backup",
      night);
}

/// Nothing leads to a night before: is that so because there is none?
PreviousFile first_night(const Job& job, const std::string& night, const std::map<std::string, std::string>& published,
                         const std::string& found, bool only_before) {
  PreviousFile file;
  for (auto one = published.rbegin(); one != published.rend() && file.lost.empty(); ++one)
    if (only_before ? one->first < night : one->first != night) file.lost = advice(job, night, *one, found);
  if (file.lost.empty()) file.found = fmt::format("{}: this is the first night", found);
  return file;
}

/// The results that latest.h5 would link to, if they are whole.
std::string newest_of(const std::map<std::string, std::string>& published) {
  if (published.empty()) return "";
  const std::string manifest_path = night_files(published.rbegin()->second).manifest;
  const auto manifest = nights::read_manifest(manifest_path);
  if (!manifest || !nights::has_its_results(*manifest, manifest_path)) return "";
  return fs::canonical(published.rbegin()->second).string();
}

}  // namespace

PreviousFile find_previous_file(const Job& job, const std::string& night) {
  if (!job.previous) return {};
  const std::string& stated = job.previous->path;
  PreviousFile file;
  if (job.previous->first_night == night) {
    file.found = "[previous] first_night: a new history begins tonight";
    return file;
  }
  std::string newest = resolved(stated, stated);
  if (newest.empty()) {
    const auto published = published_nights(job);
    if (is_lost_link(job)) newest = newest_of(published);
    if (newest.empty()) return first_night(job, night, published, what_is_missing(stated), false);
    file.doubt = fmt::format(
        "{} is not there: {}, the newest night that was published beside it, is taken in its place. If tonight is to "
        "begin "
        "a new history, say so in the job: first_night = \"{}\" in [previous]",
        stated, newest, night);
  }
  std::set<std::string> seen;
  std::string was_at;
  for (std::string path = newest; seen.insert(path).second;) {
    const Chapter chapter = read_chapter(path);
    file.path = path;
    if (chapter.night < night) return file;
    if (chapter.before.empty()) {
      const std::string found = fmt::format("{} is of {} and the first", path, chapter.night);
      if (chapter.night > night) return first_night(job, night, published_nights(job), found, true);
      return {"", false, fmt::format("{}: so is tonight", found), "", "", ""};
    }
    was_at = chapter.before;
    path = resolved(chapter.before, path);
    if (path.empty()) break;
  }
  file.path = newest;
  file.is_gone = true;
  file.was_at = was_at;
  return file;
}

}  // namespace tessera::evolve
