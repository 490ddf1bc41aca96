#pragma once

#include "nights/manifest.hpp"
#include "results/content.hpp"
#include "tessera/context.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// The manifest of what a run is about to publish. Collective.
[[nodiscard]] nights::Manifest manifest_of(const Context& context, const RunResults& results, const RunFacts& facts,
                                           const Published& published);

}  // namespace tessera::results
