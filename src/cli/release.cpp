#include "tessera/release.hpp"

#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace tessera::cli {
namespace {

namespace po = boost::program_options;

struct Request {
  std::string file, baseline;
  ReleaseNote note;
  bool force = false;
};

Request read_request(const po::variables_map& values) {
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

}  // namespace

int release_command(const std::vector<std::string>& words) {
  po::options_description options("Options");
  options.add_options()("file", po::value<std::string>(), "results that the gate held, NIGHT.held.h5")(
      "by", po::value<std::string>(), "who releases them; kept in the night's manifest")(
      "because", po::value<std::string>(), "why; kept in the night's manifest")(
      "force", "although a later night has been published, or this one by a later run")(
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
  const Request request = read_request(parsed.values);
  if (!request.baseline.empty()) {
    make_baseline(request.file, request.baseline, request.note);
    std::cout << fmt::format("{} is the baseline from now on: {}\n", request.file, request.baseline);
    return 0;
  }
  const Published published = release_held(request.file, tell, request.note, request.force);
  std::cout << fmt::format("{} is published\ndigest {}\n", published.path, published.digest);
  return 0;
}

}  // namespace tessera::cli
