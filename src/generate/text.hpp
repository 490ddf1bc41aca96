#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera::generate {

/// Appends CSV cells to a string. Far faster than streams, and the same bytes in every locale.
class Text {
 public:
  explicit Text(std::string& out) : out_(out) {}
  Text& operator<<(std::string_view text) {
    out_ += text;
    return *this;
  }
  Text& operator<<(char c) {
    out_ += c;
    return *this;
  }
  Text& operator<<(std::int64_t value) {
    char digits[20];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }
  /// The number in `width` digits at least, zeros in front.
  Text& padded(std::uint64_t value, int width);
  /// Hundredths as a decimal number: 1234 is 12.34.
  Text& hundredths(std::int64_t value);
  /// Days since 1970-01-01 as 2026-01-31.
  Text& iso_date(int days);
  /// The same as 01/31/2026.
  Text& us_date(int days);
  /// A cell in quotes, quotes in it doubled.
  Text& quoted(std::string_view text);

 private:
  std::string& out_;
};

}  // namespace tessera::generate
