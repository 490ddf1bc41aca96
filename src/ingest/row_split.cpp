#include "ingest/row_split.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tessera::intake {
namespace {

/// Walks over one row; the position is that of the next byte.
class Splitter {
 public:
  Splitter(std::string_view bytes, char delimiter, bool ends_file)
      : bytes_(bytes), delimiter_(delimiter), ends_file_(ends_file) {}

  void split(std::size_t max_fields, SplitRow& row) {
    if (delimiter_ == ' ') {
      split_at_blanks(max_fields, row);
    } else {
      split_at_delimiters(max_fields, row);
    }
    row.text_length = at_;
    const bool line_ends = at_ < bytes_.size();  // on a line feed
    row.complete = line_ends || ends_file_;
    row.length = at_ + (line_ends ? 1 : 0);
    row.lines = lines_ + (line_ends ? 1 : 0);
    if (row.complete && at_ > 0 && bytes_[at_ - 1] == '\r') --row.text_length;
    if (row.fields.empty()) {  // blanks alone
      row.text_length = 0;
      row.fields.emplace_back();
    }
  }

 private:
  void split_at_delimiters(std::size_t max_fields, SplitRow& row) {
    while (true) {
      const FieldPlace field = at_ < bytes_.size() && bytes_[at_] == '"' ? quoted_field() : plain_field(at_);
      if (row.fields.size() < max_fields) row.fields.push_back(field);
      if (at_ == bytes_.size() || bytes_[at_] != delimiter_) break;
      ++at_;
    }
  }

  /// Any number of spaces parts two fields; those at either end of the row are none of it.
  void split_at_blanks(std::size_t max_fields, SplitRow& row) {
    while (true) {
      at_ = std::min(bytes_.find_first_not_of(' ', at_), bytes_.size());
      const bool on_return = at_ < bytes_.size() && bytes_[at_] == '\r' &&
                             (at_ + 1 < bytes_.size() ? bytes_[at_ + 1] == '\n' : ends_file_);
      if (on_return) ++at_;
      if (at_ == bytes_.size() || bytes_[at_] == '\n') return;
      const FieldPlace field = bytes_[at_] == '"' ? quoted_field() : plain_field(at_);
      if (row.fields.size() < max_fields) row.fields.push_back(field);
    }
  }

  /// Moves on to the delimiter or line feed that ends the field; a carriage return at the row's end belongs to neither.
  FieldPlace plain_field(std::size_t begin) noexcept {
    skip_text();
    std::size_t end = at_;
    const bool row_ends = at_ == bytes_.size() ? ends_file_ : bytes_[at_] == '\n';
    if (row_ends && end > begin && bytes_[end - 1] == '\r') --end;
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  /// On to the next delimiter or line feed, eight bytes a step: after the exclusive or the byte looked for is zero, and
  /// the lowest borrow of the subtraction shows the first zero byte.
  void skip_text() noexcept {
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = kOnes << 7U;
    const std::uint64_t delimiters = kOnes * static_cast<unsigned char>(delimiter_);
    constexpr std::uint64_t kFeeds = kOnes * '\n';
    const auto zeros = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
    for (; at_ + 8 <= bytes_.size(); at_ += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes_.data() + at_, sizeof word);
      const std::uint64_t first_delimiter = zeros(word ^ delimiters);
      const std::uint64_t first_feed = zeros(word ^ kFeeds);
      if ((first_delimiter | first_feed) == 0) continue;
      at_ += static_cast<std::size_t>(std::min(std::countr_zero(first_delimiter), std::countr_zero(first_feed))) / 8;
      return;
    }
    while (at_ < bytes_.size() && bytes_[at_] != delimiter_ && bytes_[at_] != '\n') ++at_;
  }

  FieldPlace quoted_field() noexcept {
    FieldPlace field;
    field.quoted = true;
    field.begin = static_cast<std::uint32_t>(++at_);
    while (true) {
      const std::size_t quote = std::min(bytes_.find('"', at_), bytes_.size());
      lines_ += static_cast<std::uint32_t>(std::count(bytes_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                      bytes_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
      field.end = static_cast<std::uint32_t>(quote);
      at_ = std::min(quote + 1, bytes_.size());
      if (at_ == bytes_.size() || bytes_[at_] != '"') break;
      field.escaped = true;
      ++at_;
    }
    const FieldPlace rest = plain_field(at_);
    field.trailing = rest.end > rest.begin;
    return field;
  }

  std::string_view bytes_;
  char delimiter_;
  bool ends_file_;
  std::size_t at_ = 0;
  std::uint32_t lines_ = 0;
};

}  // namespace

void split_row(std::string_view bytes, char delimiter, bool ends_file, std::size_t max_fields, SplitRow& row) {
  row.fields.clear();
  Splitter(bytes, delimiter, ends_file).split(max_fields, row);
}

std::string_view without_pairs(std::string_view quoted, TextArena& arena) {
  char* const begin = arena.take(quoted.size());
  char* out = begin;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    *out++ = quoted[i];
    if (quoted[i] == '"') ++i;  // quotes come in pairs here
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

std::string_view field_text(const char* row, const FieldPlace& field, TextArena& arena) {
  const std::string_view text(row + field.begin, field.end - field.begin);
  return field.escaped ? without_pairs(text, arena) : text;
}

}  // namespace tessera::intake
