#pragma once

#include <boost/program_options.hpp>
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

}  // namespace tessera::cli
