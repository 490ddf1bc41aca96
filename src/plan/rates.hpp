#pragma once

#include <optional>
#include <string>

namespace tessera::plan {

/// What one core of a machine does in a second, and what it was found by.
struct Rates {
  double memory_bytes_per_s = 0.0;   ///< read in a row, from memory
  double fused_per_s = 0.0;          ///< multiply-adds of the distance kernel
  double reading_bytes_per_s = 0.0;  ///< of CSV, split and typed
  double shuffled_rows_per_s = 0.0;  ///< keys hashed and strewn by owner
  double writing_bytes_per_s = 0.0;  ///< to the disk, synced
  double all_reduce_s = 0.0;         ///< of a few numbers between the ranks of a node
  std::string host, date, engine;    ///< empty: nobody has measured, these are the defaults

  [[nodiscard]] bool are_measured() const noexcept { return !host.empty(); }
};

/// Of the machine that the engine was calibrated on; the costs of stages are told in its terms.
[[nodiscard]] Rates default_rates() noexcept;

/// Where rates are kept: $XDG_CACHE_HOME/tessera/rates.json, or in ~/.cache. Empty where there is neither.
[[nodiscard]] std::string rates_path();

/// Nothing where there is no such file. Throws Error(kNoInput) for one that cannot be read or says something else.
[[nodiscard]] std::optional<Rates> read_rates(const std::string& path);

/// Throws Error(kCannotWrite). The file is replaced as a whole; folders are made.
void write_rates(const Rates& rates, const std::string& path);

/// This machine's name.
[[nodiscard]] std::string host_name();

}  // namespace tessera::plan
