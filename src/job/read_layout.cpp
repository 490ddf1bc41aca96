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

constexpr std::int64_t kWidestColumn = 1'000'000;

void read_widths(Section& section, SourceSpec& source) {
  constexpr std::string_view kExpected = "the number of characters of each column, such as [6, 8, 10]";
  const Array* widths = section.array("widths", kExpected);
  if (widths == nullptr) return;
  for (const Value& width : *widths) {
    const auto* characters = std::get_if<std::int64_t>(&width.data);
    if (characters == nullptr || *characters < 1 || *characters > kWidestColumn) {
      section.mistakes().add(width.place, fmt::format("widths of {} has a width that cannot be; got {}; expected a "
                                                      "whole number from 1 to {}",
                                                      section.title(), shown(width), kWidestColumn));
      return;
    }
    source.widths.push_back(*characters);
  }
  if (section.has("delimiter"))
    section.wrong("delimiter", "has no meaning here; the widths part the fields; remove it or widths");
  if (!section.has("header"))
    return section.wrong("widths",
                         "needs a header; expected header = the names of all columns, as text of fixed width "
                         "does not name them");
  if (source.widths.size() < 2)
    return section.wrong("widths", fmt::format("has too few columns; got {}; expected {}", widths->size(), kExpected));
  if (!source.header.empty() && source.widths.size() != source.header.size())
    section.wrong("widths", fmt::format("does not fit the header; got {} widths for {} names; expected as many",
                                        source.widths.size(), source.header.size()));
}

}  // namespace

void read_layout(Section& section, SourceSpec& source) {
  source.delimiter = read_delimiter(section);
  read_header(section, source);
  read_widths(section, source);
}

}  // namespace tessera::job
