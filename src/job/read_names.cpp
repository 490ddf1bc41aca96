#include <fmt/format.h>

#include <map>

#include "job/sections.hpp"

namespace tessera::job {

void read_names(Section& section, SegmentationSpec& spec) {
  const Table* names = section.table("names", "a table of \"name that a segment would have\" = \"our name\"");
  if (names == nullptr) return;
  std::map<std::string, std::string> given_to;
  for (const Entry& entry : names->entries) {
    const std::string* name = entry.value.text();
    if (name == nullptr || name->empty() || entry.key.empty()) {
      section.mistakes().add(entry.value.place,
                             fmt::format("names of {} takes texts that are not empty; got {} = {}; expected "
                                         "\"name that a segment would have\" = \"our name\"",
                                         section.title(), shown(entry.key), shown(entry.value)));
    } else if (const auto [other, is_new] = given_to.emplace(*name, entry.key); !is_new) {
      section.mistakes().add(entry.value.place,
                             fmt::format("names of {} gives two segments one name; got {} for {} and for {}; expected "
                                         "a name of its own for each",
                                         section.title(), shown(*name), shown(other->second), shown(entry.key)));
    } else {
      spec.names.emplace(entry.key, *name);
    }
  }
}

}  // namespace tessera::job
