#include <fmt/format.h>

#include "job/document.hpp"
#include "job/resolved.hpp"

namespace tessera::job {

std::string resolved(const GateSpec& gate) {
  const auto limit = [](const std::optional<double>& one) { return one ? number_text(*one) : std::string("\"off\""); };
  return fmt::format(
      "\n[gate]\nmax_moved = {}\nmin_agreement = {}\nmax_drift = {}\nmax_accounts_changed = {}\nmax_rows_changed = "
      "{}\nmax_segment_changed = {}\nmax_quarantined = {}\nwarn_at = {}\n",
      limit(gate.max_moved), limit(gate.min_agreement), limit(gate.max_drift), limit(gate.max_accounts_changed),
      limit(gate.max_rows_changed), limit(gate.max_segment_changed), limit(gate.max_quarantined),
      number_text(gate.warn_at));
}

std::string resolved(const ReviewSpec& review) {
  return fmt::format("\n[review]\nbaseline = {}\nevery = {}\nhold = {}\n", toml_text(review.baseline_as_written),
                     toml_text(review.every.text), review.hold);
}

}  // namespace tessera::job
