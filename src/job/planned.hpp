#pragma once

#include <span>
#include <string_view>

namespace tessera::job {

/// A key of the design whose stage is not built yet: refused in plain words, never ignored, never called unknown.
struct Planned {
  std::string_view section;  ///< as in Section's id; empty: the top of the file
  std::string_view key;
  std::string_view value;  ///< refused with this value only (as shown() writes it); empty: with any but `built`
  std::string_view built;  ///< what this version does, accepted when written out; empty: nothing
  std::string_view remedy;
};

/// Every such key, in the order of the design.
[[nodiscard]] std::span<const Planned> planned() noexcept;

/// The entry of a key that is planned whatever its value, or nullptr.
[[nodiscard]] const Planned* planned_key(std::string_view section, std::string_view key) noexcept;
/// The entry of one value of a key that is built otherwise, or nullptr.
[[nodiscard]] const Planned* planned_value(std::string_view section, std::string_view key,
                                           std::string_view value) noexcept;

}  // namespace tessera::job
