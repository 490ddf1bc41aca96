#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// The bytes of one source, or of another file that decides what a night is.
struct InputBytes {
  std::string name;  ///< of the source; "--forget"; "notes"; "initial of segmentation …"; "pseudonyms"
  std::uint64_t bytes = 0;
  std::string content_hash;  ///< as Freshness has it; 32 hex digits
  friend bool operator==(const InputBytes&, const InputBytes&) = default;
};

/// Of all that a run of the job reads, by source, without reading a row: whether a night is done already. Collective;
/// ranks share the work. Throws Error(kNoInput).
[[nodiscard]] std::vector<InputBytes> input_bytes(const Context& context, const Job& job,
                                                  const std::vector<SourceHead>& heads);
/// The same of what a run has read. Collective.
[[nodiscard]] std::vector<InputBytes> input_bytes(const Context& context, const Job& job, const IngestReport& report);

}  // namespace tessera
