#pragma once

#include <string>

namespace tessera::nights {

/// Of held results (NIGHT.held.h5) that are not there: that their night was published, when, by whom and where, as the
/// end of a sentence; empty: nobody knows, or the path is not of held results.
[[nodiscard]] std::string what_became_of(const std::string& held_path);

}  // namespace tessera::nights
