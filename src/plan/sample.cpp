#include "plan/sample.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <unordered_set>

#include "ingest/block_plan.hpp"
#include "ingest/column_scan.hpp"
#include "ingest/csv_source.hpp"
#include "ingest/gzip_reader.hpp"
#include "ingest/row_reader.hpp"
#include "ingest/unpacked_text.hpp"
#include "tessera/account_key.hpp"

namespace tessera::plan {
namespace {

using intake::Block;
using intake::CsvSource;

/// Where the row begins that follows the line break at or behind `offset`; the end of the file where there is none
/// near.
std::uint64_t next_row(const intake::InputFile& file, std::uint64_t offset, std::uint64_t end) {
  constexpr std::uint64_t kLook = std::uint64_t{64} << 10;
  std::string bytes(std::min(kLook, end - offset), '\0');
  file.read(offset, bytes);
  const std::size_t at = bytes.find('\n');
  return at == std::string::npos ? offset + bytes.size() : offset + at + 1;
}

/// Adds rows to a sample, and keeps how long the rows of each piece are.
class Sampler {
 public:
  explicit Sampler(const CsvSource& source, std::size_t key) : source_(source), key_(key), reader_(source) {
    sample_.columns.resize(source.columns.size());
  }

  /// The rows of a piece, whose ends are moved to line breaks.
  void read(const intake::InputFile& file, Block block) {
    const std::uint64_t end_of_file = source_.files[block.file].bytes;
    if (block.begin > source_.files[block.file].body) block.begin = next_row(file, block.begin - 1, end_of_file);
    block.end = block.end <= block.begin ? block.begin : next_row(file, block.end - 1, end_of_file);
    if (block.begin == block.end) return;
    const std::uint64_t before = met_;
    reader_.open(file, block);
    while (reader_.read()) {
      sample_.refused += reader_.refused().size();
      met_ += reader_.size() + reader_.refused().size();
      take_batch();
    }
    if (met_ > before)
      bytes_a_row_.push_back(static_cast<double>(block.end - block.begin) / static_cast<double>(met_ - before));
    bytes_ += block.end - block.begin;
  }

  /// `text_bytes`: of the whole source; all of it was read if `whole`.
  SourceSample finish(double text_bytes, bool whole) && {
    sample_.keys = keys_.size();
    sample_.text_bytes = text_bytes;
    sample_.count = whole ? SourceSample::Count::kCounted : SourceSample::Count::kSampled;
    sample_.rows_global = static_cast<double>(met_);
    if (!whole && bytes_ > 0) sample_.rows_global *= text_bytes / static_cast<double>(bytes_);
    if (!whole) sample_.rows_error = error_of_mean();
    return std::move(sample_);
  }

 private:
  void take_batch() {
    sample_.rows += reader_.size();
    for (std::size_t c = 0; c < sample_.columns.size(); ++c) {
      reader_.cells(c, cells_);
      if (c == key_) take_keys();
      SampledColumn& column = sample_.columns[c];
      intake::ColumnScan scan;
      for (const std::string_view cell : cells_) {
        scan.add(cell);
        column.bytes += cell.size();
        if (column.spellings.size() <= intake::kMostCategories && !column.spellings.contains(cell))
          column.spellings.emplace(cell);
      }
      for (std::size_t i = 0; i < intake::kCounts; ++i) column.seen.counts[i] += scan.counts()[i];
    }
  }
  void take_keys() {
    for (const std::string_view cell : cells_) {
      sample_.key_bytes += cell.size();
      keys_.insert(account_key(cell).hi);
    }
  }
  [[nodiscard]] double error_of_mean() const {
    const auto n = static_cast<double>(bytes_a_row_.size());
    if (n < 2.0) return 0.0;
    double mean = 0.0, squares = 0.0;
    for (const double x : bytes_a_row_) mean += x / n;
    for (const double x : bytes_a_row_) squares += (x - mean) * (x - mean);
    return std::sqrt(squares / (n - 1.0) / n) / mean;
  }

