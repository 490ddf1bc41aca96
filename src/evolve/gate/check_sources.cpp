#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "evolve/gate/judge.hpp"
#include "insight/words.hpp"

namespace tessera::evolve {

namespace {

using words::count_in_words;
using words::share_in_words;

/// (now − then) / then; infinite where there was nothing.
double change(double then, double now) noexcept {
  if (then == now) return 0.0;
  return then > 0.0 ? (now - then) / then : std::numeric_limits<double>::infinity();
}

/// "12 % fewer rows than on 2026-01-30: 880 against 1,000"
std::string in_words(std::string_view what, std::uint64_t then, std::uint64_t now, const std::string& night) {
  const std::string figures = fmt::format("{} against {}", count_in_words(now), count_in_words(then));
  if (then == now) return fmt::format("as many {} as on {}: {}", what, night, count_in_words(now));
  if (then == 0) return fmt::format("{} {}, none on {}", count_in_words(now), what, night);
  const double share = std::fabs(change(static_cast<double>(then), static_cast<double>(now)));
  return fmt::format("{} {} {} than on {}: {}", share_in_words(share), now < then ? "fewer" : "more", what, night,
                     figures);
}

void check_rows(Judge& judge, const GateSpec& gate, const SourceReport& source, const GateNight& then) {
  if (!gate.max_rows_changed) return;
  const auto was = std::ranges::find(then.sources, source.name, &SourceReport::name);
  if (was == then.sources.end()) {
    judge.add("rows", source.name, kNoNumber, kNoNumber, CheckResult::kPass,
              fmt::format("{} is a new source; there is nothing to compare it with", source.name));
    return;
  }
  const double value = std::fabs(change(static_cast<double>(was->rows_read), static_cast<double>(source.rows_read)));
  const std::string message =
      fmt::format("{} has {}", source.name, in_words("rows", was->rows_read, source.rows_read, then.night));
  // A feed that comes back after a night without is no reason to keep it back.
  if (std::isinf(value))
    judge.add("rows", source.name, kNoNumber, kNoNumber, CheckResult::kWarning, message);
  else
    judge.measure("rows", source.name, value, gate.max_rows_changed, message);
}

void check_bytes(Judge& judge, const Freshness& source, const GateNight& then) {
  const auto was = std::ranges::find(then.freshness, source.source, &Freshness::source);
  if (was == then.freshness.end()) return;
  if (was->content_hash != source.content_hash) {
    judge.add("bytes", source.source, kNoNumber, kNoNumber, CheckResult::kPass,
              fmt::format("{} has changed since {}", source.source, then.night));
    return;
  }
  const bool must_change = source.max_age_days.has_value();
  judge.add("bytes", source.source, kNoNumber, kNoNumber, must_change ? CheckResult::kHold : CheckResult::kWarning,
            fmt::format("{} is the same bytes as on {}{}", source.source, then.night,
                        must_change ? ": the feed has not come" : "; its max_age would say whether that is too old"));
}

}  // namespace

void check_sources(Judge& judge, const GateSpec& gate, const GateNight& tonight) {
  for (const Freshness& source : tonight.freshness) {
    if (!source.max_age_days) continue;
    judge.add("age", source.source, source.age_days, *source.max_age_days,
              source.is_older ? CheckResult::kHold : CheckResult::kPass,
              fmt::format("{} is {:.1f} days old; the job allows {:.1f}", source.source, source.age_days,
                          *source.max_age_days));
  }
  for (const SourceReport& source : tonight.sources) {
    if (source.rows_read == 0) continue;
    const double share = static_cast<double>(source.quarantined) / static_cast<double>(source.rows_read);
    judge.measure("quarantine", source.name, share, gate.max_quarantined,
                  fmt::format("{} of {} rows of {} could not be read ({})", count_in_words(source.quarantined),
                              count_in_words(source.rows_read), source.name, share_in_words(share)));
  }
}

void check_feeds(Judge& judge, const GateSpec& gate, const GateNight& tonight, const GateNight& then) {
  // The same night once more has the same feeds.
  if (then.night < tonight.night)
    for (const Freshness& source : tonight.freshness) check_bytes(judge, source, then);
  for (const SourceReport& source : tonight.sources) check_rows(judge, gate, source, then);
  for (const SourceReport& was : then.sources)
    if (std::ranges::find(tonight.sources, was.name, &SourceReport::name) == tonight.sources.end())
      judge.add("rows", was.name, kNoNumber, kNoNumber, CheckResult::kWarning,
                fmt::format("{} was a source on {} and is none tonight", was.name, then.night));
}

void check_accounts(Judge& judge, const GateSpec& gate, const GateNight& tonight, const GateNight& then) {
  const auto was = static_cast<double>(then.accounts), is = static_cast<double>(tonight.accounts);
  judge.measure("accounts", "", std::fabs(change(was, is)), gate.max_accounts_changed,
                fmt::format("there are {}", in_words("accounts", static_cast<std::uint64_t>(then.accounts),
                                                     static_cast<std::uint64_t>(tonight.accounts), then.night)));
}

}  // namespace tessera::evolve
