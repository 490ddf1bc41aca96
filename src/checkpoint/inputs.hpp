#pragma once

#include <string>
#include <vector>

#include "checkpoint/state.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::checkpoint {

/// The files that decide what a run finds on a night, as rank 0 sees them now; without content hashes. Collective.
[[nodiscard]] std::vector<InputState> inputs_of(const Context& context, const Job& job, const std::string& night,
                                                const std::vector<SourceHead>& heads);

/// Adds the content hashes of the sources' files, as ingest has found them.
void add_hashes(const IngestReport& report, std::vector<InputState>& inputs);

/// What has changed from `kept` to `now`, in words, by name; empty: nothing. A file with another time is read again
/// where its content hash is known: to copy it changes nothing. Collective.
[[nodiscard]] std::string what_changed(const Context& context, const std::vector<InputState>& kept,
                                       const std::vector<InputState>& now);

}  // namespace tessera::checkpoint
