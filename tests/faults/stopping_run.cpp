#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "parallel/stop_signal.hpp"
#include "tessera/errors.hpp"

/// `tessera run`, asked to stop at one safe point of all that it passes: the TESSERA_STOP_AT-th on every rank, so that
/// a test can stop it anywhere, and at the same place again. Where that is not set it tells at the end how many there
/// were, and the longest waits for the next one, each with the number of the one that it came after: a signal is heard
/// at most so late.
int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const char* wanted = std::getenv("TESSERA_STOP_AT");
  const long stop_at = wanted == nullptr ? 0 : std::atol(wanted);
  constexpr std::size_t kTold = 8;
  long safe_points = 0;
  std::vector<std::pair<double, long>> waits;  // seconds, and after which; the longest first
  Clock::time_point last = Clock::now();
  tessera::parallel::stop_also_when([&] {
    const Clock::time_point now = Clock::now();
    waits.emplace_back(std::chrono::duration<double>(now - last).count(), safe_points);
    std::sort(waits.rbegin(), waits.rend());
    if (waits.size() > kTold) waits.pop_back();
    last = now;
    ++safe_points;
    return stop_at > 0 && safe_points >= stop_at;
  });
  const std::vector<std::string> words(argv + 2, argv + argc);  // "run" comes first, as for the program
  const int code = tessera::cli::run_command(words, &argc, &argv);
  if (stop_at == 0) {
    std::string told;
    for (const auto& [seconds, after] : waits) told += fmt::format(", {:.3f} s after number {}", seconds, after);
    fmt::print(stderr, "safe points: {}; the longest waits: {}\n", safe_points,
               told.substr(std::min<std::size_t>(2, told.size())));
  }
  return code;
}
