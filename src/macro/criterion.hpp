#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// One [[macro]] bound to its column. Its cases, in order: the bands or groups of the job, then Other, then Unknown.
class Criterion {
 public:
  /// Both outlive the criterion. Throws Error(kBadJob) if the column is missing, or of a type that has no bands or
  /// groups.
  Criterion(const MacroSpec& spec, const AccountTable& accounts);

  [[nodiscard]] std::size_t cases() const noexcept { return named_ + 2; }
  /// The case of a local account.
  [[nodiscard]] std::size_t case_of(std::size_t account) const noexcept;

  /// The band's or group's name, "Other" or "Unknown".
  [[nodiscard]] std::string label(std::size_t which) const;
  /// The label as part of a segment's name: "SME", "sector other", "size unknown".
  [[nodiscard]] std::string name(std::size_t which) const;
  /// The case in plain words: "employees 10 to below 51", "industry in (hardware, software)".
  [[nodiscard]] std::string rule(std::size_t which) const;

 private:
  [[nodiscard]] std::size_t other() const noexcept { return named_; }
  [[nodiscard]] std::size_t unknown() const noexcept { return named_ + 1; }
  [[nodiscard]] std::size_t group_of(const std::string& value) const noexcept;
  [[nodiscard]] std::size_t band_of(double value) const noexcept;

  const MacroSpec* spec_;
  const Column* column_;
  std::size_t named_;
  std::vector<std::size_t> case_of_code_;  ///< groups: by category code, or by a flag's 0 and 1
};

}  // namespace tessera
