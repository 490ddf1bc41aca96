#pragma once

#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/job.hpp"
#include "tessera/model.hpp"

namespace tessera::results {

/// The encoding whose exponent is an attribute of `place` and whose table is at `path`. Names of features of sensitive
/// columns, of which the file does not tell all, are added to `withheld`. Throws Error(kBadData) if it is damaged.
[[nodiscard]] FeatureEncoding read_encoding(const storage::FileReader& reader, const std::string& place,
                                            const std::string& path, const PrivacySpec& privacy,
                                            std::vector<std::string>& withheld);

/// A matrix of `width` columns of grid values times 2^−exponent, none of which leaves the grid's range; row-major.
[[nodiscard]] std::vector<double> read_places(const storage::FileReader& reader, const std::string& path, int width,
                                              int exponent);

}  // namespace tessera::results
