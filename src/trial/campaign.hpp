#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trial/stored_trial.hpp"

namespace tessera::trial {

/// What a campaign's rows say of one account, added up.
struct Outcome {
  bool is_known = false;         ///< it has a row
  std::int8_t responded = -1;    ///< 1: by any row; 0: by all that say; −1: none says
  std::int32_t actual_arm = -1;  ///< index into the job's arms; their number: another one, or several; −1: not told
  bool sent = false;
  double revenue = 0.0, cost = 0.0;
};

struct Campaign {
  bool has_revenue = false, has_cost = false, has_actual_arm = false, has_sent = false;
  std::uint64_t rows = 0;
  std::uint64_t unknown_rows = 0;  ///< of accounts that the results do not know
  std::vector<Outcome> outcomes;   ///< by row of /accounts
};

/// Reads a campaign's file of delimited text. Columns are those of [trial] results; without it "responded", and as far
/// as the file has them "sent_date", "revenue", "cost" and "arm". Throws Error(kNoInput) if it is missing,
/// Error(kBadData) with file, line and column for up to 20 rows that cannot be read.
[[nodiscard]] Campaign read_campaign(const std::string& path, const StoredTrial& stored);

}  // namespace tessera::trial
