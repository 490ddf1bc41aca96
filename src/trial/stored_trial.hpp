#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"

namespace tessera::trial {

/// What a results file keeps of its job, as far as a campaign needs it.
struct StoredJob {
  TrialSpec trial;
  std::string key;  ///< column of a campaign's rows that holds the account id
  KeyFormat key_format = KeyFormat::kText;
  bool pseudonymised = false;
};

/// One segmentation of a results file, account by account. Vectors are by row of /accounts.
struct StoredSegmentation {
  std::string name;
  std::vector<Segment> segments;                 ///< id, level, name and parent
  std::vector<std::int32_t> macro, core, micro;  ///< rows of `segments`, or −1
  std::vector<std::int32_t> arm;                 ///< index into the job's arms, or −1
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
