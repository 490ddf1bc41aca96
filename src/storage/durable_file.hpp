#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace tessera::storage {

// What a crash may not undo. None of these is collective; all throw Error(kCannotWrite).

/// What people are told where a file of the results cannot be made.
[[noreturn]] void cannot_write(const std::string& path, const std::string& doing, const std::error_code& reason);
[[nodiscard]] std::error_code last_error();

/// The folder that a path lies in; "." where it says none.
[[nodiscard]] std::string folder_of(const std::string& path);
/// Makes the folder of a path, and those above it.
void make_folder_of(const std::string& path);

/// Brings the bytes of a file to the disk.
void sync_file(const std::string& path);
/// Brings the names in the folder of a path to the disk.
void sync_folder_of(const std::string& path);
/// Writes a file of this text, in place of one that is there, and brings it to the disk.
void write_synced(const std::string& path, std::string_view text);
/// Gives `from` the name `to` in one step, and brings the name to the disk. A network file system may tell of a rename
/// that it has done as of one that failed; it counts as done.
void rename_synced(const std::string& from, const std::string& to);

}  // namespace tessera::storage
