#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/results.hpp"

namespace tessera::trial {

/// Which segments of one segmentation each account of a results file is in. Vectors are by row of /accounts.
struct StoredSegments {
  std::string name;
  std::vector<Segment> segments;
  std::vector<std::int32_t> macro, core, micro;  ///< rows of `segments`, or −1
};

/// By row of /accounts. Throws Error(kBadData), as the other.
[[nodiscard]] std::vector<std::string> read_account_ids(const storage::FileReader& reader);
/// The segments of a summary's segmentation, which it is moved from.
[[nodiscard]] StoredSegments read_stored_segments(const storage::FileReader& reader,
                                                  ResultsSummary::Segmentation&& segmentation, std::size_t n_accounts);

}  // namespace tessera::trial
