#pragma once

#include <functional>

namespace tessera::parallel {

/// From now on SIGUSR1, SIGTERM and SIGINT set a flag instead of ending the process, those that were held back too; it
/// is heeded once stops are taken. For the first line of main(): MPI takes its time to start. Idempotent.
void note_stop_signals();
/// Until they are noted these signals wait, in a program as well that this process becomes by exec().
void hold_back_stop_signals();
/// Notes them, and from now on stops are taken: wherever ranks agree is a safe point. Idempotent.
void catch_stop_signals();
/// One more cause to stop, asked where the flag is: that time is up. It takes the place of the one before.
void stop_also_when(std::function<bool()> cause);
/// Whether this rank was asked to stop. Ranks must agree on it before they act: see agreement.hpp.
[[nodiscard]] bool stop_requested();
/// From here on nobody is asked any more: a stop has been agreed on, or the run is past the point where one makes
/// sense. On all ranks at the same place.
void take_no_more_stops() noexcept;

}  // namespace tessera::parallel
