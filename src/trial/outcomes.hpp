#pragma once

#include <string>
#include <vector>

#include "storage/file_reader.hpp"

namespace tessera::trial {

/// What accounts did, by row of /accounts; NaN: not known.
struct Outcomes {
  std::string name;
  bool is_amount = false;  ///< an amount or a score, which may rise and fall: its change means something
  std::vector<double> values;
};

/// [value] column and the KPIs of a results file, account by account. What the file does not keep by account is told in
/// `notes`. Throws Error(kBadData) where the file is damaged.
[[nodiscard]] std::vector<Outcomes> read_outcomes(const storage::FileReader& reader, const std::string& path,
                                                  std::vector<std::string>& notes);

}  // namespace tessera::trial
