#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"

namespace tessera::parallel {

/// Collective. If any rank brings an error, all ranks throw the error of the lowest such rank, marked as known
/// everywhere. A safe point as well: see stop_together().
void throw_together(const Communicator& comm, const std::optional<Error>& mine);

/// Collective. A safe point: if any rank was asked to stop (parallel/stop_signal.hpp), all throw Error(kStopped) here.
/// Stages pass one every second or so; wherever ranks agree on errors is one.
void stop_together(const Communicator& comm);

/// All ranks have agreed that the run stops: throws Error(kStopped), and no further stop is taken.
[[noreturn]] void throw_stopped();

/// Collective. Runs `work` (which must not communicate) on every rank and returns what it returned; if it threw on any
/// rank, all ranks throw that error. std::bad_alloc and other exceptions become Error(kInternal) with their text.
void run_together(const Communicator& comm, const std::function<void()>& work);

template <class Work>
[[nodiscard]] auto compute_together(const Communicator& comm, Work&& work) {
  std::optional<std::invoke_result_t<Work>> result;
  run_together(comm, [&] { result.emplace(std::forward<Work>(work)()); });
  return std::move(*result);
}

}  // namespace tessera::parallel
