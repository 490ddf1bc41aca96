#include <iostream>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/summary.hpp"

namespace tessera::cli {

namespace po = boost::program_options;

int show_command(const std::vector<std::string>& words) {
  po::options_description options("Options");
  options.add_options()("words", po::value<std::vector<std::string>>(), "results file, and a segment")(
      "json", "as JSON, the summary or the card")("all", "every segment, not the largest twelve a level");
  po::positional_options_description positional;
  positional.add("words", -1);
  const Parsed parsed = parse(words, options, positional, "tessera show RESULTS.h5 [SEGMENT] [options]",
                              "tessera show jobs/results/company/latest.h5 S-0007");
  if (parsed.help) return 0;
  if (parsed.values.count("words") == 0) throw po::error("show needs a results file");
  const auto& given = parsed.values["words"].as<std::vector<std::string>>();
  if (given.size() > 2) throw po::error("show takes a results file and at most one segment; quote a name with spaces");

  const ResultsSummary summary = read_summary(given[0]);
  const bool as_json = parsed.values.count("json") != 0;
  if (given.size() == 2)
    (as_json ? print_card_json : print_card)(std::cout, summary, given[1]);
  else if (as_json)
    print_json(std::cout, summary);
  else
    print_summary(std::cout, summary, parsed.values.count("all") != 0 ? static_cast<std::size_t>(-1) : 12);
  return 0;
}

}  // namespace tessera::cli
