#pragma once

#include <functional>
#include <string>

#include "tessera/publish.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// Who decided on a night in the place of the gate, and why; what nobody said is empty.
struct ReleaseNote {
  std::string by, because;
};

/// Publishes what the gate held: the results get their final name, latest.h5 is linked to them unless it links to a
/// later night, the manifest is written, with the note, and the figures of the night, as a run leaves them. A release
/// that was cut short is finished by the next. Not collective, no MPI. `tell` hears what is worth a line, `read` gives
/// the results of a path. Throws Error(kUsage) for a path that is not of held results and, unless `force`, where a
/// later night was published, or this one by a later run; kNoInput where none were held, kBadData where they are not
/// those of their manifest, kCannotWrite.
Published release_held(const std::string& held_path, const std::function<void(const std::string&)>& tell,
                       const std::function<ResultsSummary(const std::string&)>& read, const ReleaseNote& note,
                       bool force = false);

/// Makes a published night the baseline of [review], by a copy of its own that no retention takes away; who approved it
/// and why stand beside it in BASELINE.json. Not collective, no MPI. Throws Error(kNoInput) if there are no such
/// results, kBadData if they are not those of a published night's manifest, kCannotWrite.
void make_baseline(const std::string& results_path, const std::string& baseline_path, const ReleaseNote& note);

}  // namespace tessera
