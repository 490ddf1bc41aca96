#include <fmt/format.h>

#include <string>
#include <string_view>

#include "core/iso_date.hpp"
#include "core/placeholder.hpp"
#include "job/paths.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

constexpr std::string_view kNewest = "results/{name}/latest.h5";

void read_path(Section& section, const std::filesystem::path& folder, const std::string& name, PreviousSpec& previous) {
  constexpr std::string_view kExpected = "the path of last night's results, such as \"results/{name}/latest.h5\"";
  constexpr std::string_view kTitle = "path of [previous]";
  const std::string written = section.text("path", kExpected).value_or(std::string(kNewest));
  check_placeholders(section.mistakes(), written, section.place("path"), kTitle, "which is tonight");
  const auto path = resolve_path(section.mistakes(), written, section.place("path"), kTitle, folder);
  if (!path) return;
  previous.path = filled_in(path->absolute, kNamePlaceholder, name);
  previous.path_as_written = path->as_written;
}

void read_first_night(Section& section, PreviousSpec& previous) {
  constexpr std::string_view kExpected = "the date of the night that begins a new history, such as \"2026-01-31\"";
  const auto text = section.text("first_night", kExpected);
  if (!text) return;
  if (!parse_iso_date(*text))
    section.wrong("first_night", fmt::format("is no date; got {}; expected {}", shown(*text), kExpected));
  previous.first_night = *text;
}

void read_notes(Section& section, const std::filesystem::path& folder, PreviousSpec& previous) {
  const auto written = section.text("notes", "the path of people's notes on segments, such as \"segments.csv\"");
  if (!written) return;
  const auto path = resolve_path(section.mistakes(), *written, section.place("notes"), "notes of [previous]", folder);
  if (!path) return;
  previous.notes = path->absolute;
  previous.notes_as_written = path->as_written;
}

}  // namespace

void read_previous(Section& top, const std::filesystem::path& folder, Job& job) {
  const Table* table = top.table("previous", "a table [previous]");
  if (table == nullptr) return;
  Section section(top.mistakes(), table, top.place("previous"), "previous", "[previous]");
  constexpr Range kShare = {.low = 0.0, .high = 1.0, .expected = "a share from 0 to 1"};
  constexpr Range kWorse = {.low = 0.0, .high = 1000.0, .expected = "a share of the inertia from 0 on, such as 0.01"};
  PreviousSpec previous;
  read_path(section, folder, job.name, previous);
  previous.max_moved_by_model = section.number("max_moved_by_model", kShare).value_or(previous.max_moved_by_model);
  previous.warm_start = section.flag("warm_start").value_or(previous.warm_start);
  previous.max_worse = section.number("max_worse", kWorse).value_or(previous.max_worse);
  previous.fresh_every = read_time_span(section, "fresh_every");
  read_first_night(section, previous);
  read_notes(section, folder, previous);
  section.finish();
  job.previous = std::move(previous);
}

}  // namespace tessera::job
