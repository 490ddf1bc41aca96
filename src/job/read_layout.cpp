#include <fmt/format.h>

#include <string>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

char read_delimiter(Section& section) {
  constexpr std::string_view kExpected =
      "\"auto\", or one character such as \",\" \";\" \"\\t\" \"|\", or \" \" for any number of spaces";
  const Value* found = section.value("delimiter", kExpected, Need::kOptional);
  if (found == nullptr) return 0;
  const std::string* text = found->text();
  if (text != nullptr && *text == "auto") return 0;
  const bool is_one = text != nullptr && text->size() == 1;
  const char c = is_one ? text->front() : '"';
  const bool is_plain = c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f);
  if (is_one && is_plain && c != '"') return c;
  section.wrong("delimiter", fmt::format("cannot part fields; got {}; expected {}", shown(*found), kExpected));
  return 0;
}

void read_header(Section& section, SourceSpec& source) {
  constexpr std::string_view kExpected = "the names of all columns, such as [\"id\", \"date\", \"amount\"]";
  const Array* names = section.array("header", kExpected);
  if (names == nullptr) return;
  if (names->empty()) section.wrong("header", fmt::format("is empty; expected {}", kExpected));
  Mistakes& mistakes = section.mistakes();
  const std::string title = "header of " + section.title();
  Names seen(mistakes, "two columns of a header have one name");
  for (const Value& name : *names) {
    if (name.text() == nullptr) {
      mistakes.add(name.place,
                   fmt::format("{} has a name that is no text; got {}; expected {}", title, shown(name), kExpected));
    } else if (check_word(mistakes, *name.text(), name.place, "a name in the " + title)) {
      seen.claim(*name.text(), name.place);
      source.header.push_back(*name.text());
    }
  }
}

}  // namespace

void read_layout(Section& section, SourceSpec& source) {
  source.delimiter = read_delimiter(section);
  read_header(section, source);
}

}  // namespace tessera::job
