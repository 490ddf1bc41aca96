#pragma once

#include <string>

#include "tessera/job.hpp"

namespace tessera::job {

/// The job as TOML with every default written out, in one fixed order, paths as people wrote them: load_job() of this
/// text in the same folder gives an equal job, and the text is the same wherever the folder lies. Not collective.
[[nodiscard]] std::string resolved(const Job& job);
/// One entry of `features`, and the line with `refine`.
[[nodiscard]] std::string resolved(const FeatureSpec& feature);
[[nodiscard]] std::string resolved(const RefineSpec& refine);
[[nodiscard]] std::string resolved(const PreviousSpec& previous);
[[nodiscard]] std::string resolved(const GateSpec& gate);
[[nodiscard]] std::string resolved(const ReviewSpec& review);

}  // namespace tessera::job
