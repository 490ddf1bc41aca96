#include "ingest/column_reader.hpp"

#include <fmt/format.h>

#include "ingest/cell.hpp"
#include "ingest/quick_cell.hpp"
#include "ingest/text_copy.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

/// More than a category may have, by the spellings of what is missing.
constexpr std::size_t kMostSpellings = kMostCategories + 256;

/// What a run of cells that were quickly read look like.
struct QuickCounts {
  std::int64_t integers = 0, with_point = 0, flags = 0, dates = 0;

  void add_to(ColumnScan& scan) const noexcept {
    scan.add(Count::kCells, integers + with_point + dates);
    scan.add(Count::kNumbers, integers + with_point);
    scan.add(Count::kPointNumbers, with_point);
    scan.add(Count::kFlags, flags);
    scan.add(Count::kDates, dates);
  }
};

}  // namespace

ColumnReader::ColumnReader(const ColumnPlan& plan, bool learns) : plan_(plan), learns_(learns) {}

void ColumnReader::read(std::span<const std::string_view> cells, CellValues& values, std::vector<BadCell>& bad) {
  if (!plan_.stored) return read_spellings<std::int32_t>(cells, nullptr, bad);
  switch (plan_.type) {
    case ColumnType::kNumber:
      return read_numbers(cells, std::get<std::vector<double>>(values), bad);
    case ColumnType::kDate:
      return read_dates(cells, std::get<std::vector<std::int32_t>>(values), bad);
    case ColumnType::kCategory:
      return read_spellings(cells, &std::get<std::vector<std::int32_t>>(values), bad);
    case ColumnType::kFlag:
      return read_spellings(cells, &std::get<std::vector<std::int8_t>>(values), bad);
    case ColumnType::kText:
      return read_texts(cells, std::get<TextColumn>(values), bad);
  }
}

ColumnScan ColumnReader::scan() const {
  ColumnScan scan = scan_;
  for (std::uint32_t code = 0; code < times_.size(); ++code) scan.add(dictionary_.spelling(code), times_[code]);
  return scan;
}

void ColumnReader::read_numbers(std::span<const std::string_view> cells, std::vector<double>& values,
                                std::vector<BadCell>& bad) {
  const bool point = plan_.decimal == DecimalMark::kPoint;
  const bool bounded = plan_.min || plan_.max;
  const std::size_t first = values.size();
  values.resize(first + cells.size());
  double* const out = values.data() + first;
  QuickCounts counts;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const QuickNumber number = quick_number(cells[r]);
    std::optional<std::string> complaint;
    if (number.found && (point || !number.has_point)) {
      out[r] = number.value;
      (number.has_point ? counts.with_point : counts.integers) += 1;
      counts.flags += (number.value == 0.0 || number.value == 1.0) && cells[r].front() != '-' ? 1 : 0;
      if (!bounded) continue;
      complaint = out_of_range(number.value);
      if (complaint && bad_becomes_missing()) out[r] = kNoNumber;
    } else {
      complaint = read_number(cells[r], out[r]);
    }
    if (complaint && !bad_becomes_missing()) bad.push_back({r, std::move(*complaint), cells[r]});
  }
  if (learns_) counts.add_to(scan_);
}

std::optional<std::string> ColumnReader::out_of_range(double value) const {
  if (plan_.min && value < *plan_.min) return fmt::format("below the minimum of {}", *plan_.min);
  if (plan_.max && value > *plan_.max) return fmt::format("above the maximum of {}", *plan_.max);
  return std::nullopt;
}

std::optional<std::string> ColumnReader::read_number(std::string_view cell, double& value) {
  if (learns_) scan_.add(cell);
  cell = trimmed(cell);
  value = kNoNumber;
  if (is_missing(cell)) return plan_.missing_is_refused ? std::optional<std::string>("missing") : std::nullopt;
  const std::optional<double> number = parse_number(cell, plan_.decimal);
  if (!number) return "not a number";
  std::optional<std::string> complaint = out_of_range(*number);
  if (!complaint) value = *number;
  return complaint;
}

