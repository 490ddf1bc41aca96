#pragma once

#include <string>
#include <vector>

#include "tessera/context.hpp"
#include "tessera/ingest.hpp"

namespace tessera::intake {

/// Collective. Size, time and content hash of files. The hash is the sum mod 2^128 of XXH3-128 over fixed blocks of 1
/// MiB, each seeded with its number in the file, so any number of ranks gives the same. Throws Error(kNoInput).
[[nodiscard]] std::vector<SourceFile> describe_files(const Context& context, const std::vector<std::string>& paths);

/// Of the bytes of all files of a source in their order, whatever they are called: a delivery under a new date's name
/// may be last night's bytes. 32 hex digits.
[[nodiscard]] std::string hash_of(const std::vector<SourceFile>& files);

}  // namespace tessera::intake
