#pragma once

#include <cstdint>
#include <string>

namespace tessera::storage {

/// Makes sure that the file can grow by `bytes` and that its holes can be filled, without changing its size or content.
///
/// HDF5 cannot be told to expect a full disk: the rank that meets it leaves the collective call, and the others wait
/// for it for ever. So the room is taken beforehand. Where a file system cannot reserve, its free space is asked for
/// instead. Not collective. Throws Error(kCannotWrite).
void reserve_room(const std::string& path, std::uint64_t bytes);

/// Gives back what was reserved beyond the file's end. Not collective. Throws Error(kCannotWrite).
void release_room(const std::string& path);

}  // namespace tessera::storage
