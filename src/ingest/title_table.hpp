#pragma once

#include <span>
#include <string_view>

#include "tessera/job.hpp"

namespace tessera::intake {

/// Words in titles, parted by commas, and the seniority that they mean; the first that applies decides.
struct SeniorityWords {
  std::string_view words;
  Seniority seniority;
};
[[nodiscard]] std::span<const SeniorityWords> seniority_table() noexcept;

/// The same for departments.
struct DepartmentWords {
  std::string_view words;
  std::string_view department;
};
[[nodiscard]] std::span<const DepartmentWords> department_table() noexcept;

}  // namespace tessera::intake
