#include "ingest/column_evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace tessera::intake {
namespace {

using parallel::Reduce;

std::vector<std::string_view> currencies_of(const Evidence& seen) {
  std::vector<std::string_view> currencies;
  for (std::size_t c = 0; c < kCurrencies.size(); ++c) {
    if (seen.counts[static_cast<std::size_t>(Count::kMoney) + c] > 0) currencies.push_back(kCurrencies[c]);
  }
  return currencies;
}

/// "1 cell", "12,000 cells".
std::string cells(std::int64_t n) {
  return n == 1 ? "1 cell" : grouped(n) + " cells";
}

/// Cells that read otherwise with the other mark, where no cell of the column proves either.
std::string doubt(const Evidence& seen, DecimalMark mark, const std::string& column) {
  if (seen.count(Count::kPointNumbers) + seen.count(Count::kCommaNumbers) > 0) return {};
  const bool point = mark == DecimalMark::kPoint;
  std::string note;
  if (const std::int64_t n = seen.count(Count::kDoubtfulCommas); n > 0)
    note += fmt::format("; {} such as 1,234 read as {}", cells(n), point ? "1234" : "1.234");
  if (const std::int64_t n = seen.count(Count::kDoubtfulPoints); n > 0)
    note += fmt::format("; {} such as 1.234 read as {}", cells(n), point ? "1.234" : "1234");
  if (note.empty()) return note;
  return note + fmt::format(", though no cell proves it: write decimal = \"{}\" in [columns.{}] if it is the other way",
                            point ? ',' : '.', column);
}

}  // namespace

std::int64_t Evidence::numbers(DecimalMark mark) const noexcept {
  return count(Count::kNumbers) - count(mark == DecimalMark::kPoint ? Count::kCommaNumbers : Count::kPointNumbers);
}

std::int64_t Evidence::like_dates() const noexcept {
  return count(Count::kPackedDates) + count(Count::kDates) + count(Count::kDatesEither) + count(Count::kDatesDayOnly) +
         count(Count::kDatesMonthOnly);
}

std::int64_t Evidence::dates(std::optional<DateOrder> order) const noexcept {
  const std::int64_t sure = count(Count::kPackedDates) + count(Count::kDates);
  if (!order) return sure;
  return sure + count(Count::kDatesEither) +
         count(*order == DateOrder::kDayFirst ? Count::kDatesDayOnly : Count::kDatesMonthOnly);
}

std::string Evidence::share(std::int64_t n, const char* what) const {
  return fmt::format("{:.1f} % of {} cells are {}", 100.0 * static_cast<double>(n) / static_cast<double>(present()),
                     grouped(present()), what);
}

std::vector<Evidence> gather_evidence(const parallel::Communicator& comm, const std::vector<LocalEvidence>& local) {
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> spellings;
  for (const LocalEvidence& column : local) {
    counts.insert(counts.end(), column.scan.counts().begin(), column.scan.counts().end());
    spellings.push_back(column.n_spellings);
  }
  comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
  comm.all_reduce<Reduce::kMax>(std::span<std::int64_t>(spellings));
  std::vector<Evidence> evidence(local.size());
  for (std::size_t c = 0; c < local.size(); ++c) {
    std::copy_n(counts.begin() + static_cast<std::ptrdiff_t>(c * kCounts), kCounts, evidence[c].counts.begin());
    evidence[c].least_spellings = spellings[c];
  }
  return evidence;
}

DecimalMark decimal_mark(const Evidence& seen) noexcept {
  const std::int64_t point = seen.count(Count::kPointNumbers);
  const std::int64_t comma = seen.count(Count::kCommaNumbers);
  if (point != comma) return comma > point ? DecimalMark::kComma : DecimalMark::kPoint;
  const std::int64_t points = seen.count(Count::kDoubtfulPoints);
  const bool money =
      point == 0 && points > 0 && points == seen.count(Count::kMoneyPoints) && seen.count(Count::kDoubtfulCommas) == 0;
  return money ? DecimalMark::kComma : DecimalMark::kPoint;
}

std::optional<DateOrder> date_order(const Evidence& seen) noexcept {
  const std::int64_t day = seen.count(Count::kDatesDayOnly);
  const std::int64_t month = seen.count(Count::kDatesMonthOnly);
  if (day == month) return std::nullopt;
  return day > month ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
}

bool date_order_is_open(const Evidence& seen) noexcept {
  return seen.count(Count::kDatesEither) > 0 && !date_order(seen);
}

std::string number_notes(const Evidence& seen, DecimalMark mark, bool by_job, const std::string& column) {
  std::string notes;
  if (mark == DecimalMark::kComma && seen.count(Count::kCommaNumbers) > 0)
    notes += fmt::format("; decimal comma, as {} show", cells(seen.count(Count::kCommaNumbers)));
  if (!by_job) notes += doubt(seen, mark, column);
  if (const std::int64_t n = seen.count(Count::kPercent); n > 0)
    notes += fmt::format("; {} with a percent sign, read as hundredths: 12.5 % is 0.125", cells(n));
  if (const std::int64_t n = seen.count(Count::kScaled); n > 0)
    notes += fmt::format("; {} in thousands, millions or billions (k, M, bn), multiplied out", cells(n));
  const std::vector<std::string_view> currencies = currencies_of(seen);
  if (currencies.size() == 1) notes += fmt::format("; in {}", currencies.front());
  if (currencies.size() > 1)
    notes += fmt::format("; in several currencies ({}), which are not converted", fmt::join(currencies, ", "));
  return notes;
}

std::string open_order_note(const Evidence& seen, const std::string& column) {
  return fmt::format(
      "{} such as 3/4/2025, and nothing in the column tells day from month: write date_order = \"dmy\" or \"mdy\" in "
      "[columns.{}]",
      cells(seen.count(Count::kDatesEither)), column);
}

std::string grouped(std::int64_t n) {
  std::string digits = std::to_string(n);
  for (std::ptrdiff_t i = std::ssize(digits) - 3; i > 0; i -= 3) digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

}  // namespace tessera::intake
