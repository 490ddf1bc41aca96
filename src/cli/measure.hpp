#pragma once

#include <string>

namespace tessera::cli {

/// Measures this machine for tessera plan, prints what it found and keeps it at `path`. Under mpirun or srun the ranks
/// measure their reductions too. Returns what the process ends with; throws Error(kUsage) where `path` is empty.
int measure(int* argc, char*** argv, const std::string& path);

}  // namespace tessera::cli
