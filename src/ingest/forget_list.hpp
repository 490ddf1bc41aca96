#pragma once

#include <span>
#include <string>
#include <vector>

namespace tessera::intake {

/// The ids in the list of a file, as they are written, in its order: one a line, or where the first line names one of
/// `keys`, the column of that name. Quotes as in CSV; comma, semicolon, tab or bar may part the columns. Not
/// collective. Throws Error(kNoInput) if the file cannot be read, Error(kBadData) if it has no id in it, or several
/// columns and none of these names. No message repeats an id.
[[nodiscard]] std::vector<std::string> read_forget_list(const std::string& path, std::span<const std::string> keys);

}  // namespace tessera::intake
