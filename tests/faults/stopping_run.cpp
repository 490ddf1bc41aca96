#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "parallel/stop_signal.hpp"
#include "tessera/errors.hpp"

/// `tessera run`, asked to stop at one safe point of all that it passes: the TESSERA_STOP_AT-th on every rank, so that
/// a test can stop it anywhere, and at the same place again. Where that is not set it tells at the end how many there
/// were, and how long the longest wait for the next one was: a signal is heard at most so late.
int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const char* wanted = std::getenv("TESSERA_STOP_AT");
  const long stop_at = wanted == nullptr ? 0 : std::atol(wanted);
  long safe_points = 0, after = 0;
  Clock::time_point last = Clock::now();
  Clock::duration longest{};
  tessera::parallel::stop_also_when([&] {
    const Clock::time_point now = Clock::now();
    if (now - last > longest) after = safe_points;
    longest = std::max(longest, now - last);
    last = now;
    ++safe_points;
    return stop_at > 0 && safe_points >= stop_at;
  });
  const std::vector<std::string> words(argv + 2, argv + argc);  // "run" comes first, as for the program
  const int code = tessera::cli::run_command(words, &argc, &argv);
  if (stop_at == 0)
    fmt::print(stderr, "safe points: {}; the longest wait: {:.3f} s, after number {}\n", safe_points,
               std::chrono::duration<double>(longest).count(), after);
  return code;
}
