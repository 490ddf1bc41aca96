#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/iso_date.hpp"
#include "evolve/gate/judge.hpp"
#include "insight/words.hpp"

namespace tessera::evolve {

namespace {

using words::share_in_words;

/// Of a level, by accounts on the other night.
constexpr std::size_t kLargest = 10;
/// Fewer accounts than this tell nothing.
constexpr std::int64_t kFewestToTell = 30;
/// An index that chance explains better than this is none.
constexpr double kByChance = 0.001;

const char* word_of(Level level) noexcept {
  return level == Level::kMacro ? "macro" : level == Level::kCore ? "core" : "micro";
}

std::string count(std::int64_t accounts) {
  return words::count_in_words(static_cast<std::uint64_t>(accounts));
}

std::string bin_in_words(const DistributionBin& bin, ColumnType type) {
  using Kind = DistributionBin::Kind;
  if (bin.kind == Kind::kMissing) return "without a value";
  if (bin.kind == Kind::kOther) return "of rarer categories";
  if (bin.kind == Kind::kCategory) return fmt::format("\"{}\"", bin.category);
  const auto bound = [&](double value) {
    return type == ColumnType::kDate ? iso_date(static_cast<std::int32_t>(value)) : words::bound_in_words(value);
  };
  if (bin.low == bin.high) return bound(bin.low);
  if (std::isinf(bin.low) && std::isinf(bin.high)) return "with a value";
  if (std::isinf(bin.low)) return fmt::format("below {}", bound(bin.high));
  if (std::isinf(bin.high)) return fmt::format("from {}", bound(bin.low));
  return fmt::format("from {} to {}", bound(bin.low), bound(bin.high));
}

/// "; most of all those from 10 to 50: 12 % then, 24 % now"
std::string most_of_all(const FeatureDrift& drift) {
  const auto most = std::ranges::max_element(drift.bins, {}, &FeatureDrift::Bin::part);
  if (most == drift.bins.end() || !(most->part > 0.0)) return "";
  const double then = static_cast<double>(most->bin.accounts) / static_cast<double>(drift.then);
  const double now = static_cast<double>(most->now) / static_cast<double>(drift.now);
  return fmt::format("; most of all those {}: {} then, {} now", bin_in_words(most->bin, drift.type),
                     share_in_words(then), share_in_words(now));
}

const Segment* with_id(const ComparedSegmentation& compared, const std::string& id) {
  const auto found = std::ranges::find_if(
      compared.now, [&](const Segment& one) { return one.level == compared.level && one.id == id; });
  return found == compared.now.end() ? nullptr : &*found;
}

std::vector<const Segment*> largest(const ComparedSegmentation& compared) {
  std::vector<const Segment*> segments;
  for (const Segment& segment : compared.then)
    if (segment.level == compared.level && segment.accounts >= kFewestToTell) segments.push_back(&segment);
  std::ranges::stable_sort(segments, std::ranges::greater{}, &Segment::accounts);
  segments.resize(std::min(segments.size(), kLargest));
  return segments;
}

void check_one(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared, const Segment& then) {
  const Segment* now = with_id(compared, then.id);
  const std::string subject = fmt::format("{}: {}", compared.name, then.id);
  const std::string title = fmt::format("{} \"{}\"", then.id, then.name);
  if (now == nullptr) {
    judge.measure("segment", subject, 1.0, gate.max_segment_changed,
                  fmt::format("{} had {} accounts and is gone", title, count(then.accounts)));
    return;
  }
  const double accounts = static_cast<double>(now->accounts - then.accounts) / static_cast<double>(then.accounts);
  judge.measure("segment", subject, std::fabs(accounts), gate.max_segment_changed,
                fmt::format("{} has {} accounts, it had {}", title, count(now->accounts), count(then.accounts)));
  if (!(then.value > 0.0)) return;
  judge.measure("value", subject, std::fabs(now->value - then.value) / then.value, gate.max_segment_changed,
                fmt::format("{} is worth {}, it was worth {}", title, words::number_in_words(now->value),
                            words::number_in_words(then.value)));
}

}  // namespace

void check_moves(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared) {
  if (!compared.has_both()) {  // the job says so; that the accounts are others is no reason to think
    judge.add("moved", compared.name, kNoNumber, kNoNumber, CheckResult::kWarning,
              fmt::format("\"{}\" has no level of segments that it had before: moves are not known", compared.name));
    return;
  }
  const std::int64_t shared = compared.accounts_shared();
  if (shared == 0) {
    judge.add("moved", compared.name, kNoNumber, kNoNumber, CheckResult::kHold,
              fmt::format("no account of \"{}\" was there before: nothing can be compared", compared.name));
    return;
  }
  const double moved = static_cast<double>(compared.accounts_moved()) / static_cast<double>(shared);
  judge.measure("moved", compared.name, moved, gate.max_moved,
                fmt::format("{} of the accounts of \"{}\" kept their {} segment, {} moved ({} of {})",
                            share_in_words(1.0 - moved), compared.name, word_of(compared.level), share_in_words(moved),
                            count(compared.accounts_moved()), count(shared)));
  const double agreement = adjusted_rand(compared.shared);
  if (std::isnan(agreement)) return;
  judge.measure_likeness("agreement", compared.name, agreement, gate.min_agreement,
                         fmt::format("the {} segments of \"{}\" agree to {:.2f} (1 the same, 0 as by chance)",
                                     word_of(compared.level), compared.name, agreement));
}

void check_drift(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared) {
  for (const FeatureDrift& drift : compared.features) {
    const std::string subject = fmt::format("{}: {}", compared.name, drift.column);
    if (!gate.max_drift) continue;
    if (!drift.why_not.empty()) {
      judge.add("drift", subject, kNoNumber, *gate.max_drift, CheckResult::kWarning,
                fmt::format("the drift of {} is not known: {}", drift.column, drift.why_not));
    } else if (drift.p_value > kByChance) {
      judge.add("drift", subject, drift.index, *gate.max_drift, CheckResult::kPass,
                fmt::format("{} has not drifted beyond chance (index {:.3f})", drift.column, drift.index));
    } else {
      judge.measure("drift", subject, drift.index, gate.max_drift,
                    fmt::format("{} has drifted (index {:.3f}){}", drift.column, drift.index, most_of_all(drift)));
    }
  }
}

void check_largest(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared) {
  if (!compared.has_both()) return;
  for (const Segment* then : largest(compared)) check_one(judge, gate, compared, *then);
}

}  // namespace tessera::evolve
