#include "ingest/feedback_columns.hpp"

#include <fmt/format.h>

namespace tessera::intake {

std::vector<std::string> feedback_columns(const FeedbackSpec& feedback) {
  std::vector<std::string> names;
  for (const std::string_view name :
       {derived::kResponses, derived::kScore, derived::kMeanScore, derived::kPromoters, derived::kDetractors})
    names.emplace_back(name);
  if (!feedback.time.empty()) names.emplace_back(derived::kLastResponse);
  if (!feedback.theme.empty()) names.emplace_back(derived::kTheme);
  return names;
}

std::vector<NamedColumn> named_by_feedback(const Job& job, std::size_t source) {
  const FeedbackSpec& feedback = job.sources[source].feedback;
  const std::string title = fmt::format("[[source]] \"{}\" ", job.sources[source].name);
  std::vector<NamedColumn> named{named_column(feedback.score, title + "score", ColumnType::kNumber, {source})};
  if (!feedback.theme.empty())
    named.push_back(named_column(feedback.theme, title + "theme", ColumnType::kCategory, {source}));
  if (!feedback.time.empty()) named.push_back(named_column(feedback.time, title + "time", ColumnType::kDate, {source}));
  return named;
}

}  // namespace tessera::intake
