#include "cli/options.hpp"

#include <iostream>

namespace tessera::cli {

namespace po = boost::program_options;

Parsed parse(const std::vector<std::string>& words, po::options_description& options,
             const po::positional_options_description& positional, const std::string& usage,
             const std::string& example) {
  options.add_options()("help,h", "this text");
  Parsed parsed;
  // Abbreviated options would change their meaning when a new option is added: a nightly script must not.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  po::store(po::command_line_parser(words).options(options).positional(positional).style(style).run(), parsed.values);
  if (parsed.values.count("help") != 0) {
    po::options_description visible;
    for (const auto& option : options.options())
      if (positional.max_total_count() == 0 || option->long_name() != positional.name_for_position(0))
        visible.add(option);
    std::cout << "Usage: " << usage << "\n\n" << visible << "\nExample:\n  " << example << "\n";
    parsed.help = true;
    return parsed;
  }
  po::notify(parsed.values);
  return parsed;
}

std::optional<TwoFiles> parse_two_files(const std::vector<std::string>& words, const std::string& what,
                                        const std::string& usage, const std::string& example,
                                        const po::options_description& own) {
  po::options_description options("Options");
  options.add_options()("files", po::value<std::vector<std::string>>()->default_value({}, ""), what.c_str())(
      "json", "the report as JSON");
  for (const auto& option : own.options()) options.add(option);
  po::positional_options_description positional;
  positional.add("files", -1);
  const Parsed parsed = parse(words, options, positional, usage, example);
  if (parsed.help) return std::nullopt;
  const auto files = parsed.values["files"].as<std::vector<std::string>>();
  if (files.size() != 2) throw po::error("two files are needed: " + what);
  return TwoFiles{files[0], files[1], parsed.values.count("json") != 0, parsed.values};
}

}  // namespace tessera::cli
