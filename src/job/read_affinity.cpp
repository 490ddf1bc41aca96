#include <fmt/format.h>

#include "job/sections.hpp"

namespace tessera::job {

void read_affinities(Section& top, Job& job) {
  const Table* affinities = top.table("affinity", "a table [affinity]");
  if (affinities == nullptr) return;
  for (const Entry& entry : affinities->entries) {
    check_word(top.mistakes(), entry.key, entry.place, "the name of an affinity");
    if (entry.value.text() == nullptr) {
      top.mistakes().add(
          entry.value.place,
          fmt::format("the affinity {} is no column; got {}; expected the name of a column of categories",
                      shown(entry.key), shown(entry.value)));
      continue;
    }
    job.affinities.push_back({entry.key, column_ref(top.mistakes(), *entry.value.text(), entry.value.place)});
  }
}

}  // namespace tessera::job
