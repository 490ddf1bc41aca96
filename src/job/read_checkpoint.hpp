#pragma once

#include <filesystem>
#include <string>

#include "job/section.hpp"

namespace tessera::job {

/// [checkpoint], from the top-level section into the job; what is wrong is added to the section's mistakes.
void read_checkpoint(Section& top, const std::filesystem::path& folder, Job& job);

/// The section as TOML, every default written out.
[[nodiscard]] std::string resolved(const CheckpointSpec& checkpoint);

}  // namespace tessera::job
