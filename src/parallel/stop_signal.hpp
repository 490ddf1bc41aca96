#pragma once

#include <functional>

namespace tessera::parallel {

/// From now on SIGUSR1, SIGTERM and SIGINT set a flag instead of ending the process, and stops are taken. Idempotent.
void catch_stop_signals();
/// One more cause to stop, asked where the flag is: that time is up. It takes the place of the one before.
void stop_also_when(std::function<bool()> cause);
/// Whether this rank was asked to stop. Ranks must agree on it before they act: see agreement.hpp.
[[nodiscard]] bool stop_requested();
/// From here on nobody is asked any more: a stop has been agreed on, or the run is past the point where one makes
/// sense. On all ranks at the same place.
void take_no_more_stops() noexcept;

}  // namespace tessera::parallel
