#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tessera/drift.hpp"
#include "tessera/evolve.hpp"
#include "tessera/ingest.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"
#include "tessera/publish.hpp"

namespace tessera {

/// Accounts that were in one segment on another night, and are in one tonight.
struct SharedAccounts {
  std::int32_t then = 0, now = 0;  ///< rows of either night's segments table
  std::int64_t accounts = 0;
};

/// How far two ways to sort the same accounts agree: 1 the same, 0 as by chance (adjusted Rand index, Hubert and Arabie
/// 1985), from exact counts of pairs. A pair of segments comes once. NaN: fewer than two accounts. Not collective.
[[nodiscard]] double adjusted_rand(std::span<const SharedAccounts> shared);

/// Of the migrations of a level, those of accounts that have a segment of it on both nights. Not collective.
[[nodiscard]] std::vector<SharedAccounts> shared_accounts(std::span<const Migration> migration, Level level);

/// The core level, or the macro level where one of the nights has no core segment.
[[nodiscard]] Level level_to_compare(const std::vector<Segment>& then, const std::vector<Segment>& now);

/// One segmentation on another night and tonight, at the level that can be compared.
struct ComparedSegmentation {
  std::string name;
  Level level = Level::kCore;
  std::vector<Segment> then, now;      ///< both segments tables, all levels; the same id is the same segment
  std::vector<SharedAccounts> shared;  ///< accounts that have a segment of the level on both nights
  std::vector<FeatureDrift> features;

  /// Both nights have segments of the level.
  [[nodiscard]] bool has_both() const noexcept;
  [[nodiscard]] std::int64_t accounts_shared() const noexcept;
  /// Of the shared accounts, those whose segment tonight has another id.
  [[nodiscard]] std::int64_t accounts_moved() const noexcept;
};

/// What the gate goes by of one night.
struct GateNight {
  std::string night;  ///< ISO date
  std::int64_t accounts = 0;
  std::vector<SourceReport> sources;  ///< without files
  std::vector<Freshness> freshness;
};

/// Tonight against another night.
struct ComparedNight {
  GateNight then;
  std::vector<ComparedSegmentation> segmentations;
};

enum class CheckResult : std::int8_t { kPass = 0, kWarning = 1, kHold = 2 };

/// One thing that was looked at.
struct GateCheck {
  std::string check;  ///< "age", "bytes", "rows", "quarantine", "accounts", "moved", "agreement", "drift", "segment",
                      ///< "value", "review", "history"
  std::string
      subject;  ///< a source, a segmentation, "segmentation: feature" or "segmentation: segment"; empty: the night
  std::string since;   ///< night that it is compared with; empty: none
  double value = 0.0;  ///< in the units of the limit; NaN: there is none
  double limit = 0.0;  ///< NaN: there is none
  CheckResult result = CheckResult::kPass;
  std::string message;  ///< for people
};

/// All that was looked at, in order.
struct GateReport {
  std::vector<GateCheck> checks;  ///< empty: there is no gate
  /// The worst of all checks, with the messages of those that are no pass, what holds the night first.
  [[nodiscard]] GateVerdict verdict() const;
};

/// Decides on tonight. Not collective: what follows from floating point is decided on one rank; see
/// broadcast_report(). `last_night` and `baseline`: absent where there is no such night.
[[nodiscard]] GateReport decide(const Job& job, const GateNight& tonight,
                                const std::optional<ComparedNight>& last_night,
                                const std::optional<ComparedNight>& baseline);

/// Rank 0's report, on every rank. Collective.
[[nodiscard]] GateReport broadcast_report(const Context& context, const GateReport& report);

}  // namespace tessera
