#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/choice_of_k.hpp"
#include "tessera/kmeans.hpp"
#include "tessera/results.hpp"

namespace tessera::checkpoint {

/// How far the core segments of some accounts have been found: of a population, or of one macro segment.
struct GroupState {
  std::optional<ChoiceOfK> choice;  ///< where the job leaves k open
  KmeansState kmeans;
};

/// One search for core segments, by macro segment; one where all accounts are clustered together.
using SearchState = std::vector<GroupState>;

/// The searches of a segmentation in their order: where a warm start is given up, a fresh one is the next. Empty: not
/// begun.
using SegmentationState = std::vector<SearchState>;

/// A file that decides what a run finds.
struct InputState {
  std::string what;  ///< for messages: source "crm"
  std::string path;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;  ///< since the epoch; the file is absent: -1
  std::string content_hash;      ///< of sources; empty: not known
  friend bool operator==(const InputState&, const InputState&) = default;
};

/// The accounts, as they are kept in a file of their own.
struct StoredAccounts {
  std::uint64_t n_global = 0;
  std::string checksum;  ///< of their content, whatever ranks wrote it; 32 hex digits
};

/// All that a stopped run goes on from. Given the accounts, centroids and counters determine the rest: kilobytes. The
/// same on every rank.
struct State {
  std::uint64_t generation = 0;  ///< counts up with each that is kept
  std::string night;             ///< ISO date
  std::string started;           ///< of the first attempt: ISO date and time, UTC
  int attempt = 1;               ///< that kept it
  std::string job;               ///< resolved TOML
  std::vector<InputState> inputs;
  std::optional<StoredAccounts> accounts;    ///< absent: they are read from the sources again
  std::vector<std::string> ingest_warnings;  ///< given while the sources were read
  std::vector<StageTime> stages;             ///< of all attempts so far
  std::vector<SegmentationState> segmentations;
};

}  // namespace tessera::checkpoint
