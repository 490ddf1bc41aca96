#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "evolve/colours.hpp"
#include "evolve/notes_on_segments.hpp"
#include "tessera/evolve.hpp"

namespace tessera {

namespace {

std::size_t index(std::int32_t row) {
  return static_cast<std::size_t>(row);
}

/// What evolution_of() asks of tonight's segments.
std::vector<Segment> before_names(const std::vector<SegmentSeed>& seeds) {
  std::vector<Segment> segments(seeds.size());
  for (std::size_t row = 0; row < seeds.size(); ++row) {
    segments[row].level = seeds[row].level;
    segments[row].name = seeds[row].name;
    segments[row].is_outliers = seeds[row].is_outliers;
  }
  return segments;
}

Succession succeed(const Context& context, const LastNight& night, const LastSegmentation& last,
                   const SegmentAssignment& assignment, std::span<const double> values,
                   const std::vector<SegmentSeed>& seeds) {
  Succession succession;
  succession.since = night.night;
  succession.last = last.segments;
  succession.was = last.assignment;
  succession.retired = last.retired;
  succession.evolution =
      evolution_of(last.segments, before_names(seeds), count_migration(context, last, assignment, values));
  return succession;
}

/// A segment keeps what it had. Names that are made of the parent's are made anew, as that may have got another.
void keep(const Segment& last, SegmentSeed& seed) {
  seed.id = last.id;
  seed.memory = last.memory;
  seed.memory.name_doubt.clear();
  if (seed.level != Level::kMacro && last.memory.name_traits != kNamedAfterParent) seed.name = last.name;
}

/// A name that two segments would have goes to the one that people or its criteria gave it to, then to the first; the
/// other is named anew.
void part_equal_names(const Context& context, const evolve::NotesOnSegments& noted, std::vector<SegmentSeed>& seeds) {
  std::set<std::string> taken;
  const auto is_given = [&](const SegmentSeed& seed) {
    return seed.level == Level::kMacro || noted.has_named(seed.id);
  };
  for (const bool given : {true, false})
    for (SegmentSeed& seed : seeds) {
      if (is_given(seed) != given || seed.name.empty() || taken.insert(seed.name).second) continue;
      context.journal.warn(
          fmt::format("{} would be called \"{}\", as another segment is: it gets a new name", seed.id, seed.name));
      seed.name.clear();
      seed.memory.name_traits.clear();
    }
}

void colour(std::vector<SegmentSeed>& seeds) {
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    std::vector<std::string> taken;
    std::vector<std::string*> wanting;
    for (SegmentSeed& seed : seeds) {
      if (seed.level != level) continue;
      if (evolve::is_colour(seed.memory.colour))
        taken.push_back(seed.memory.colour);
      else
        wanting.push_back(&seed.memory.colour);
    }
    const std::vector<std::string> colours = evolve::next_colours(taken, wanting.size());
    for (std::size_t i = 0; i < wanting.size(); ++i) *wanting[i] = colours[i];
  }
}

}  // namespace

CarriedOn carry_on(const Context& context, const LastNight* last_night, const SegmentNotes* notes,
                   const std::string& segmentation, const SegmentAssignment& assignment, std::span<const double> values,
                   std::vector<SegmentSeed>& seeds) {
  CarriedOn carried;
  const LastSegmentation* last = last_night == nullptr ? nullptr : last_night->find(segmentation);
  if (last != nullptr) {
    carried.highest_id = last->highest_id;
    carried.succession = succeed(context, *last_night, *last, assignment, values, seeds);
    const std::vector<std::int32_t>& last_of = carried.succession->evolution.last_of;
    for (std::size_t row = 0; row < seeds.size(); ++row)
      if (last_of[row] >= 0) keep(last->segments[index(last_of[row])], seeds[row]);
  }
  for (SegmentSeed& seed : seeds)
    if (seed.id.empty()) seed.id = segment_id(++carried.highest_id);
  evolve::NotesOnSegments noted(notes, segmentation, carried, seeds);
  noted.apply(seeds);
  if (const std::string lost = noted.lost(); !lost.empty()) context.journal.warn(lost);
  part_equal_names(context, noted, seeds);
  colour(seeds);
  return carried;
}

void tell(const std::vector<Segment>& tonight, const std::string& night, Succession& succession) {
  succession.ledger = ledger_lines(succession.evolution, succession.last, tonight);
  succession.migration = migration_lines(succession.evolution, succession.last, tonight);
  for (const LedgerLine& line : succession.ledger)
    if (line.fate == Fate::kRetired) succession.retired.push_back({line.id, line.level, line.name, night, line.other});
}

}  // namespace tessera
