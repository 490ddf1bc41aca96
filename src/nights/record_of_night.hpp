#pragma once

#include "nights/manifest.hpp"
#include "nights/run_record.hpp"
#include "tessera/results.hpp"

namespace tessera::nights {

/// The run that published a night, as far as its manifest and results tell of it: not how long it took, nor how evenly.
[[nodiscard]] RunRecord record_of_night(const Manifest& manifest, const ResultsSummary& results);

}  // namespace tessera::nights
