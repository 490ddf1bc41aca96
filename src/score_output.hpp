#pragma once

#include "tessera/score.hpp"

namespace tessera {

/// Whether what is scored may be written where it is asked for. Not collective. Throws Error(kCannotWrite) where the
/// folder is not there, and Error(kUsage) where the file is one that is read, or a night's own results.
void check_score_output(const ScoreRequest& request);

}  // namespace tessera
