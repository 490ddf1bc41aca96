#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tessera::job {

/// Where something stands: in the job file, or in a --set.
struct Place {
  int line = 0;    ///< 1-based; 0: not in the file
  int column = 0;  ///< 1-based, in characters
  int set = -1;    ///< which --set it came from; −1: none
};

struct Value;
struct Entry;

/// A TOML date or time. No key takes one, so its value is not kept.
struct DateValue {};

using Array = std::vector<Value>;

/// A TOML table in the order of the file.
struct Table {
  std::vector<Entry> entries;
  [[nodiscard]] const Entry* find(std::string_view key) const noexcept;
  [[nodiscard]] Entry* find(std::string_view key) noexcept;
};

/// One value of the job file with its place.
struct Value {
  std::variant<std::string, std::int64_t, double, bool, DateValue, Array, Table> data;
  Place place;
  [[nodiscard]] const Table* table() const noexcept { return std::get_if<Table>(&data); }
  [[nodiscard]] const Array* array() const noexcept { return std::get_if<Array>(&data); }
  [[nodiscard]] const std::string* text() const noexcept { return std::get_if<std::string>(&data); }
};

struct Entry {
  std::string key;
  Place place;  ///< of the key
  Value value;
};

/// A text that is not TOML: where, and what the parser says.
struct SyntaxMistake {
  Place place;
  std::string what;
};

/// The whole text as a table; or the first mistake in its syntax. Hostile text is a mistake, never a crash.
[[nodiscard]] std::variant<Table, SyntaxMistake> parse_document(std::string_view text);

/// One value as it would stand right of "="; nullopt if the text is not a single TOML value. Everything in it has
/// `place`.
[[nodiscard]] std::optional<Value> parse_value(std::string_view text, Place place);

/// The text as a TOML basic string, quotes included.
[[nodiscard]] std::string toml_text(std::string_view text);
/// The shortest text that reads back as the same double, and as a double.
[[nodiscard]] std::string number_text(double number);
/// A value for a message: short, quoted where it is text, without control characters.
[[nodiscard]] std::string shown(const Value& value);
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace tessera::job
