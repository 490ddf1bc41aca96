#pragma once

#include <string>

#include "plan/rates.hpp"

namespace tessera::plan {

/// Measures what one core does, in a quarter of a minute on an idle machine. What is bound by the core is told in its
/// own time, so that others' work on the machine hardly shows; writing to the disk, into a file in `folder` that goes
/// again, takes as long as it takes. All-reduces are left at the default: they take ranks. Throws Error(kCannotWrite)
/// where `folder` or the folder for temporary files takes no file.
[[nodiscard]] Rates measure_rates(const std::string& folder);

}  // namespace tessera::plan
