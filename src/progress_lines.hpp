#pragma once

#include <string>

#include "tessera/evolve.hpp"
#include "tessera/results.hpp"

namespace tessera::progress {

/// What the stages of a run have made, in a few words for the log: "20,000 accounts of 8 sources".

[[nodiscard]] std::string of_ingest(const RunResults& results, bool from_checkpoint);
[[nodiscard]] std::string of_last_night(const LastNight& last_night);
/// Empty where the job has no gate.
[[nodiscard]] std::string of_gate(const GateReport& gate);
[[nodiscard]] std::string of_results(const Published& published);

/// What a run that was stopped can be resumed from.
enum class Kept {
  kEarlier,  ///< whatever was kept before: nothing could be now
  kNight,    ///< nothing but which night it is
  kAccounts  ///< what was taken in, at least
};
/// What a run says that was stopped. `stage` may be empty: before the first.
[[nodiscard]] std::string of_stop(const std::string& stage, Kept kept, const std::string& folder);

}  // namespace tessera::progress
