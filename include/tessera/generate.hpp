#pragma once

#include <cstdint>
#include <string>

namespace tessera {

struct GenerateOptions {
  std::uint64_t accounts = 10'000;
  std::uint64_t seed = 1;
  int night = 0;               ///< the same company this many nights on
  bool accounts_only = false;  ///< accounts.csv and truth.csv alone
  std::string directory = {};
  int threads = 1;
};

struct GenerateReport {
  std::uint64_t bytes = 0;
  double seconds = 0.0;
  int planted_segments = 0;
};

/// Writes a believable B2B company with planted segments and known truth as CSV files. The same bytes at any thread
/// count. Throws Error(kCannotWrite).
[[nodiscard]] GenerateReport generate_company(const GenerateOptions& options);

}  // namespace tessera
