#include "ingest/column_scan.hpp"

#include "ingest/cell.hpp"

namespace tessera::intake {

void ColumnScan::add(std::string_view cell, std::int64_t times) {
  at(Count::kCells) += times;
  cell = trimmed(cell);
  if (is_missing(cell)) {
    at(Count::kMissing) += times;
    return;
  }
  if (parse_flag(cell)) at(Count::kFlags) += times;
  const bool like_iso_date = cell.size() >= 10 && cell[4] == '-' && cell[7] == '-';
  const NumberForm number = like_iso_date ? NumberForm() : number_form(cell);
  if (number.is_number()) {
    add_number(number, cell, times);
  } else {
    add_date(cell, times);
  }
}

void ColumnScan::add_number(const NumberForm& number, std::string_view cell, std::int64_t times) {
  at(Count::kNumbers) += times;
  if (!number.with_comma) at(Count::kPointNumbers) += times;
  if (!number.with_point) at(Count::kCommaNumbers) += times;
  if (number.differs) at(number.comma_inside ? Count::kDoubtfulCommas : Count::kDoubtfulPoints) += times;
  if (number.differs && !number.comma_inside && number.currency != kNoCurrency) at(Count::kMoneyPoints) += times;
  if (number.percent) at(Count::kPercent) += times;
  if (number.scaled) at(Count::kScaled) += times;
  if (number.currency != kNoCurrency)
    counts_[static_cast<std::size_t>(Count::kMoney) + static_cast<std::size_t>(number.currency)] += times;
  if (is_packed_date(cell)) at(Count::kPackedDates) += times;
}

void ColumnScan::add_date(std::string_view cell, std::int64_t times) {
  const DateReading date = read_date(cell);
  if (!date.day_first && !date.month_first) return;
  at(date.day_first == date.month_first ? Count::kDates
     : !date.month_first                ? Count::kDatesDayOnly
     : !date.day_first                  ? Count::kDatesMonthOnly
                                        : Count::kDatesEither) += times;
}

void ColumnScan::add(const ColumnScan& other) noexcept {
  for (std::size_t i = 0; i < kCounts; ++i) counts_[i] += other.counts_[i];
}

}  // namespace tessera::intake
