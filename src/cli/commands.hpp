#pragma once

#include <string>
#include <vector>

namespace tessera::cli {

/// The commands of `tessera`. Each takes the words after its name and returns what the process ends with.
/// They throw Error, and boost::program_options::error for a mistaken command line; main() turns both into messages.
int run_command(const std::vector<std::string>& words, int* argc, char*** argv);
int score_command(const std::vector<std::string>& words, int* argc, char*** argv);
int show_command(const std::vector<std::string>& words);
int release_command(const std::vector<std::string>& words);
int compare_command(const std::vector<std::string>& words);
int backtest_command(const std::vector<std::string>& words);
int trial_command(const std::vector<std::string>& words);
int doctor_command(const std::vector<std::string>& words, int* argc, char*** argv);
int plan_command(const std::vector<std::string>& words);
int generate_command(const std::vector<std::string>& words);

}  // namespace tessera::cli
