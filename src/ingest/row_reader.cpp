#include "ingest/row_reader.hpp"

#include <algorithm>
#include <optional>

#include "core/utf8.hpp"
#include "ingest/limits.hpp"

namespace tessera::intake {
namespace {

/// Rows and fields read together, if one row does not have more: where they lie stays in the caches.
constexpr std::size_t kRowsAtOnce = 1024;
constexpr std::size_t kFieldsAtOnce = std::size_t{1} << 18;
/// Places that a scan may want behind those of whole rows.
constexpr std::size_t kSpareEnds = 4 * kScanPadding;

bool is_text(std::string_view row) noexcept {
  return is_utf8(row) && row.find('\0') == std::string_view::npos;
}

std::string_view raw(const char* bytes, const FieldPlace& field) noexcept {
  return {bytes + field.begin, field.end - field.begin};
}

/// What is wrong with the shape of a row.
std::optional<Fault> find_fault(const char* bytes, const SplitRow& row, std::size_t n_columns) {
  const std::string_view text(bytes, row.text_length);
  const bool plain = is_plain(text);
  const std::size_t n = std::min(row.fields.size(), n_columns);
  for (std::size_t c = 0; c < n; ++c) {
    const FieldPlace& field = row.fields[c];
    const std::string_view cell = raw(bytes, field);
    const int column = static_cast<int>(c);
    if (cell.size() > kLongestField) return Fault{column, "longer than 1 MiB", cell};
    if (!plain && cell.find('\0') != std::string_view::npos) return Fault{column, "a NUL character", cell};
    if (!plain && !is_utf8(cell)) return Fault{column, "not UTF-8", cell};
    if (field.trailing) return Fault{column, "text between a closing quote and the delimiter", text};
  }
  if (!row.complete) return Fault{Fault::kWholeRow, "row longer than 8 MiB", text};
  if (row.fields.size() < n_columns) return Fault{Fault::kWholeRow, "too few fields", text};
  if (row.fields.size() > n_columns) return Fault{Fault::kWholeRow, "too many fields", text};
  return std::nullopt;
}

}  // namespace

void Window::open(const InputFile& file, std::uint64_t file_bytes, std::uint64_t begin, std::uint64_t bytes) {
  constexpr std::uint64_t kReadAhead = std::uint64_t{16} << 10;
  file_ = &file;
  file_bytes_ = file_bytes;
  begin_ = begin;
  size_ = 0;
  grow_to(std::min(bytes + kReadAhead, file_bytes_ - begin_));
}

std::string_view Window::row_bytes(std::size_t at) const noexcept {
  return {bytes_.get() + at, std::min(size_ - at, kLongestRow)};
}

bool Window::row_bytes_end_file(std::size_t at) const noexcept {
  return begin_ + at + row_bytes(at).size() == file_bytes_;
}

void Window::hold(std::size_t at, std::size_t bytes) {
  grow_to(std::min<std::uint64_t>(at + bytes, file_bytes_ - begin_));
}

void Window::grow_to(std::uint64_t size) {
  static_assert(kScanPadding >= kCellPadding);
  if (size <= size_) return;
  if (size + kScanPadding > capacity_) {
    capacity_ = size + kScanPadding;
    auto grown = std::make_unique<char[]>(capacity_);
    std::copy_n(bytes_.get(), size_, grown.get());
    bytes_ = std::move(grown);
  }
  file_->read(begin_ + size_, {bytes_.get() + size_, size - size_});
  size_ = size;
}

RowReader::RowReader(const CsvSource& source)
    : source_(source),
      n_columns_(source.columns.size()),
      ends_(std::min(kRowsAtOnce * n_columns_, std::max(n_columns_, kFieldsAtOnce)) + kSpareEnds),
      scanned_(kRowsAtOnce + kScanPadding) {}

void RowReader::open(const InputFile& file, const Block& block) {
  const CsvFile& body = source_.files[block.file];
  block_ = block;
  block_bytes_ = block.end - block.begin;
  window_.open(file, body.bytes, block.begin, block_bytes_);
  const std::string_view text = window_.text().substr(0, block_bytes_);
  const auto start = first_row_start(block.state, text, source_.delimiter);
  at_ = start.value_or(block_bytes_);
  lines_ = static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
}

RowPlace RowReader::place_at(std::size_t begin, std::uint64_t lines) const noexcept {
  const CsvFile& body = source_.files[block_.file];
  return {block_.file, block_.line + lines, body.first + (block_.begin + begin - body.body)};
}

bool RowReader::read() {
  rows_.clear();
  by_hand_.clear();
  refused_.clear();
  arena_.clear();
  n_ends_ = 0;
  while (at_ < block_bytes_ && rows_.size() + refused_.size() < kRowsAtOnce &&
         n_ends_ + n_columns_ + kSpareEnds <= ends_.size()) {
    const std::size_t before = at_;
    if (source_.delimiter != ' ') scan();
    if (at_ == before && !split_next()) break;
  }
  return !rows_.empty() || !refused_.empty();
}

/// Takes rows as long as the masks tell all.
void RowReader::scan() {
  const std::size_t first = n_ends_;
  ends_[first] = static_cast<std::uint32_t>(at_) - 1U;  // where the row before ended; −1 before the first
  const std::string_view text = window_.text().substr(0, at_ + window_.row_bytes(at_).size());
  const ScanResult found = scan_structure(text, at_, block_bytes_, source_.delimiter, n_columns_,
                                          {std::span(ends_).subspan(first), scanned_});
  const std::uint64_t lines = lines_;
  for (std::size_t r = 0; r < found.n_rows; ++r) {
    ScannedRow row = scanned_[r];
    row.first += static_cast<std::uint32_t>(first);
    row.line += static_cast<std::uint32_t>(lines);
    take_scanned(row);
  }
  n_ends_ = first + found.n_ends;
  at_ = found.next_row;
  lines_ = lines + found.lines;
}

void RowReader::take_scanned(const ScannedRow& scanned) {
  const std::uint32_t begin = ends_[scanned.first - 1] + 1U;
  if (scanned.look != RowLook::kOdd) {
    const std::uint32_t end = ends_[scanned.first + n_columns_ - 1];
    const bool judged = end - begin <= kLongestField &&
                        (scanned.look == RowLook::kPlain || is_text(window_.text().substr(begin, end - begin)));
    if (judged) {
      rows_.push_back({scanned.first, scanned.line, begin, false});
      return;
    }
  }
  split(begin);
  take_by_hand(begin, scanned.line);
}

void RowReader::split(std::size_t begin) {
  split_row(window_.row_bytes(begin), source_.delimiter, window_.row_bytes_end_file(begin), n_columns_ + 1, split_);
}

/// The next row, by hand. False: it needs more bytes than are held, and cells that are read would not stay where they
/// are.
bool RowReader::split_next() {
  split(at_);
  while (!split_.complete && split_.length < kLongestRow) {
    if (!rows_.empty() || !refused_.empty()) return false;
    window_.hold(at_, std::min(4 * split_.length + 64, kLongestRow));
    split(at_);
  }
  take_by_hand(at_, lines_);
  at_ += split_.length;
  lines_ += split_.lines;
  return true;
}

void RowReader::take_by_hand(std::size_t begin, std::uint64_t lines) {
  const char* const bytes = window_.text().data() + begin;
  if (split_.text_length == 0 && n_columns_ > 1) return;
  if (std::optional<Fault> fault = find_fault(bytes, split_, n_columns_)) {
    refused_.push_back({place_at(begin, lines), std::move(*fault)});
    return;
  }
  rows_.push_back({static_cast<std::uint32_t>(by_hand_.size()), static_cast<std::uint32_t>(lines),
                   static_cast<std::uint32_t>(begin), true});
  for (std::size_t c = 0; c < n_columns_; ++c) by_hand_.push_back(field_text(bytes, split_.fields[c], arena_));
}

/// The cell that lies between two ends; its quotes are checked already.
std::string_view RowReader::between(std::size_t begin, std::size_t end) {
  const std::string_view cell(window_.text().data() + begin, end - begin);
  if (!cell.starts_with('"')) return cell;
  const std::string_view quoted = cell.substr(1, cell.size() - 2);
  return quoted.find('"') == std::string_view::npos ? quoted : without_pairs(quoted, arena_);
}

void RowReader::cells(std::size_t column, std::vector<std::string_view>& cells) {
  cells.resize(rows_.size());
  const bool is_last = column + 1 == n_columns_;
  const char* const text = window_.text().data();
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (rows_[r].by_hand) {
      cells[r] = by_hand_[rows_[r].first + column];
      continue;
    }
    const std::size_t i = rows_[r].first + column;
    const std::size_t begin = ends_[i - 1] + 1U;
    std::size_t end = ends_[i];
    if (is_last && end > begin && text[end - 1] == '\r') --end;
    cells[r] = text[begin] == '"' ? between(begin, end) : std::string_view(text + begin, end - begin);
  }
}

}  // namespace tessera::intake
