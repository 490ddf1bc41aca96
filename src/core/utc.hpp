#pragma once

#include <string>

namespace tessera {

/// This moment in UTC: "2026-01-31T04:05:06Z". Its first ten letters are the date.
[[nodiscard]] std::string utc_now();

}  // namespace tessera
