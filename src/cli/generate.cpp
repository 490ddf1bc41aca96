#include "tessera/generate.hpp"

#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "core/threads.hpp"

namespace tessera::cli {

namespace po = boost::program_options;

int generate_command(const std::vector<std::string>& words) {
  GenerateOptions request;
  std::string events;
  po::options_description options("Options");
  options.add_options()("accounts", po::value(&request.accounts)->required(), "accounts on night 0")(
      "to", po::value(&request.directory)->required(), "folder for the files; made if missing")(
      "seed", po::value(&request.seed)->default_value(1), "another seed, another company")(
      "night", po::value(&request.night)->default_value(0), "the same company this many nights on")(
      "events", po::value(&events),
      "what befalls planted segments, as birth@6,split@12,merge@18,birth@24: KIND@NIGHT; those up to --night have "
      "happened (default: none)")("accounts-only", po::bool_switch(&request.accounts_only),
                                  "write accounts.csv and truth.csv alone")(
      "threads", po::value(&request.threads)->default_value(thread_budget().threads), "threads to write with");
  const Parsed parsed = parse(words, options, {}, "tessera generate --accounts N --to DIR [options]",
                              "tessera generate --accounts 100000 --seed 7 --to generated");
  if (parsed.help) return 0;
  if (request.accounts == 0) throw po::error("--accounts must be at least 1");
  if (request.night < 0) throw po::error("--night must not be negative");
  if (request.threads < 1) throw po::error("--threads must be at least 1");
  request.events = parse_planted_events(events);
  const GenerateReport report = generate_company(request);
  std::cout << fmt::format("{} accounts in {} planted segments, {:.1f} MB in {:.2f} s ({:.0f} MB/s), in {}\n",
                           request.accounts, report.planted_segments, static_cast<double>(report.bytes) / 1e6,
                           report.seconds, static_cast<double>(report.bytes) / 1e6 / std::max(report.seconds, 1e-9),
                           request.directory);
  return 0;
}

}  // namespace tessera::cli
