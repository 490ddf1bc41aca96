#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"

namespace tessera::parallel {

/// Collective. If any rank brings an error, all ranks throw the error of the lowest such rank, marked as known
/// everywhere.
void throw_together(const Communicator& comm, const std::optional<Error>& mine);

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
