#pragma once

#include <utility>

#include "lloyd/exact_lloyd.hpp"
#include "tessera/kmeans.hpp"

namespace tessera {

/// An iteration as a KmeansState keeps it, and back.
[[nodiscard]] inline KmeansState::Start start_at(int number, lloyd::Fixpoint at) {
  return {number, at.k, at.iterations, std::move(at.centroids), at.inertia, std::move(at.inertia_by_iteration)};
}

[[nodiscard]] inline lloyd::Fixpoint fixpoint_of(KmeansState::Start start) {
  return {start.k, std::move(start.centroids), start.inertia, start.iterations, std::move(start.inertia_by_iteration),
          false};
}

}  // namespace tessera
