#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options/errors.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "parallel/stop_signal.hpp"
#include "tessera/errors.hpp"

namespace {

constexpr const char* kUsage = R"(tessera: segments every business that a company sells to, each night

  tessera run JOB [--set key=value]... [--night DATE] [--dry-run | --where] [--resume] [--max-time T] [--forget IDS.csv]
                                                                    the nightly job; under mpirun and srun as well
  tessera plan JOB [--nodes N] [--json]                             memory, time and the sbatch line, before anyone queues
  tessera score RESULTS.h5 ACCOUNTS.csv -o OUT.h5 [--source N=PATH] new accounts into that night's segments
  tessera show RESULTS.h5 [SEGMENT] [--json]                        the summary, or one segment's card
  tessera compare OLD.h5 NEW.h5 [--json]                            what moved between two nights, or two designs
  tessera release NIGHT.held.h5 [--by NAME --because TEXT]          publish what the gate held
  tessera trial RESULTS.h5 CAMPAIGN.csv [--json]                    what a campaign brought, by segment
  tessera backtest EARLIER.h5 LATER.h5 [--json]                     what segments told of what accounts did later
  tessera generate --accounts N --to DIR [--seed S] [--night K]     a believable B2B company with known truth
  tessera doctor [--json | --measure]                               what this machine and build can do, and how fast

Each command has --help with an example.
)";

constexpr int kUsageExit = static_cast<int>(tessera::ExitCode::kUsage);

/// Threads that spin while they wait take the core from the next rank. GCC's OpenMP reads OMP_WAIT_POLICY when it is
/// loaded, before main: the one way to choose it from inside is to start again with it set. Where that fails the run is
/// slower, not wrong.
void wait_passively(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || ::setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
  ::execv("/proc/self/exe", argv);
}

int dispatch(const std::string& command, const std::vector<std::string>& words, int* argc, char*** argv) {
  if (command == "run") return tessera::cli::run_command(words, argc, argv);
  if (command == "score") return tessera::cli::score_command(words, argc, argv);
  if (command == "show") return tessera::cli::show_command(words);
  if (command == "compare") return tessera::cli::compare_command(words);
  if (command == "release") return tessera::cli::release_command(words);
  if (command == "trial") return tessera::cli::trial_command(words);
  if (command == "backtest") return tessera::cli::backtest_command(words);
  if (command == "generate") return tessera::cli::generate_command(words);
  if (command == "doctor") return tessera::cli::doctor_command(words, argc, argv);
  if (command == "plan") return tessera::cli::plan_command(words);
  if (command == "--help" || command == "-h" || command == "help") {
    std::cout << kUsage;
    return 0;
  }
  if (command == "--version") {
    std::cout << "tessera " TESSERA_VERSION "\n";
    return 0;
  }
  fmt::print(stderr, "tessera: there is no command \"{}\"\n\n{}", command, kUsage);
  return kUsageExit;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "{}", kUsage);
    return kUsageExit;
  }
  const std::string command = argv[1];
  if (command == "run") tessera::parallel::hold_back_stop_signals();
  if (command == "run" || command == "score") wait_passively(argv);
  if (command == "run") tessera::parallel::note_stop_signals();
  try {
    return dispatch(command, std::vector<std::string>(argv + 2, argv + argc), &argc, &argv);
  } catch (const boost::program_options::error& error) {
    fmt::print(stderr, "tessera {}: {}; see tessera {} --help\n", command, error.what(), command);
    return kUsageExit;
  } catch (const tessera::Error& error) {
    fmt::print(stderr, "tessera: {}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "tessera {}: an unforeseen error: {}. This is a bug of Tessera's; please report it\n", command,
               error.what());
    return static_cast<int>(tessera::ExitCode::kInternal);
  }
}
