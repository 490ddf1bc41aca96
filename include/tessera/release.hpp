#pragma once

#include <functional>
#include <string>

#include "tessera/publish.hpp"

namespace tessera {

/// Who decided on a night in the place of the gate, and why; what nobody said is empty.
struct ReleaseNote {
  std::string by, because;
};

/// release_held() with a note in the manifest. Unless `force`, it throws Error(kUsage) where a later night was
/// published, or this one by a later run; release_held() without does as well.
Published release_held(const std::string& held_path, const std::function<void(const std::string&)>& tell,
                       const ReleaseNote& note, bool force = false);

/// Makes a published night the baseline of [review], by a copy of its own that no retention takes away; who approved it
/// and why stand beside it in BASELINE.json. Not collective, no MPI. Throws Error(kNoInput) if there are no such
/// results, kBadData if they are not those of a published night's manifest, kCannotWrite.
void make_baseline(const std::string& results_path, const std::string& baseline_path, const ReleaseNote& note);

}  // namespace tessera