  const CsvSource& source_;
  const std::size_t key_;
  intake::RowReader reader_;
  SourceSample sample_;
  std::uint64_t met_ = 0;    ///< rows, good or not
  std::uint64_t bytes_ = 0;  ///< of the pieces
  std::vector<double> bytes_a_row_;
  std::unordered_set<std::uint64_t> keys_;
  std::vector<std::string_view> cells_;
};

std::size_t key_of(const SourceSpec& spec, const CsvSource& source) {
  return static_cast<std::size_t>(std::ranges::find(source.columns, spec.key) - source.columns.begin());
}

SourceSample sample_of_text(const SourceSpec& spec, const CsvSource& source, const SampleSize& size) {
  const bool whole = source.bytes <= size.pieces * size.piece_bytes;
  std::vector<Block> pieces;
  if (whole) {
    pieces = intake::cut_blocks(source, 0, source.bytes, std::max<std::uint64_t>(1, source.bytes));
  } else {
    for (std::size_t p = 0; p < size.pieces; ++p) {
      // The first piece is at the front and the last at the end: what changes over a file shows.
      const std::uint64_t room = source.bytes - size.piece_bytes;
      const std::uint64_t begin = size.pieces == 1 ? 0 : room / (size.pieces - 1) * p;
      std::ranges::copy(intake::cut_blocks(source, begin, begin + size.piece_bytes, size.piece_bytes),
                        std::back_inserter(pieces));
    }
  }
  const auto files = intake::open_files(source, pieces);
  Sampler sampler(source, key_of(spec, source));
  for (const Block& piece : pieces) sampler.read(*files[piece.file], piece);
  return std::move(sampler).finish(static_cast<double>(source.bytes), whole);
}

double times_smaller_when_packed(std::string_view text) {
  uLongf packed = compressBound(text.size());
  std::vector<Bytef> out(packed);
  if (text.empty() || compress(out.data(), &packed, reinterpret_cast<const Bytef*>(text.data()), text.size()) != Z_OK)
    return 1.0;
  return static_cast<double>(text.size()) / static_cast<double>(packed);
}

/// The front of a gzip file, as a source of its own; what else there is follows from how well that much packs.
SourceSample sample_of_gzip(const SourceSpec& spec, CsvSource source, const SourceHead& head, const SampleSize& size) {
  const intake::InputFile packed(source.files.front().path);
  intake::GzipReader reader(packed);
  std::string text(size.pieces * size.piece_bytes, '\0');
  text.resize(reader.read(text));
  const double times = times_smaller_when_packed(text);
  text.resize(text.rfind('\n') == std::string::npos ? text.size() : text.rfind('\n') + 1);
  intake::UnpackedText unpacked(packed);
  unpacked.append(text);
  const intake::InputFile front = unpacked.finish();

  source.files.resize(1);
  source.files[0].bytes = std::max<std::uint64_t>(front.bytes(), source.files[0].body);
  source.files[0].packed = false;
  source.bytes = source.files[0].bytes - source.files[0].body;
  Sampler sampler(source, key_of(spec, source));
  for (const Block& piece : intake::cut_blocks(source, 0, source.bytes, size.piece_bytes)) sampler.read(front, piece);
  SourceSample sample = std::move(sampler).finish(static_cast<double>(head.bytes) * times, false);
  sample.count = SourceSample::Count::kGuessed;
  sample.rows_error = 0.0;
  return sample;
}

/// Packed in a format that tells nothing from its front: so many numbers of eight bytes as it has columns are a row.
SourceSample guess(const CsvSource& source, const SourceHead& head) {
  SourceSample sample;
  sample.count = SourceSample::Count::kGuessed;
  sample.text_bytes = static_cast<double>(head.bytes);
  sample.rows_global = sample.text_bytes / (8.0 * static_cast<double>(std::max<std::size_t>(1, source.columns.size())));
  sample.columns.resize(source.columns.size());
  return sample;
}

}  // namespace

SourceSample sample_source(const SourceSpec& spec, const SourceHead& head, const SampleSize& size) {
  CsvSource source = intake::open_csv_source(spec, head.files);
  if (!source.any_packed()) return sample_of_text(spec, source, size);
  if (intake::is_gzip(intake::InputFile(source.files.front().path)))
    return sample_of_gzip(spec, std::move(source), head, size);
  return guess(source, head);
}

double distinct_in_all(double distinct, double n_seen, double n_all) noexcept {
  if (n_seen <= 0.0 || n_all <= n_seen) return distinct;
  if (distinct >= n_seen) return n_all;
  // distinct = d (1 − exp(−n_seen / d)) has one solution, as the right side grows with d.
  double low = distinct, high = distinct;
  const auto met = [n_seen](double d) { return -d * std::expm1(-n_seen / d); };
  while (met(high) < distinct && high < n_all) high *= 2.0;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    (met(middle) < distinct ? low : high) = middle;
  }
  return std::clamp(-high * std::expm1(-n_all / high), distinct, n_all);
}

}  // namespace tessera::plan
