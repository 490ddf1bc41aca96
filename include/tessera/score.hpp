#pragma once

#include <map>
#include <string>

#include "tessera/context.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// What is scored, by what.
struct ScoreRequest {
  std::string results;                        ///< path of the night's results
  std::string source;                         ///< path of the accounts: what stands for the job's population source
  std::map<std::string, std::string> others;  ///< by name: paths of further sources of that job
  std::string output;                         ///< path of what is written
  std::string key_file;                       ///< of the pseudonyms, where the night has them; empty: as the job says
};

/// Puts accounts into the segments of a night, by its stored models: the same bits as that night would give them. The
/// sources are read as on that night: types, ways of writing and as_of. A source of the job that is not given lacks,
/// and what it would have told is missing. Collective. The output is a results file without models, insight or history;
/// see include/tessera/results.hpp for how it is written. Throws as read_stored_models(), check_is_whole(), ingest()
/// and write_results(); Error(kUsage) for a source that the job does not have.
[[nodiscard]] Published score(const Context& context, const ScoreRequest& request);

}  // namespace tessera
