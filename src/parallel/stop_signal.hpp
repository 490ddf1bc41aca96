#pragma once

namespace tessera::parallel {

/// From now on SIGUSR1, SIGTERM and SIGINT set a flag instead of ending the process. Idempotent.
void catch_stop_signals();
/// Whether one has come to this rank. Ranks must agree on it (an all_reduce) before they act.
[[nodiscard]] bool stop_requested() noexcept;

}  // namespace tessera::parallel
