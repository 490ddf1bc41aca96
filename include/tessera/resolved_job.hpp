#pragma once

#include <string>

#include "tessera/job.hpp"

namespace tessera {

/// The job of a results file again, from its resolved TOML; `where` stands for the file's name in messages. Its paths
/// are as written, as nobody knows any more what they were relative to. Not collective. Throws Error(kBadJob).
[[nodiscard]] Job read_resolved_job(const std::string& resolved_toml, const std::string& where);

}  // namespace tessera
