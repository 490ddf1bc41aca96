#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "storage/file_reader.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {

/// Opens a results file of the version that this program reads. Throws Error(kNoInput) where there is none or it cannot
/// be read, and Error(kBadData) that says what the file is in its place: a job, a source, HDF5 of another program,
/// results of another version, or results that are damaged.
[[nodiscard]] FileReader open_results(const std::string& path);

/// The file by whose models accounts were scored into this one; empty: a night wrote it.
[[nodiscard]] std::string scored_by(const FileReader& reader);

/// For whoever needs a night: throws Error(kBadData) where the file holds accounts that were scored.
void refuse_scored_accounts(const FileReader& reader, const std::string& path);

/// Runs `read`; an error that only names a place in the file then names the file as well.
template <class Read>
auto naming(const std::string& path, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    const bool is_of_data = error.code() == ExitCode::kBadData || error.code() == ExitCode::kNoInput;
    if (!is_of_data || std::string_view(error.what()).starts_with(path)) throw;
    throw Error(error.code(), fmt::format("{}: {}", path, error.what()), error.everywhere());
  }
}

}  // namespace tessera::storage
