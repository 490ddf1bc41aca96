#include "job/read_checkpoint.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "job/document.hpp"
#include "job/paths.hpp"
#include "job/sections.hpp"

namespace tessera::job {

void read_checkpoint(Section& top, const std::filesystem::path& folder, Job& job) {
  const Table* table = top.table("checkpoint", "a table [checkpoint]");
  if (table == nullptr) return;
  Section section(top.mistakes(), table, top.place("checkpoint"), "checkpoint", "[checkpoint]");
  if (auto every = read_time_span(section, "every")) job.checkpoint.every = std::move(*every);
  if (const auto written = section.text("path", "the path of a folder, such as \"/scratch/checkpoints\"")) {
    const auto path = resolve_path(section.mistakes(), *written, section.place("path"), "path of [checkpoint]", folder);
    if (path) job.checkpoint.path = path->absolute;
    if (path) job.checkpoint.path_as_written = path->as_written;
  }
  section.finish();
}

std::string resolved(const CheckpointSpec& checkpoint) {
  std::string out = fmt::format("\n[checkpoint]\nevery = {}\n", toml_text(checkpoint.every.text));
  if (!checkpoint.path.empty()) out += fmt::format("path = {}\n", toml_text(checkpoint.path_as_written));
  return out;
}

}  // namespace tessera::job
