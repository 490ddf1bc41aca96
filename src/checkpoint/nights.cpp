#include "checkpoint/nights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "checkpoint/generations.hpp"
#include "checkpoint/place.hpp"
#include "nights/lock_file.hpp"
#include "parallel/communicator.hpp"
#include "tessera/results.hpp"

namespace tessera::checkpoint {
namespace {

namespace fs = std::filesystem;

/// When the newest state of a checkpoint was kept; nothing where there is none.
std::optional<fs::file_time_type> kept_at(const Place& place) {
  std::optional<fs::file_time_type> newest;
  for (const std::string& path : place.states) {
    std::error_code none;
    const auto time = fs::last_write_time(path, none);
    if (!none && (!newest || time > *newest)) newest = time;
  }
  return newest;
}

/// Nights with a checkpoint, that which was kept last at the end.
std::vector<std::string> kept_nights(const Job& job) {
  std::vector<std::pair<fs::file_time_type, std::string>> kept;
  for (const std::string& night : nights_with_folder(job))
    if (const auto time = kept_at(place_of(job, night))) kept.emplace_back(*time, night);
  std::ranges::sort(kept);
  std::vector<std::string> nights;
  nights.reserve(kept.size());
  for (auto& [time, night] : kept) nights.push_back(std::move(night));
  return nights;
}

/// A night that has one file for all is locked by who has just published it, and so by nobody else.
bool is_at_work(const Job& job, const std::string& night, const std::string& published_path) {
  const std::string path = result_path(job, night);
  return path != published_path && !nights::ended_locks(path, night_files(published_path).manifest);
}

}  // namespace

std::string kept_night(const Context& context, const Job& job) {
  std::vector<std::string> nights;
  if (context.comm.is_root()) nights = kept_nights(job);
  const std::string last = context.comm.broadcast_text(nights.empty() ? "" : nights.back());
  if (last.empty()) return "";
  if (nights.size() > 1) {
    nights.pop_back();
    std::ranges::sort(nights);
    context.journal.info(
        fmt::format("checkpoints of the nights {} are there as well: --night with one of these goes on from it",
                    fmt::join(nights, ", ")));
  }
  Journal silent(false);  // the run that follows says it again
  const std::optional<State> kept = newest_state({context.comm, silent, context.threads}, place_of(job, last));
  return kept ? last : "";
}

void remove_of_earlier_nights(const Context& context, const Job& job, const std::string& published_night) {
  if (!context.comm.is_root()) return;
  const std::string published_path = result_path(job, published_night);
  for (const std::string& night : nights_with_folder(job)) {
    if (night >= published_night || is_at_work(job, night, published_path)) continue;
    const Place place = place_of(job, night);
    remove_all(place);
    context.journal.info(fmt::format(
        "removed the checkpoint of the night of {} in {}: that of {} is published, and nobody is at work on it", night,
        place.folder, published_night));
  }
}

}  // namespace tessera::checkpoint