void ColumnReader::read_dates(std::span<const std::string_view> cells, std::vector<std::int32_t>& values,
                              std::vector<BadCell>& bad) {
  const std::size_t first = values.size();
  values.resize(first + cells.size());
  std::int32_t* const out = values.data() + first;
  QuickCounts counts;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const QuickDate date = quick_date(cells[r]);
    if (date.found) {
      out[r] = date.days;
      ++counts.dates;
      continue;
    }
    std::optional<std::string> complaint = read_date_cell(cells[r], out[r]);
    if (complaint && !bad_becomes_missing()) bad.push_back({r, std::move(*complaint), cells[r]});
  }
  if (learns_) counts.add_to(scan_);
}

std::optional<std::string> ColumnReader::read_date_cell(std::string_view cell, std::int32_t& value) {
  if (learns_) scan_.add(cell);
  cell = trimmed(cell);
  value = kMissingDate;
  if (is_missing(cell)) return plan_.missing_is_refused ? std::optional<std::string>("missing") : std::nullopt;
  const DateReading reading = read_date(cell);
  const std::optional<std::int32_t> days = plan_.month_first ? reading.month_first : reading.day_first;
  if (!days) return plan_.month_first ? "not a date (year, or month and day, first)" : "not a date (year or day first)";
  value = *days;
  return std::nullopt;
}

template <class Value>
void ColumnReader::read_spellings(std::span<const std::string_view> cells, std::vector<Value>* values,
                                  std::vector<BadCell>& bad) {
  const std::size_t first = values == nullptr ? 0 : values->size();
  if (values != nullptr) values->resize(first + cells.size());
  if (values == nullptr && overflowed_ && !learns_) return;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const std::string_view cell = trimmed(cells[r]);
    const std::uint32_t code = overflowed_ ? 0 : dictionary_.code_of(cell);
    const bool is_known = code < meanings_.size();
    if (is_known) ++times_[code];
    const Meaning meaning = is_known ? meanings_[code] : meet_new(cell, code);
    if (values == nullptr) continue;
    (*values)[first + r] = static_cast<Value>(meaning.value);
    if (meaning.is_bad) bad.push_back({r, is_missing(cell) ? "missing" : "not a flag", cells[r]});
  }
}

/// Counts a spelling that is new, or one of too many, and gives what it means.
ColumnReader::Meaning ColumnReader::meet_new(std::string_view spelling, std::uint32_t code) {
  if (!overflowed_) {
    if (spelling.size() <= kLongestCategory && dictionary_.size() <= kMostSpellings) {
      times_.push_back(1);
      return meanings_.emplace_back(meaning_of(spelling, code));
    }
    overflow();
  }
  if (learns_ && is_plain_word(spelling)) {
    scan_.add(Count::kCells, 1);
  } else if (learns_) {
    scan_.add(spelling);
  }
  return meaning_of(spelling, 0);
}

/// From here on cells are read one by one: so many spellings are no category.
void ColumnReader::overflow() {
  scan_ = scan();
  times_.clear();
  meanings_.clear();
  dictionary_ = SpellingDictionary();
  overflowed_ = true;
}

ColumnReader::Meaning ColumnReader::meaning_of(std::string_view spelling, std::uint32_t code) const {
  if (is_missing(spelling)) return {kNoCode, plan_.missing_is_refused};
  if (plan_.type != ColumnType::kFlag) return category_of(spelling, code);
  const std::optional<bool> flag = parse_flag(spelling);
  if (!flag) return {kNoFlag, !bad_becomes_missing()};
  return {*flag ? 1 : 0, false};
}

ColumnReader::Meaning ColumnReader::category_of(std::string_view spelling, std::uint32_t code) const {
  if (!plan_.settled) return {static_cast<std::int32_t>(code), false};
  const auto found = plan_.codes.find(spelling);
  if (found == plan_.codes.end())
    throw Error(ExitCode::kNoInput,
                fmt::format("column \"{}\" has a value now that it did not have a moment ago: a file was changed while "
                            "being read. Start again once the delivery is complete",
                            plan_.name));
  return {found->second, false};
}

void ColumnReader::read_texts(std::span<const std::string_view> cells, TextColumn& values,
                              std::vector<BadCell>& bad) const {
  if (plan_.verbatim)
    return append_texts(
        cells.size(), [&](std::size_t r) { return cells[r]; }, values);
  const auto text = [&](std::size_t r) { return is_missing(trimmed(cells[r])) ? std::string_view() : cells[r]; };
  append_texts(cells.size(), text, values);
  if (!plan_.missing_is_refused) return;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    if (text(r).empty()) bad.push_back({r, "missing", cells[r]});
  }
}

}  // namespace tessera::intake
