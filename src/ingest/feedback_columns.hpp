#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/needed_column.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Names of what feedback gives to accounts, besides shares ("share_X").
namespace derived {
inline constexpr std::string_view kResponses = "responses", kScore = "score", kMeanScore = "mean_score",
                                  kPromoters = "promoters", kDetractors = "detractors",
                                  kLastResponse = "last_response_days", kTheme = "theme";
}

/// Those that this feedback gives, but for the shares, which need the rows.
[[nodiscard]] std::vector<std::string> feedback_columns(const FeedbackSpec& feedback);

/// Score, theme and time, as far as the job names them, in this order.
[[nodiscard]] std::vector<NamedColumn> named_by_feedback(const Job& job, std::size_t source);

}  // namespace tessera::intake
