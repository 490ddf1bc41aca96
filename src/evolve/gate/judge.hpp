#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tessera/gate.hpp"

namespace tessera::evolve {

inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// Holds values against limits, and writes each check down.
class Judge {
 public:
  explicit Judge(double warn_at) : warn_at_(warn_at) {}

  /// From here on checks are of tonight against this night; `worst` is the worst that they can be.
  void compare_with(std::string night, CheckResult worst) {
    since_ = std::move(night);
    worst_ = worst;
  }

  /// Above its limit a value holds the night; past warn_at of the way there it is a warning, and so is a value that is
  /// not known. A limit that is off makes no check.
  void measure(std::string check, std::string subject, double value, std::optional<double> limit, std::string message) {
    if (!limit) return;
    CheckResult result = CheckResult::kPass;
    if (value > *limit)
      result = CheckResult::kHold;
    else if (value > warn_at_ * *limit || std::isnan(value))
      result = CheckResult::kWarning;
    add(std::move(check), std::move(subject), value, *limit, result, std::move(message));
  }
  /// The same from the other side: 1 is best, and below its limit a value holds the night.
  void measure_likeness(std::string check, std::string subject, double value, std::optional<double> limit,
                        std::string message) {
    if (!limit) return;
    CheckResult result = CheckResult::kPass;
    if (value < *limit)
      result = CheckResult::kHold;
    else if (1.0 - value > warn_at_ * (1.0 - *limit) || std::isnan(value))
      result = CheckResult::kWarning;
    add(std::move(check), std::move(subject), value, *limit, result, std::move(message));
  }
  void add(std::string check, std::string subject, double value, double limit, CheckResult result,
           std::string message) {
    if (result > worst_) result = worst_;
    checks_.push_back({std::move(check), std::move(subject), since_, value, limit, result, std::move(message)});
  }

  [[nodiscard]] std::vector<GateCheck> take() && { return std::move(checks_); }

 private:
  double warn_at_;
  std::string since_;
  CheckResult worst_ = CheckResult::kHold;
  std::vector<GateCheck> checks_;
};

/// What came in tonight by itself: age and quarantine of each source.
void check_sources(Judge& judge, const GateSpec& gate, const GateNight& tonight);
/// What came in against another night: bytes and rows of each source, and accounts.
void check_feeds(Judge& judge, const GateSpec& gate, const GateNight& tonight, const GateNight& then);
void check_accounts(Judge& judge, const GateSpec& gate, const GateNight& tonight, const GateNight& then);
/// What the segments became: moves, agreement, drift, and accounts and value of the largest.
void check_moves(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared);
void check_drift(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared);
void check_largest(Judge& judge, const GateSpec& gate, const ComparedSegmentation& compared);

}  // namespace tessera::evolve
