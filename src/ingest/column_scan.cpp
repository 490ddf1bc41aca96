#include "ingest/column_scan.hpp"

#include <algorithm>
#include <utility>

#include "ingest/cell.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/row_reader.hpp"

namespace tessera::intake {
namespace {

class ScanSink : public RowSink {
 public:
  explicit ScanSink(const std::vector<Remember>& remember) : scans_(remember.begin(), remember.end()) {
    for (std::size_t c = 0; c < remember.size(); ++c) {
      if (remember[c] != Remember::kNoScan) columns_.push_back(c);
    }
  }
  void row(const RowPlace& /*place*/, std::span<const std::string_view> cells) override {
    for (const std::size_t c : columns_) scans_[c].add(cells[c]);
  }
  void refused(const RowPlace& /*place*/, const Fault& /*fault*/) override {}
  [[nodiscard]] std::vector<ColumnScan>& scans() noexcept { return scans_; }

 private:
  std::vector<std::size_t> columns_;
  std::vector<ColumnScan> scans_;
};

}  // namespace

void ColumnScan::add(std::string_view cell) {
  ++at(Count::kCells);
  cell = trimmed(cell);
  if (is_missing(cell)) {
    ++at(Count::kMissing);
    return;
  }
  if (parse_flag(cell)) ++at(Count::kFlags);
  const bool like_iso_date = cell.size() >= 10 && cell[4] == '-' && cell[7] == '-';
  const NumberForm number = like_iso_date ? NumberForm() : number_form(cell);
  if (number.is_number()) count_number(number, cell);
  const bool word = !number.is_number() && !count_date(cell);
  if (remember_ == Remember::kEverything || (word && remember_ == Remember::kWords)) meet(cell);
}

void ColumnScan::count_number(const NumberForm& number, std::string_view cell) {
  ++at(Count::kNumbers);
  if (!number.with_comma) ++at(Count::kPointNumbers);
  if (!number.with_point) ++at(Count::kCommaNumbers);
  if (number.differs) ++at(number.comma_inside ? Count::kDoubtfulCommas : Count::kDoubtfulPoints);
  if (number.differs && !number.comma_inside && number.currency != kNoCurrency) ++at(Count::kMoneyPoints);
  if (number.percent) ++at(Count::kPercent);
  if (number.scaled) ++at(Count::kScaled);
  if (number.currency != kNoCurrency)
    ++counts_[static_cast<std::size_t>(Count::kMoney) + static_cast<std::size_t>(number.currency)];
  if (is_packed_date(cell)) ++at(Count::kPackedDates);
}

/// Whether it is one.
bool ColumnScan::count_date(std::string_view cell) {
  const DateReading date = read_date(cell);
  if (!date.day_first && !date.month_first) return false;
  ++at(date.day_first == date.month_first ? Count::kDates
       : !date.month_first                ? Count::kDatesDayOnly
       : !date.day_first                  ? Count::kDatesMonthOnly
                                          : Count::kDatesEither);
  return true;
}

void ColumnScan::meet(std::string_view spelling) {
  if (is_text_ || spellings_.find(spelling) != spellings_.end()) return;
  if (spelling.size() > kLongestCategory || spellings_.size() == kMostCategories) {
    is_text_ = true;
    spellings_.clear();
    return;
  }
  spellings_.emplace(spelling);
}

void ColumnScan::add(ColumnScan&& other) {
  for (std::size_t i = 0; i < kCounts; ++i) counts_[i] += other.counts_[i];
  if (other.is_text_) {
    is_text_ = true;
    spellings_.clear();
  }
  if (spellings_.size() < other.spellings_.size() && !is_text_) std::swap(spellings_, other.spellings_);
  for (const std::string& spelling : other.spellings_) meet(spelling);
}

std::int64_t ColumnScan::n_spellings() const noexcept {
  return static_cast<std::int64_t>(is_text_ ? kMostCategories + 1 : spellings_.size());
}

std::vector<ColumnScan> scan_columns(const CsvSource& source, const std::vector<Block>& blocks,
                                     const std::vector<Remember>& remember, int threads) {
  const auto files = open_files(source, blocks);
  const std::size_t n_parts =
      std::max<std::size_t>(1, std::min<std::size_t>(static_cast<std::size_t>(threads), blocks.size()));
  std::vector<ScanSink> sinks(n_parts, ScanSink(remember));
  for_each_in_parallel(threads, n_parts, [&](std::size_t part) {
    for (std::size_t b = blocks.size() * part / n_parts; b < blocks.size() * (part + 1) / n_parts; ++b)
      read_block(source, *files[blocks[b].file], blocks[b], sinks[part]);
  });
  std::vector<ColumnScan> scans = std::move(sinks.front().scans());
  for (std::size_t part = 1; part < n_parts; ++part) {
    for (std::size_t c = 0; c < scans.size(); ++c) scans[c].add(std::move(sinks[part].scans()[c]));
  }
  return scans;
}

}  // namespace tessera::intake
