#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/special_numbers.hpp"
#include "ingest/account_directory.hpp"
#include "ingest/category_counts.hpp"
#include "ingest/exact_total.hpp"
#include "ingest/feedback_columns.hpp"
#include "ingest/folded_source.hpp"

namespace tessera::intake {
namespace {

constexpr std::int32_t kNever = kMissingDate;

/// What an account has answered, as far as rows have come. Only the order of an account's own rows shows.
struct Answers {
  std::uint64_t responses = 0, scored = 0, promoters = 0, detractors = 0;
  ExactTotal total;
  std::int32_t last_day = kNever;
  std::pair<std::int32_t, std::uint64_t> latest{kNever, 0};  ///< day and sequence of the score below
  double score = kNaN;
  CategoryCounts themes;

  void add(std::int32_t day, std::uint64_t sequence, double scored_with) {
    ++responses;
    last_day = std::max(last_day, day);
    if (std::isnan(scored_with)) return;
    total.add(scored_with);
    promoters += scored_with >= 9.0 && scored_with <= 10.0 ? 1 : 0;
    detractors += scored_with >= 0.0 && scored_with <= 6.0 ? 1 : 0;
    const std::pair<std::int32_t, std::uint64_t> when{day, sequence};
    if (scored == 0 || when >= latest) {
      latest = when;
      score = scored_with;
    }
    ++scored;
  }
};

/// The parts of a feedback's rows; null: the job names none.
struct Parts {
  const Column* score = nullptr;
  const Column* theme = nullptr;
  const Column* time = nullptr;
};

class FeedbackFolds {
 public:
  explicit FeedbackFolds(const FoldedSource& feedback)
      : feedback_(feedback), spec_(feedback.spec().feedback), answers_(feedback.accounts.n_local) {}

  void take(const ArrivedRows& rows, FoldedRows& folded, UnmatchedKeys& unmatched);
  /// Collective.
  [[nodiscard]] std::vector<Column> columns(const Context& context, std::optional<std::int32_t> as_of) const;
  [[nodiscard]] std::int32_t newest() const noexcept { return newest_; }

 private:
  [[nodiscard]] Parts parts_of(const ArrivedRows& rows) const;
  [[nodiscard]] double number(std::string_view name, const Answers& answers, std::optional<std::int32_t> as_of) const;

  const FoldedSource& feedback_;
  const FeedbackSpec& spec_;
  std::vector<Answers> answers_;
  std::vector<std::string> themes_;
  std::int32_t newest_ = kNever;  ///< day of any row that passed
};

Parts FeedbackFolds::parts_of(const ArrivedRows& rows) const {
  const std::vector<NamedColumn> named = named_by_feedback(feedback_.job, feedback_.source);
  Parts parts;
  std::size_t next = 0;
  const auto take = [&](bool is_named) {
    return is_named ? &column_of(rows, feedback_.heads, named[next++]) : nullptr;
  };
  parts.score = take(true);
  parts.theme = take(!spec_.theme.empty());
  parts.time = take(!spec_.time.empty());
  return parts;
}

void FeedbackFolds::take(const ArrivedRows& rows, FoldedRows& folded, UnmatchedKeys& unmatched) {
  const Parts parts = parts_of(rows);
  if (parts.theme != nullptr) themes_ = std::get<CategoryColumn>(parts.theme->data).categories;
  for (std::size_t row = 0; row < rows.ids.size(); ++row) {
    const std::int32_t day = parts.time == nullptr ? kNever : std::get<DateColumn>(parts.time->data).days[row];
    const std::string_view id = rows.ids.at(row);
    const bool is_late = spec_.as_of && day != kNever && day > *spec_.as_of;
    const std::size_t account = is_late ? kNoAccount : find_account(feedback_.accounts, id);
    if (!is_late) newest_ = std::max(newest_, day);
    if (account == kNoAccount) {
      ++folded.unmatched;
      unmatched.add(feedback_.source, id, 1, is_late ? "answered after as_of" : kNoSuchAccount);
      continue;
    }
    ++folded.used;
    Answers& answers = answers_[account];
    answers.add(day, rows.sequence[row], std::get<NumberColumn>(parts.score->data).values[row]);
    if (parts.theme != nullptr) add_category(answers.themes, std::get<CategoryColumn>(parts.theme->data).codes[row], 1);
  }
}

double FeedbackFolds::number(std::string_view name, const Answers& answers, std::optional<std::int32_t> as_of) const {
  if (name == derived::kResponses) return static_cast<double>(answers.responses);
  if (name == derived::kScore) return answers.score;
  if (name == derived::kPromoters) return static_cast<double>(answers.promoters);
  if (name == derived::kDetractors) return static_cast<double>(answers.detractors);
  if (name == derived::kLastResponse)
    return as_of && answers.last_day != kNever ? static_cast<double>(std::int64_t{*as_of} - answers.last_day) : kNaN;
  const double mean = answers.total.value() / static_cast<double>(answers.scored);
  return answers.scored > 0 && std::isfinite(mean) ? mean : kNaN;
}

std::vector<Column> FeedbackFolds::columns(const Context& context, std::optional<std::int32_t> as_of) const {
  std::vector<Column> columns;
  const std::string& source = feedback_.spec().name;
  CountsOfAccounts themes;
  for (const Answers& answers : answers_) themes.push_back(&answers.themes);
  for (std::string& name : feedback_columns(spec_)) {
    if (name == derived::kTheme) {
      columns.push_back(commonest_category(source, std::move(name), themes, themes_));
      continue;
    }
    NumberColumn column;
    for (const Answers& answers : answers_) column.values.push_back(number(name, answers, as_of));
    columns.push_back({source, std::move(name), ColumnType::kNumber, std::move(column)});
    columns.back().missing_is_never = columns.back().name == derived::kLastResponse;
  }
  if (spec_.theme.empty()) return columns;
  for (Column& share : category_shares(context, source, spec_.theme.text, themes, themes_, feedback_.named))
    columns.push_back(std::move(share));
  return columns;
}

}  // namespace

FoldedRows fold_feedback(const Context& context, const FoldedSource& feedback, Quarantine& quarantine,
                         UnmatchedKeys& unmatched) {
  FoldedRows folded;
  FeedbackFolds folds(feedback);
  folded.rows_read =
      fold_rows(context, feedback, quarantine, [&](const ArrivedRows& rows) { folds.take(rows, folded, unmatched); });
  const std::int32_t newest = context.comm.all_reduce<parallel::Reduce::kMax>(folds.newest());
  folded.as_of = feedback.spec().feedback.as_of;
  if (!folded.as_of && newest != kNever) folded.as_of = newest + 1;
  folded.columns = folds.columns(context, folded.as_of);
  return folded;
}

}  // namespace tessera::intake
