#include "generate/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "generate/planted.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace generate {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ExitCode::kUsage, what +
                                    "; events are written like birth@6,split@12,merge@18,birth@24: at most two "
                                    "births, one split and one merge, on nights from 1");
}

PlantedEvent parse_event(std::string_view word) {
  PlantedEvent event;
  const std::size_t at = word.find('@');
  const std::string_view kind = word.substr(0, at);
  if (kind == "birth")
    event.kind = PlantedEvent::Kind::kBirth;
  else if (kind == "split")
    event.kind = PlantedEvent::Kind::kSplit;
  else if (kind == "merge")
    event.kind = PlantedEvent::Kind::kMerge;
  else
    refuse(fmt::format("there is no event \"{}\"", kind));
  const std::string_view night = at == std::string_view::npos ? std::string_view() : word.substr(at + 1);
  const auto [end, mistake] = std::from_chars(night.data(), night.data() + night.size(), event.night);
  if (mistake != std::errc() || end != night.data() + night.size()) refuse(fmt::format("\"{}\" has no night", word));
  return event;
}

void set_once(int& night, const PlantedEvent& event) {
  if (night != Calendar::kNever) refuse("there is one split and one merge");
  night = event.night;
}

}  // namespace

Calendar::Calendar(std::span<const PlantedEvent> events) {
  for (const PlantedEvent& event : events) {
    if (event.night < 1) refuse(fmt::format("night {} is no night to plant an event on", event.night));
    if (event.kind == PlantedEvent::Kind::kBirth)
      births.push_back(event.night);
    else
      set_once(event.kind == PlantedEvent::Kind::kSplit ? split : merge, event);
  }
  if (births.size() > kMostBirths) refuse(fmt::format("{} births are too many", births.size()));
  std::ranges::sort(births);
}

int Calendar::segments_on(int night) const noexcept {
  const auto born = std::ranges::count_if(births, [night](int birth) { return birth <= night; });
  return kFirstBorn + static_cast<int>(born) + (split <= night ? 1 : 0) - (merge <= night ? 1 : 0);
}

std::string Calendar::told_by(int night) const {
  std::vector<std::pair<int, std::string>> lines;
  const auto add = [&](int when, const char* what, int segment, const std::string& from) {
    if (when <= night)
      lines.emplace_back(when,
                         fmt::format("{},{},{},{},{}\n", when, what, segment, planted_segment(segment).name, from));
  };
  const auto from = [](int segment) { return fmt::format("{},{}", segment, planted_segment(segment).name); };
  for (std::size_t b = 0; b < births.size(); ++b) add(births[b], "birth", born(b), ",");
  add(split, "split", kSplitInto, from(kSplitFrom));
  add(merge, "merge", kMergedInto, from(kMergedFrom));
  std::ranges::stable_sort(lines, {}, &std::pair<int, std::string>::first);
  std::string text = "night,event,segment,segment_name,from,from_name\n";
  for (const auto& [when, line] : lines) text += line;
  return text;
}

}  // namespace generate

std::vector<PlantedEvent> parse_planted_events(std::string_view text) {
  std::vector<PlantedEvent> events;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    events.push_back(generate::parse_event(text.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    text = text.substr(comma + 1);
    if (text.empty()) generate::refuse("a comma stands at the end");
  }
  (void)generate::Calendar(events);
  return events;
}

}  // namespace tessera
