#include <fmt/format.h>

#include "core/iso_date.hpp"
#include "evolve/gate/judge.hpp"
#include "parallel/communicator.hpp"
#include "tessera/context.hpp"

namespace tessera {

namespace {

using evolve::Judge;
using evolve::kNoNumber;

constexpr double kSecondsADay = 86400.0;

/// Whether the baseline is older than a review may be away.
void check_due(Judge& judge, const ReviewSpec& review, const GateNight& tonight, const GateNight& baseline) {
  const auto then = parse_iso_date(baseline.night), now = parse_iso_date(tonight.night);
  if (!then || !now) return;
  const double days = static_cast<double>(*now - *then);
  const double limit = static_cast<double>(review.every.seconds) / kSecondsADay;
  const bool is_due = days > limit;
  judge.add("review", "", days, limit, is_due ? CheckResult::kWarning : CheckResult::kPass,
            is_due ? fmt::format("a review is due: the baseline of {} is older than {}. Look at what changed since "
                                 "(tessera compare), and approve a night with tessera release NIGHT.h5 --baseline {}",
                                 baseline.night, review.every.text, review.baseline)
                   : fmt::format("the baseline of {} is not older than {}", baseline.night, review.every.text));
}

void check_baseline(Judge& judge, const Job& job, const GateNight& tonight,
                    const std::optional<ComparedNight>& baseline) {
  const ReviewSpec& review = *job.review;
  if (!baseline) {
    judge.compare_with("", CheckResult::kWarning);
    judge.add("review", "", kNoNumber, kNoNumber, CheckResult::kWarning,
              fmt::format("there is no baseline at {0}: slow drift is not looked at. Approve a night with tessera "
                          "release NIGHT.h5 --baseline {0}",
                          review.baseline));
    return;
  }
  judge.compare_with(baseline->then.night, review.hold ? CheckResult::kHold : CheckResult::kWarning);
  for (const ComparedSegmentation& compared : baseline->segmentations) {
    evolve::check_moves(judge, *job.gate, compared);
    evolve::check_drift(judge, *job.gate, compared);
  }
  check_due(judge, review, tonight, baseline->then);
}

}  // namespace

GateReport decide(const Job& job, const GateNight& tonight, const std::optional<ComparedNight>& last_night,
                  const std::optional<ComparedNight>& baseline) {
  if (!job.gate) return {};
  const GateSpec& gate = *job.gate;
  Judge judge(gate.warn_at);
  evolve::check_sources(judge, gate, tonight);
  if (last_night) {
    judge.compare_with(last_night->then.night, CheckResult::kHold);
    evolve::check_feeds(judge, gate, tonight, last_night->then);
    evolve::check_accounts(judge, gate, tonight, last_night->then);
    for (const ComparedSegmentation& compared : last_night->segmentations) {
      evolve::check_moves(judge, gate, compared);
      evolve::check_drift(judge, gate, compared);
      evolve::check_largest(judge, gate, compared);
    }
  }
  if (job.review) check_baseline(judge, job, tonight, baseline);
  return {std::move(judge).take()};
}

GateReport broadcast_report(const Context& context, const GateReport& report) {
  // Texts end with a zero byte, which none of them has.
  std::string texts;
  std::vector<double> numbers;
  std::vector<std::int8_t> outcomes;
  for (const GateCheck& check : report.checks) {
    for (const std::string* text : {&check.check, &check.subject, &check.since, &check.message})
      texts += std::string(text->c_str()) + '\0';
    numbers.push_back(check.value);
    numbers.push_back(check.limit);
    outcomes.push_back(static_cast<std::int8_t>(check.result));
  }
  texts = context.comm.broadcast_text(std::move(texts));
  numbers = context.comm.broadcast_vector(std::move(numbers));
  outcomes = context.comm.broadcast_vector(std::move(outcomes));
  GateReport agreed;
  std::size_t at = 0;
  const auto next = [&] {
    const std::size_t end = texts.find('\0', at);
    std::string text = texts.substr(at, end - at);
    at = end + 1;
    return text;
  };
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    GateCheck check{next(), next(), next(), numbers[2 * i], numbers[2 * i + 1], static_cast<CheckResult>(outcomes[i]),
                    {}};
    check.message = next();
    agreed.checks.push_back(std::move(check));
  }
  return agreed;
}

}  // namespace tessera
