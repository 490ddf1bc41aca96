#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tessera::cli {

/// What a command's words mean.
struct Parsed {
  boost::program_options::variables_map values;
  bool help = false;  ///< --help was asked for and has been printed
};

/// Parses `words` by `options` and `positional`. Prints `usage`, the options and `example` on --help.
/// Throws boost::program_options::error for an unknown option, a missing argument or a value of the wrong kind.
[[nodiscard]] Parsed parse(const std::vector<std::string>& words, boost::program_options::options_description& options,
                           const boost::program_options::positional_options_description& positional,
                           const std::string& usage, const std::string& example);

/// What a command that sets two files side by side was given.
struct TwoFiles {
  std::string first, second;
  bool as_json = false;
  boost::program_options::variables_map values;  ///< of the command's own options
};

/// Parses the words of such a command: two files, --json and `own` options. `what` says what the files are, for --help
/// and for the message where there are not two. Nothing if --help was asked for and has been printed. Throws as
/// parse().
[[nodiscard]] std::optional<TwoFiles> parse_two_files(const std::vector<std::string>& words, const std::string& what,
                                                      const std::string& usage, const std::string& example,
                                                      const boost::program_options::options_description& own = {});

}  // namespace tessera::cli
