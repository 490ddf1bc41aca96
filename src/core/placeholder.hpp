#pragma once

#include <string>
#include <string_view>

namespace tessera {

/// What stands for the job's name, and for the night's date, in the paths of a job.
inline constexpr std::string_view kNamePlaceholder = "{name}", kNightPlaceholder = "{night}";

/// The path with `text` wherever it has the placeholder.
[[nodiscard]] std::string filled_in(std::string path, std::string_view placeholder, std::string_view text);

}  // namespace tessera
