#pragma once

#include <string>

namespace tessera::storage {

/// The HDF5 library that this binary runs with, for doctor: "1.10.8".
[[nodiscard]] std::string hdf5_version();

}  // namespace tessera::storage
