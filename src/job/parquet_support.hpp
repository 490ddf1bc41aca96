#pragma once

#include <string_view>

namespace tessera::job {

/// The library that this build reads Parquet with, "Apache Arrow 25.0.0"; empty: it reads none (CMake's
/// TESSERA_PARQUET).
[[nodiscard]] std::string_view parquet_library() noexcept;

/// What to do about an empty one.
inline constexpr std::string_view kHowToReadParquet =
    "install Apache Arrow for C++ (libarrow-dev and libparquet-dev) and build Tessera with -DTESSERA_PARQUET=on, or "
    "deliver CSV";

}  // namespace tessera::job
