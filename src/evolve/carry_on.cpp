#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "evolve/colours.hpp"
#include "evolve/notes_on_segments.hpp"
#include "insight/names.hpp"
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
    segments[row].rule = seeds[row].rule;
    segments[row].is_outliers = seeds[row].is_outliers;
  }
  return segments;
}

Succession succeed(const Context& context, const LastNight& night, const LastSegmentation& last,
                   const SegmentAssignment& assignment, std::span<const double> values,
                   const std::vector<SegmentSeed>& seeds) {
  Succession succession;
  if (!last.is_dormant) succession.since = night.night;
  succession.last = last.segments;
  succession.was = last.assignment;
  succession.retired = last.retired;
  succession.evolution =
      evolution_of(last.segments, before_names(seeds), count_migration(context, last, assignment, values));
  return succession;
}

/// A segment keeps what it had. Names that are made of the parent's are made anew, as that may have got another, and
/// those that begin with the parent's begin with what it is called tonight.
void keep(const std::vector<Segment>& last, const Segment& was, const std::vector<SegmentSeed>& seeds,
          SegmentSeed& seed) {
  seed.id = was.id;
  seed.memory = was.memory;
  seed.memory.name_doubt.clear();
  if (seed.level == Level::kMacro || was.memory.name_traits == kNamedAfterParent) return;
  const std::string before = was.parent < 0 ? "" : last[index(was.parent)].name;
  const std::string now = seed.parent < 0 ? "" : seeds[index(seed.parent)].name;
  const bool has_no_name_yet = seed.parent >= 0 && now.empty();
  seed.name = has_no_name_yet ? was.name : insight::under_parent(was.name, before, now);
}

/// A macro segment that had no account for some nights has its criteria still: it is the same again.
void bring_back(Succession& succession, std::vector<SegmentSeed>& seeds) {
  for (SegmentSeed& seed : seeds) {
    if (seed.level != Level::kMacro || !seed.id.empty()) continue;
    const auto is_it = [&](const RetiredSegment& one) {
      return one.level == Level::kMacro && (one.rule.empty() ? one.name == seed.name : one.rule == seed.rule);
    };
    const auto found = std::ranges::find_if(succession.retired.rbegin(), succession.retired.rend(), is_it);
    if (found == succession.retired.rend()) continue;
    seed.id = found->id;
    const bool is_free = std::ranges::none_of(
        seeds, [&](const SegmentSeed& one) { return one.level == seed.level && one.memory.colour == found->colour; });
    if (is_free) seed.memory.colour = found->colour;
    succession.returned.push_back(std::move(*found));
    succession.retired.erase(std::next(found).base());
  }
}

/// Macro segments are named by their criteria until everything is measured by these; then people's names are given.
std::map<std::string, std::string> macro_names(const Context& context, const evolve::NotesOnSegments& noted,
                                               const std::vector<SegmentSeed>& seeds) {
  std::map<std::string, std::string> names;
  for (const SegmentSeed& seed : seeds) {
    const SegmentNote* note = seed.level == Level::kMacro ? noted.note_on(seed.id) : nullptr;
    if (note == nullptr || note->name.empty() || note->name == seed.name) continue;
    const bool is_taken = std::ranges::count(seeds, note->name, &SegmentSeed::name) > 0 ||
                          std::ranges::any_of(names, [&](const auto& one) { return one.second == note->name; });
    if (!is_taken) names.emplace(seed.name, note->name);
    if (is_taken)
      context.journal.warn(fmt::format("{} cannot be called \"{}\", as another segment is: it stays \"{}\"", seed.id,
                                       note->name, seed.name));
  }
  return names;
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

std::string told_of(const RetiredSegment& returned, const LedgerLine& line) {
  return fmt::format("back, with {} account{}; there was none since {}", line.accounts_after,
                     line.accounts_after == 1 ? "" : "s", returned.night);
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
      if (last_of[row] >= 0) keep(last->segments, last->segments[index(last_of[row])], seeds, seeds[row]);
    bring_back(*carried.succession, seeds);
  }
  for (SegmentSeed& seed : seeds)
    if (seed.id.empty()) seed.id = segment_id(++carried.highest_id);
  evolve::NotesOnSegments noted(notes, segmentation, carried, seeds);
  noted.apply(seeds);
  if (const std::string lost = noted.lost(); !lost.empty()) context.journal.warn(lost);
  part_equal_names(context, noted, seeds);
  carried.macro_names = macro_names(context, noted, seeds);
  colour(seeds);
  return carried;
}

void tell(const std::vector<Segment>& tonight, const std::string& night, Succession& succession) {
  succession.ledger = ledger_lines(succession.evolution, succession.last, tonight);
  succession.migration = migration_lines(succession.evolution, succession.last, tonight);
  for (std::size_t i = 0; i < succession.ledger.size(); ++i) {
    LedgerLine& line = succession.ledger[i];
    const auto returned = std::ranges::find(succession.returned, line.id, &RetiredSegment::id);
    if (returned != succession.returned.end()) line.story = told_of(*returned, line);
    if (line.fate != Fate::kRetired) continue;
    const Segment& was = succession.last[index(succession.evolution.ledger[i].last)];
    succession.retired.push_back({line.id, line.level, line.name, night, line.other, was.rule, was.memory.colour});
  }
}

}  // namespace tessera
