#pragma once

#include <string>

#include "checkpoint/state.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"

namespace tessera::checkpoint {

/// Writes what ingest has made to one HDF5 file, which takes the name `path` whole and on the disk, or not at all.
/// Not for a matrix population, whose features are read from the matrix. Collective. Throws Error(kCannotWrite).
[[nodiscard]] StoredAccounts write_accounts(const Context& context, const std::string& path,
                                            const AccountTable& accounts, const IngestReport& report);

/// Reads it at any number of ranks: each account comes to the rank that ingest would give it to. Nothing in the file is
/// believed before the checksum fits. Collective. Throws Error(kBadData) or Error(kNoInput) on all ranks.
[[nodiscard]] Ingested read_accounts(const Context& context, const std::string& path, const StoredAccounts& expected);

}  // namespace tessera::checkpoint
