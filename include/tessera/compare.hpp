#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/drift.hpp"
#include "tessera/evolve.hpp"
#include "tessera/gate.hpp"
#include "tessera/moves.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// What became of a segment of either night, as the nightly ledger tells it; the same segment is one row.
struct SegmentChange {
  Fate fate = Fate::kKept;
  std::int32_t then = -1, now = -1;  ///< rows of the segments tables; −1: it was not, or is not
  std::string id, name;              ///< tonight's, or those that it had
  std::int64_t accounts_then = 0, accounts_now = 0;
  double value_then = 0.0, value_now = 0.0;
  std::int64_t stayed = 0;  ///< accounts that were in it and are
  std::string other;        ///< id of the segment that it was born of or retired into; empty: none
  std::string story;        ///< see LedgerLine
};

/// Why accounts moved, as the later file tells it: it knows of the night that it went on from alone.
struct WhyMoved {
  std::string unknown;           ///< why nobody knows; empty: `moves` tells
  std::vector<MoveCount> moves;  ///< of the level that is compared, between its segments
};

struct ComparedDesigns {
  std::string then_name, now_name;  ///< segmentations
  ComparedSegmentation compared;    ///< at the finest level that both have of core and macro
  bool same_design = true;          ///< false: two segmentations set side by side; there is no ledger
  bool by_accounts = false;  ///< ids of the files are not of one chain: segments are the same by most shared accounts
  std::int64_t shared = 0, kept = 0;  ///< accounts in both, and those of them that kept their segment
  WhyMoved why;                       ///< of the same design
  double agreement = 0.0;             ///< adjusted Rand index; NaN: fewer than two shared accounts
  std::vector<SegmentChange> ledger;  ///< the largest first, as they are now or were
  Drift drift;                        ///< of the design of the earlier night
};

struct NightsComparison {
  std::string earlier_night, later_night;
  std::int64_t accounts_then = 0, accounts_now = 0, shared = 0;
  std::vector<ComparedSource> sources;
  std::vector<ComparedDesigns> designs;
};

/// A results file, and one of its segmentations: "A.h5:one"; without it all that both files have.
struct DesignRef {
  std::string path, segmentation;
};
[[nodiscard]] DesignRef design_of(const std::string& text);

/// Sets two results files side by side, or two segmentations of them. Not collective, no MPI. Throws as read_summary();
/// Error(kBadData) if they have no segmentation in common, Error(kUsage) for one that is not there.
[[nodiscard]] NightsComparison compare_nights(const DesignRef& earlier, const DesignRef& later);

/// What to do with a segment, after many nights.
enum class Advice { kKeep, kWatch, kRetire, kNew };

struct SegmentReview {
  std::string segmentation, id, name;
  Advice advice = Advice::kKeep;
  std::vector<std::string> reasons;    ///< for people; none for kKeep
  std::vector<std::int64_t> accounts;  ///< by night; −1: it was not there
};

struct NightsReview {
  std::vector<std::string> nights;  ///< dates, ascending
  NightsComparison comparison;      ///< from the first to the last
  std::vector<SegmentReview> segments;
};

/// Goes through the nights of the job beside `later` from `since` (ISO date) on. By segment of the core level:
///   new     not there on the first night
///   retire  gone; or fewer than 30 accounts; or half or more of both its accounts and its value are lost
///   watch   accounts or value changed by a quarter or more; fewer than 80 % of its accounts stayed; a KPI of it
///   changed
///           (q < 0.05); or it lost accounts night after night, five times running at the end
///   keep    none of these
/// Not collective, no MPI. Throws as compare_nights(); Error(kUsage) where there are fewer than two nights.
[[nodiscard]] NightsReview review_nights(const std::string& later, const std::string& since);

}  // namespace tessera
