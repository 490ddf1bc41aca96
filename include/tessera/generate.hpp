#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// What befalls the planted segments on one night.
struct PlantedEvent {
  enum class Kind {
    kBirth,  ///< a new segment, of a batch of joiners and of accounts that move there; two at most
    kSplit,  ///< a part of one segment goes online, all else unchanged; once at most
    kMerge   ///< one segment becomes like another in every respect; once at most
  };
  Kind kind = Kind::kBirth;
  int night = 1;  ///< from 1
  friend bool operator==(const PlantedEvent&, const PlantedEvent&) = default;
};

/// Events as the command line writes them: "birth@6,split@12,merge@18,birth@24". Throws Error(kUsage) for anything
/// else, and for more events of a kind than there can be.
[[nodiscard]] std::vector<PlantedEvent> parse_planted_events(std::string_view text);

struct GenerateOptions {
  std::uint64_t accounts = 10'000;
  std::uint64_t seed = 1;
  int night = 0;                          ///< the same company this many nights on
  std::vector<PlantedEvent> events = {};  ///< of its whole life; those up to the night have happened
  bool accounts_only = false;             ///< accounts.csv and truth.csv alone
  std::string directory = {};
  int threads = 1;
};

struct GenerateReport {
  std::uint64_t bytes = 0;
  double seconds = 0.0;
  int planted_segments = 0;  ///< on that night
};

/// Writes a believable B2B company with planted segments and known truth as CSV files; where events are planted,
/// events.csv says which have happened. The same bytes at any thread count. Throws Error(kCannotWrite), and
/// Error(kUsage) for more events of a kind than there can be.
[[nodiscard]] GenerateReport generate_company(const GenerateOptions& options);

}  // namespace tessera
