#pragma once

#include <vector>

#include "tessera/ingest.hpp"
#include "tessera/job.hpp"
#include "tessera/score.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// The night's job with what is to be scored for its population, without the sources that are not given and all that
/// only a night's results need. Days that histories are seen from are those of the night. Not collective. Throws
/// Error(kUsage) for a source that the job does not have.
[[nodiscard]] Job scoring_job(const StoredModels& night, const ScoreRequest& request);

/// Takes out what the job says of columns that none of the sources has. Not collective.
void leave_out_absent_columns(const std::vector<SourceHead>& heads, Job& job);

/// Columns that the job names are read as on that night, whatever the new files show. Those of accounts that it does
/// not name lose their names in the heads, and so are read past. The heads have passed check_columns(). Not collective.
void read_as_on_that_night(const StoredModels& night, std::vector<SourceHead>& heads, Job& job);

}  // namespace tessera
