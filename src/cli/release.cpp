#include "tessera/release.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "nights/newest.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"

namespace tessera::cli {
namespace {

namespace po = boost::program_options;

struct Request {
  std::string file, baseline;
  ReleaseNote note;
  bool force = false;
};

Request read_release(const po::variables_map& values) {
  const auto text = [&](const char* name) {
    return values.count(name) == 0 ? std::string() : values[name].as<std::string>();
  };
  Request request{text("file"), text("baseline"), {text("by"), text("because")}, values.count("force") != 0};
  if (request.file.empty()) throw po::error("release needs the results that were held, NIGHT.held.h5");
  if (values.count("baseline") != 0 && request.baseline.empty())
    throw po::error("--baseline takes the path that [review] baseline of the job names");
  return request;
}

void tell(const std::string& line) {
  fmt::print(stderr, "tessera release: {}\n", line);
}

/// The night that these results go on from; empty: from none.
std::string made_after(const ResultsSummary& held) {
  std::string night;
  for (const ResultsSummary::Segmentation& one : held.segmentations)
    if (one.succession) night = std::max(night, one.succession->since);
  return night;
}

/// Results that do not go on from the newest night may have given an id to a segment of their own that means another
/// there. Where a release was cut short they have their final name already, and this was asked before.
void check_goes_on(const std::string& held_path) {
  if (!std::filesystem::exists(held_path)) return;
  const std::string newest = nights::newest_night(held_path);
  if (newest.empty()) return;
  const ResultsSummary held = read_summary(held_path);
  const std::string before = made_after(held);
  if (before.empty() || newest <= before || newest >= held.night) return;
  throw Error(ExitCode::kUsage,
              fmt::format("{}: it goes on from the night of {}, but that of {} has been published since, and an id may "
                          "be of one segment here and of another there. Run this night again (tessera run JOB --night "
                          "{}); --force publishes it as it is",
                          held_path, before, newest, held.night));
}

}  // namespace

int release_command(const std::vector<std::string>& words) {
  po::options_description options("Options");
  options.add_options()("file", po::value<std::string>(), "results that the gate held, NIGHT.held.h5")(
      "by", po::value<std::string>(), "who releases them; kept in the night's manifest")(
      "because", po::value<std::string>(), "why; kept in the night's manifest")(
      "force",
      "although a later night has been published, or this one by a later run, or one that it does not go on from")(
      "baseline", po::value<std::string>(),
      "PATH: makes a published night the baseline of [review], by copying it there; who and why stand in PATH.json");
  po::positional_options_description positional;
  positional.add("file", 1);
  const Parsed parsed =
      parse(words, options, positional,
            "tessera release NIGHT.held.h5 [--by NAME --because TEXT] [--force]\n"
            "       tessera release NIGHT.h5 --baseline PATH [--by NAME --because TEXT]",
            "tessera release results/company/2026-01-31.held.h5 --by ana --because \"a branch was sold\"");
  if (parsed.help) return 0;
  const Request request = read_release(parsed.values);
  if (!request.baseline.empty()) {
    make_baseline(request.file, request.baseline, request.note);
    std::cout << fmt::format("{} is the baseline from now on: {}\n", request.file, request.baseline);
    return 0;
  }
  if (!request.force && request.file.ends_with(".held.h5")) check_goes_on(request.file);
  const Published published = release_held(request.file, tell, read_summary, request.note, request.force);
  std::cout << fmt::format("{} is published\ndigest {}\n", published.path, published.digest);
  return 0;
}

}  // namespace tessera::cli
