#include <fmt/format.h>

#include "job/sections.hpp"

namespace tessera::job {

const Array* tables_of(Section& top, std::string_view key, Need need) {
  const std::string expected = fmt::format("one [[{0}]] or more", key);
  const Value* found = top.value(key, expected, need);
  if (found == nullptr) return nullptr;
  if (found->array() == nullptr || found->array()->empty()) {
    top.wrong(key, fmt::format("is not a list of tables; got {}; expected {}", shown(*found), expected));
    return nullptr;
  }
  for (const Value& item : *found->array()) {
    if (item.table() == nullptr) {
      top.mistakes().add(item.place, fmt::format("{} is no table; expected {}", shown(item), expected));
    }
  }
  return found->array();
}

std::string title_of(std::string_view key, const Table& table, std::size_t index) {
  const Entry* name = table.find("name");
  if (name == nullptr || name->value.text() == nullptr) return fmt::format("[[{}]] number {}", key, index + 1);
  return fmt::format("[[{}]] {}", key, shown(*name->value.text()));
}

std::string read_name(Section& section, Names& names) {
  std::string name = section.text("name", "a name of its own", Need::kRequired).value_or("");
  if (!name.empty()) names.claim(name, section.place("name"));
  return name;
}

}  // namespace tessera::job
