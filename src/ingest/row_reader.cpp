#include "ingest/row_reader.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "ingest/limits.hpp"
#include "ingest/row_split.hpp"
#include "ingest/utf8.hpp"

namespace tessera::intake {
namespace {

/// A block's bytes and as many behind it as its last row needs.
class Window {
 public:
  Window(const InputFile& file, const CsvFile& body, const Block& block)
      : file_(file), file_bytes_(body.bytes), begin_(block.begin) {
    grow_to(std::min(block.end - block.begin + kReadAhead, file_bytes_ - begin_));
  }

  [[nodiscard]] char* data() noexcept { return bytes_.get(); }
  [[nodiscard]] std::string_view first(std::size_t bytes) const noexcept { return {bytes_.get(), bytes}; }
  /// What is held from `at` on, and no more than the longest row: where a row ends must not depend on the block.
  [[nodiscard]] std::string_view row_bytes(std::size_t at) const noexcept {
    return {bytes_.get() + at, std::min(size_ - at, kLongestRow)};
  }
  [[nodiscard]] bool row_bytes_end_file(std::size_t at) const noexcept {
    return begin_ + at + row_bytes(at).size() == file_bytes_;
  }

  /// Reads on, until `bytes` are held from `at`, or the file ends.
  void hold(std::size_t at, std::size_t bytes) { grow_to(std::min<std::uint64_t>(at + bytes, file_bytes_ - begin_)); }

 private:
  static constexpr std::uint64_t kReadAhead = std::uint64_t{16} << 10;

  void grow_to(std::uint64_t size) {
    if (size <= size_) return;
    auto grown = std::make_unique_for_overwrite<char[]>(size);
    std::copy_n(bytes_.get(), size_, grown.get());
    file_.read(begin_ + size_, {grown.get() + size_, size - size_});
    bytes_ = std::move(grown);
    size_ = size;
  }

  const InputFile& file_;
  std::uint64_t file_bytes_;
  std::uint64_t begin_;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

/// Judges the shape of one row after the other and hands it on.
class RowJudge {
 public:
  RowJudge(std::size_t n_columns, RowSink& sink) : n_columns_(n_columns), sink_(sink) { cells_.resize(n_columns); }

  void judge(const RowPlace& place, char* bytes, const SplitRow& row) {
    const std::string_view text(bytes, row.text_length);
    if (text.empty() && n_columns_ > 1) return;
    if (const std::optional<Fault> fault = find_fault(bytes, text, row)) {
      sink_.refused(place, *fault);
      return;
    }
    for (std::size_t c = 0; c < n_columns_; ++c) cells_[c] = field_text(bytes, row.fields[c]);
    sink_.row(place, cells_);
  }

 private:
  static std::string_view raw(const char* bytes, const FieldPlace& field) noexcept {
    return {bytes + field.begin, field.end - field.begin};
  }

  [[nodiscard]] std::optional<Fault> find_fault(const char* bytes, std::string_view text, const SplitRow& row) const {
    const bool plain = is_plain(text);
    const std::size_t n = std::min(row.fields.size(), n_columns_);
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
    if (row.fields.size() < n_columns_) return Fault{Fault::kWholeRow, "too few fields", text};
    if (row.fields.size() > n_columns_) return Fault{Fault::kWholeRow, "too many fields", text};
    return std::nullopt;
  }

  std::size_t n_columns_;
  RowSink& sink_;
  std::vector<std::string_view> cells_;
};

}  // namespace

void read_block(const CsvSource& source, const InputFile& file, const Block& block, RowSink& sink) {
  const CsvFile& body = source.files[block.file];
  const std::size_t n_columns = source.columns.size();
  const std::size_t block_bytes = block.end - block.begin;
  Window window(file, body, block);
  const auto start = first_row_start(block.state, window.first(block_bytes), source.delimiter);
  if (!start) return;
  std::size_t at = *start;
  const std::string_view skipped = window.first(at);
  RowPlace place{block.file, block.line + static_cast<std::uint64_t>(std::count(skipped.begin(), skipped.end(), '\n'))};

  RowJudge judge(n_columns, sink);
  SplitRow row;
  while (at < block_bytes) {
    place.sequence = body.first + (block.begin + at - body.body);
    const auto split = [&] {
      split_row(window.row_bytes(at), source.delimiter, window.row_bytes_end_file(at), n_columns + 1, row);
    };
    split();
    while (!row.complete && row.length < kLongestRow) {
      window.hold(at, std::min(4 * row.length + 64, kLongestRow));
      split();
    }
    judge.judge(place, window.data() + at, row);
    at += row.length;
    place.line += row.lines;
  }
}

}  // namespace tessera::intake
