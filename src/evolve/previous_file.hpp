#pragma once

#include <string>

#include "tessera/job.hpp"

namespace tessera::evolve {

/// Which results file is last night's.
struct PreviousFile {
  std::string path;      ///< links resolved; empty: there is no night before
  bool is_gone = false;  ///< `path` is a later night, and the one before tonight is gone: of `path` only ids count
  std::string found;     ///< where there is none: what was found instead, for people
  std::string doubt;     ///< what a person should know of how it was found; empty: nothing
  /// There is none, although nights of the job were published: what is missing, and what to do. Segments would be given
  /// ids that others have had. Empty: nothing is.
  std::string lost;
  std::string was_at;  ///< `is_gone`: where the night before tonight is said to have been
};

/// Follows [previous] `path` to the newest night before `night`. Where that is latest.h5 beside the results, and the
/// link alone has gone, it is followed from the newest published night, to which the link led. Not collective: files
/// may change while ranks look, so one looks for all. Throws Error(kBadData) if a file on the way is no results file.
[[nodiscard]] PreviousFile find_previous_file(const Job& job, const std::string& night);

}  // namespace tessera::evolve
