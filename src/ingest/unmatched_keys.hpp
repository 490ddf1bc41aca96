#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"

namespace tessera::intake {

/// Why a key found no account.
inline constexpr std::string_view kNoSuchAccount = "no account has this key";

/// The keys of each source that found no account for sure: the first 1,000 in byte order, whoever finds them, so that
/// memory is bounded and the list does not depend on the ranks. This is the one place by which such keys leave ingest.
class UnmatchedKeys {
 public:
  static constexpr std::size_t kMostKept = 1000;

  /// `withheld`: by source, whether its keys are for nobody's eyes; then they are counted by reason alone.
  explicit UnmatchedKeys(std::vector<bool> withheld) : withheld_(std::move(withheld)) {}

  void add(std::size_t source, std::string_view key, std::uint64_t rows, std::string_view why);
  /// Collective. Those of all ranks, by source, key and reason.
  [[nodiscard]] std::vector<UnmatchedKey> gather(const parallel::Communicator& comm) const;

 private:
  using Listed = std::map<std::pair<std::string, std::string>, std::uint64_t>;  ///< rows by key and reason
  static void add(Listed& listed, std::pair<std::string, std::string> key, std::uint64_t rows);

  std::vector<bool> withheld_;
  std::map<std::uint32_t, Listed> by_source_;
};

}  // namespace tessera::intake
