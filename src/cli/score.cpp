#include "tessera/score.hpp"

#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "cli/in_session.hpp"
#include "cli/options.hpp"
#include "cli/summary.hpp"
#include "parallel/communicator.hpp"

namespace tessera::cli {
namespace {

namespace po = boost::program_options;

ScoreRequest read_scoring(const po::variables_map& values) {
  ScoreRequest request;
  const auto files =
      values.count("files") == 0 ? std::vector<std::string>{} : values["files"].as<std::vector<std::string>>();
  if (files.size() != 2) throw po::error("score needs a results file and a file of accounts");
  if (values.count("output") == 0) throw po::error("score needs -o OUT, the file to write");
  request.results = files[0];
  request.source = files[1];
  request.output = values["output"].as<std::string>();
  if (request.output.empty() || request.output.ends_with('/')) throw po::error("-o takes the path of a file");
  if (values.count("key-file") != 0) request.key_file = values["key-file"].as<std::string>();
  if (values.count("source") == 0) return request;
  for (const std::string& one : values["source"].as<std::vector<std::string>>()) {
    const std::size_t equals = one.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == one.size())
      throw po::error(fmt::format("--source takes NAME=PATH, not \"{}\"", one));
    if (!request.others.emplace(one.substr(0, equals), one.substr(equals + 1)).second)
      throw po::error(fmt::format("--source names \"{}\" twice", one.substr(0, equals)));
  }
  return request;
}

int score_in_session(parallel::Session& session, const ScoreRequest& request) {
  Journal journal(session.world().is_root());
  const Context context{session.world(), journal, session.threads().threads};
  const Published published = score(context, request);
  if (session.world().is_root()) print_summary(std::cout, read_summary(published.path), 12);
  return 0;
}

}  // namespace

int score_command(const std::vector<std::string>& words, int* argc, char*** argv) {
  po::options_description options("Options");
  options.add_options()("files", po::value<std::vector<std::string>>(),
                        "the night's results, and the accounts to score")("output,o", po::value<std::string>(),
                                                                          "the file to write")(
      "source", po::value<std::vector<std::string>>()->composing(),
      "NAME=PATH: a further source of the night's job, such as its orders; may be repeated. What a source that is not "
      "given would have told is missing, and filled as the model fills it")(
      "key-file", po::value<std::string>(), "the key of the pseudonyms, where the night has them");
  po::positional_options_description positional;
  positional.add("files", -1);
  const Parsed parsed = parse(words, options, positional,
                              "tessera score RESULTS.h5 SOURCE -o OUT.h5 [options], also under mpirun and srun",
                              "tessera score jobs/results/company/latest.h5 new.csv -o scored.h5 --source "
                              "orders=new-orders.csv");
  if (parsed.help) return 0;
  const ScoreRequest request = read_scoring(parsed.values);
  return in_session(argc, argv, "the results file and what was scored",
                    [&](parallel::Session& session) { return score_in_session(session, request); });
}

}  // namespace tessera::cli
