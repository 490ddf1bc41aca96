#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nights/manifest.hpp"
#include "nights/run_record.hpp"
#include "tessera/input_bytes.hpp"
#include "tessera/results.hpp"

namespace tessera::nights {

/// What results tell of the run that made them, with the size of their file and what they were made from.
[[nodiscard]] RunFigures figures_of(const ResultsSummary& results, std::uint64_t written_bytes,
                                    const std::vector<InputBytes>& inputs);

/// The run that published a night, as far as its manifest and results tell of it: not how long it took, nor how evenly.
/// `read` gives the results of a path. Nothing where no manifest says that the night was published. Throws as `read`.
[[nodiscard]] std::optional<RunRecord> record_of_night(const std::string& results_path,
                                                       const std::function<ResultsSummary(const std::string&)>& read);

}  // namespace tessera::nights
