#include "job/planned.hpp"

#include <algorithm>
#include <array>

namespace tessera::job {

namespace {

constexpr std::array kPlanned = {
    Planned{"segmentation.features", "encoding", "", "\"one-hot\"", "remove it, or write \"one-hot\""},
};

}  // namespace

std::span<const Planned> planned() noexcept {
  return kPlanned;
}

const Planned* planned_key(std::string_view section, std::string_view key) noexcept {
  return planned_value(section, key, "");
}

const Planned* planned_value(std::string_view section, std::string_view key, std::string_view value) noexcept {
  const auto* const found = std::find_if(kPlanned.begin(), kPlanned.end(), [&](const Planned& one) {
    return one.section == section && one.key == key && one.value == value;
  });
  return found == kPlanned.end() ? nullptr : found;
}

}  // namespace tessera::job
