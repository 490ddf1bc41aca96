#include "job/document.hpp"

#include <fmt/format.h>
#include <toml++/impl/preprocessor.h>

#include <algorithm>
#include <utility>

// What toml++ 3.3 asserts, or promises its compiler, is broken by hostile text ("[~x]", "[}"), for which it has an
// error a few lines later. Without these it gets there, in every build.
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_ASSERT_ASSUME(expr) static_assert(true)
#include <toml++/toml.h>

#include "job/key_depth.hpp"

namespace tessera::job {

namespace {

constexpr std::size_t kShownBytes = 80;

Place place_of(const toml::source_region& region) {
  return {.line = static_cast<int>(region.begin.line), .column = static_cast<int>(region.begin.column)};
}

Value plain(const toml::node& node);

Table plain_table(const toml::table& table) {
  Table out;
  out.entries.reserve(table.size());
  for (const auto& [key, node] : table) {
    out.entries.push_back({std::string(key.str()), place_of(key.source()), plain(node)});
  }
  // The parser sorts keys by name; people expect the order that they wrote.
  std::stable_sort(out.entries.begin(), out.entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  return out;
}

Value plain(const toml::node& node) {
  Value value{.data = DateValue{}, .place = place_of(node.source())};
  if (const auto* table = node.as_table()) {
    value.data = plain_table(*table);
  } else if (const auto* array = node.as_array()) {
    Array items;
    items.reserve(array->size());
    for (const toml::node& item : *array) items.push_back(plain(item));
    value.data = std::move(items);
  } else if (const auto* text = node.as_string()) {
    value.data = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.data = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    value.data = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.data = flag->get();
  }
  return value;
}

void move_to(Value& value, Place place) {
  value.place = place;
  if (auto* items = std::get_if<Array>(&value.data)) {
    for (Value& item : *items) move_to(item, place);
  } else if (auto* table = std::get_if<Table>(&value.data)) {
    for (Entry& entry : table->entries) {
      entry.place = place;
      move_to(entry.value, place);
    }
  }
}

struct ShownKind {
  std::string operator()(const std::string& text) const { return shown(text); }
  std::string operator()(std::int64_t integer) const { return fmt::format("{}", integer); }
  std::string operator()(double number) const { return number_text(number); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(DateValue) const { return "a date or time"; }
  std::string operator()(const Array& items) const {
    return items.empty() ? "[]" : fmt::format("a list of {}", items.size());
  }
  std::string operator()(const Table&) const { return "a table"; }
};

}  // namespace

const Entry* Table::find(std::string_view key) const noexcept {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

Entry* Table::find(std::string_view key) noexcept {
  return const_cast<Entry*>(std::as_const(*this).find(key));
}

std::variant<Table, SyntaxMistake> parse_document(std::string_view text) {
  if (const auto place = deepest_key_place(text)) {
    return SyntaxMistake{*place, fmt::format("a key of more than {} parts", kMostKeyParts)};
  }
  if (const auto place = bare_letter_place(text)) {
    return SyntaxMistake{*place, "a letter or sign past ASCII needs quotes around it"};
  }
  try {
    return plain_table(toml::parse(text));
  } catch (const toml::parse_error& mistake) {
    return SyntaxMistake{place_of(mistake.source()), std::string(mistake.description())};
  }
}

std::optional<Value> parse_value(std::string_view text, Place place) {
  auto parsed = parse_document(fmt::format("value = {}\n", text));
  auto* table = std::get_if<Table>(&parsed);
  // More than one key: a newline in the text went on to another.
  if (table == nullptr || table->entries.size() != 1) return std::nullopt;
  move_to(table->entries.front().value, place);
  return std::move(table->entries.front().value);
}

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number_text(double number) {
  std::string text = fmt::format("{}", number);
  return text.find_first_of(".einf") == std::string::npos ? text + ".0" : text;
}

std::string shown(std::string_view text) {
  if (text.size() <= kShownBytes) return toml_text(text);
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // not inside a character
  return toml_text(fmt::format("{}…", text.substr(0, end)));
}

std::string shown(const Value& value) {
  return std::visit(ShownKind{}, value.data);
}

}  // namespace tessera::job
