#include <string>
#include <string_view>

#include "core/placeholder.hpp"
#include "job/paths.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// A limit that can be switched off: a number, or "off". Absent: its default.
void read_limit(Section& section, std::string_view key, const Range& range, std::optional<double>& limit) {
  const Value* found = section.value(key, range.expected, Need::kOptional);
  if (found == nullptr) return;
  if (found->text() != nullptr && *found->text() == "off") {
    limit.reset();
  } else if (const auto number = section.number(key, range)) {
    limit = *number;
  }
}

constexpr Range kShare = {.low = 0.0, .high = 1.0, .expected = "a share from 0 to 1, or \"off\""};
constexpr Range kChange = {
    .low = 0.0, .high = 1000.0, .low_is_in = false, .expected = "a share above 0, such as 0.2 for 20 %, or \"off\""};
constexpr Range kDrift = {.low = 0.0,
                          .high = 100.0,
                          .low_is_in = false,
                          .expected = "a population stability index above 0, such as 0.25, or \"off\""};
constexpr Range kAgreement = {
    .low = 0.0, .high = 1.0, .high_is_in = false, .expected = "an index from 0 to below 1, or \"off\""};
constexpr Range kWarnAt = {.low = 0.0,
                           .high = 1.0,
                           .low_is_in = false,
                           .expected = "a share of the way to the limit, above 0, up to 1, where nothing is warned of"};

}  // namespace

void read_gate(Section& top, Job& job) {
  const Table* table = top.table("gate", "a table [gate]");
  if (table == nullptr) return;
  Section section(top.mistakes(), table, top.place("gate"), "gate", "[gate]");
  GateSpec gate;
  read_limit(section, "max_moved", kShare, gate.max_moved);
  read_limit(section, "min_agreement", kAgreement, gate.min_agreement);
  read_limit(section, "max_drift", kDrift, gate.max_drift);
  read_limit(section, "max_accounts_changed", kChange, gate.max_accounts_changed);
  read_limit(section, "max_rows_changed", kChange, gate.max_rows_changed);
  read_limit(section, "max_segment_changed", kChange, gate.max_segment_changed);
  read_limit(section, "max_quarantined", kShare, gate.max_quarantined);
  gate.warn_at = section.number("warn_at", kWarnAt).value_or(gate.warn_at);
  section.finish();
  job.gate = gate;
}

void read_review(Section& top, const std::filesystem::path& folder, Job& job) {
  const Table* table = top.table("review", "a table [review]");
  if (table == nullptr) return;
  Section section(top.mistakes(), table, top.place("review"), "review", "[review]");
  ReviewSpec review;
  constexpr std::string_view kExpected = "the path of the last approved results, such as \"results/baseline.h5\"";
  if (const auto written = section.text("baseline", kExpected, Need::kRequired)) {
    constexpr std::string_view kTitle = "baseline of [review]";
    check_placeholders(section.mistakes(), *written, section.place("baseline"), kTitle,
                       "as it is one file for many nights");
    const auto path = resolve_path(section.mistakes(), *written, section.place("baseline"), kTitle, folder);
    if (path) {
      review.baseline = filled_in(path->absolute, kNamePlaceholder, job.name);
      review.baseline_as_written = path->as_written;
    }
  }
  if (const auto every = read_time_span(section, "every")) review.every = *every;
  review.hold = section.flag("hold").value_or(review.hold);
  if (!job.gate)
    top.mistakes().add(section.place(),
                       "[review] goes by the limits of [gate], which the job lacks; expected a table [gate] besides");
  section.finish();
  job.review = review;
}

}  // namespace tessera::job
