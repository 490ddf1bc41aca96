#pragma once

#include <string>
#include <vector>

#include "results/content.hpp"

namespace tessera::results {

/// The hash of one column or attribute over all ranks.
struct ContentSum {
  std::string path;
  bool in_digest = false;
  HashSum sum;
};

/// The sums of all that is to be written, from memory. Collective.
[[nodiscard]] std::vector<ContentSum> sums_of(const Context& context, const Content& content);

/// Whether the file has what was to be written, bit for bit: "", or the path of something that reads back otherwise.
/// Each rank reads back its own rows. Collective. Throws Error(kCannotWrite) if the file lacks anything.
[[nodiscard]] std::string what_differs(const Context& context, const Content& content, const std::string& path);

/// 32 hex digits: the sum of those in the digest.
[[nodiscard]] std::string digest_of(const std::vector<ContentSum>& sums);

}  // namespace tessera::results
