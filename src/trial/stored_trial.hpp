#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/job.hpp"
#include "trial/stored_accounts.hpp"

namespace tessera::trial {

/// What a results file keeps of its job, as far as a campaign needs it.
struct StoredJob {
  TrialSpec trial;
  std::string key;  ///< column of a campaign's rows that holds the account id
  KeyFormat key_format = KeyFormat::kText;
  bool pseudonymised = false;
  bool has_families = false;  ///< arms were drawn for families, not for accounts
};

struct StoredSegmentation {
  StoredSegments segments;
  std::vector<std::int32_t> arm;  ///< by row of /accounts: index into the job's arms, or −1
};

struct StoredTrial {
  std::string night;
  StoredJob job;
  std::vector<std::string> account_ids;
  std::vector<StoredSegmentation> segmentations;  ///< in the job's order
};

/// Throws Error(kNoInput) if the file is missing, Error(kBadData) if it is no results file, or one without [trial].
[[nodiscard]] StoredTrial read_stored_trial(const std::string& path);

}  // namespace tessera::trial
