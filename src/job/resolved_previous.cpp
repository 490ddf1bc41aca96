#include <fmt/format.h>

#include "job/document.hpp"
#include "job/resolved.hpp"

namespace tessera::job {

std::string resolved(const PreviousSpec& previous) {
  std::string out = fmt::format("\n[previous]\npath = {}\nmax_moved_by_model = {}\nwarm_start = {}\nmax_worse = {}\n",
                                toml_text(previous.path_as_written), number_text(previous.max_moved_by_model),
                                previous.warm_start, number_text(previous.max_worse));
  if (previous.fresh_every) out += fmt::format("fresh_every = {}\n", toml_text(previous.fresh_every->text));
  if (!previous.first_night.empty()) out += fmt::format("first_night = {}\n", toml_text(previous.first_night));
  if (!previous.notes.empty()) out += fmt::format("notes = {}\n", toml_text(previous.notes_as_written));
  return out;
}

}  // namespace tessera::job
