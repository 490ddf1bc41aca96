#include "evolve/notes_on_segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace tessera::evolve {

namespace {

struct Noted {
  std::string_view word;
  std::string SegmentMemory::*said;
};
constexpr std::array<Noted, 5> kNoted = {{{"owner", &SegmentMemory::owner},
                                          {"status", &SegmentMemory::status},
                                          {"message", &SegmentMemory::message},
                                          {"channel", &SegmentMemory::channel},
                                          {"next action", &SegmentMemory::next_action}}};

void take(const SegmentMemory& from, SegmentMemory& to) {
  for (const Noted& one : kNoted) to.*one.said = from.*one.said;
}

bool says_anything(const SegmentMemory& memory) {
  return std::ranges::any_of(kNoted, [&](const Noted& one) { return !(memory.*one.said).empty(); });
}

/// "S-0004 Growing SaaS: owner Ada; status paused".
std::string in_a_line(const Segment& segment, const SegmentMemory& memory) {
  std::string line;
  for (const Noted& one : kNoted) {
    if ((memory.*one.said).empty()) continue;
    line += fmt::format("{}{} {}", line.empty() ? "" : "; ", one.word, memory.*one.said);
  }
  std::ranges::replace(line, '\n', ' ');
  return fmt::format("{} {}: {}", segment.id, segment.name, line);
}

}  // namespace

NotesOnSegments::NotesOnSegments(const SegmentNotes* notes, const std::string& segmentation, const CarriedOn& carried,
                                 const std::vector<SegmentSeed>& seeds)
    : notes_(notes), carried_(carried) {
  if (notes != nullptr)
    for (const SegmentNote& note : notes->notes)
      if (note.segmentation == segmentation) by_id_[note.id] = &note;
  for (const SegmentSeed& seed : seeds) is_there_.insert(seed.id);
  if (!carried.succession) return;
  for (const RetiredSegment& one : carried.succession->retired) {
    followed_by_[one.id] = one.followed_by;
    retired_on_[one.id] = one.night;
  }
  for (const LedgerEntry& entry : carried.succession->evolution.ledger) {
    if (entry.tonight >= 0) continue;
    const std::string& id = carried.succession->last[static_cast<std::size_t>(entry.last)].id;
    followed_by_[id] = entry.other < 0 ? "" : seeds[static_cast<std::size_t>(entry.other)].id;
    retired_on_[id] = "";
  }
}

const SegmentNote* NotesOnSegments::note_on(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

bool NotesOnSegments::has_named(const std::string& id) const {
  const SegmentNote* note = note_on(id);
  return note != nullptr && !note->name.empty();
}

/// What is noted of a segment of last night: what the file says tonight counts before what it said then.
SegmentMemory NotesOnSegments::memory_of(const Segment& last) const {
  const SegmentNote* note = note_on(last.id);
  return note == nullptr ? last.memory : note->said;
}

void NotesOnSegments::inherit(const LedgerEntry& entry, SegmentSeed& seed) const {
  const std::vector<Segment>& last = carried_.succession->last;
  std::vector<const Segment*> from;  // the first is whose notes it gets, if it has none
  const bool is_new =
      entry.last < 0 && std::ranges::count(carried_.succession->returned, seed.id, &RetiredSegment::id) == 0;
  if (is_new && entry.other >= 0) from.push_back(&last[static_cast<std::size_t>(entry.other)]);
  std::vector<const Segment*> absorbed;
  for (const std::int32_t row : entry.absorbed) absorbed.push_back(&last[static_cast<std::size_t>(row)]);
  std::ranges::stable_sort(absorbed, std::ranges::greater(), &Segment::accounts);
  for (const Segment* one : absorbed)
    if (std::ranges::count(from, one) == 0) from.push_back(one);
  for (const Segment* one : from) {
    const SegmentMemory memory = memory_of(*one);
    const bool is_of_another = is_new && one == from.front();
    if (!says_anything(memory)) continue;
    if (is_of_another) {
      take(memory, seed.memory);
      seed.memory.inherited_from = one->id;
    } else {
      seed.memory.merged_notes += (seed.memory.merged_notes.empty() ? "" : "\n") + in_a_line(*one, memory);
    }
  }
}

void NotesOnSegments::apply(std::vector<SegmentSeed>& seeds) const {
  // People took a line out: what it said is forgotten, but not what a segment has from another.
  if (notes_ != nullptr)
    for (SegmentSeed& seed : seeds)
      if (seed.memory.inherited_from.empty()) take({}, seed.memory);
  if (carried_.succession)
    for (const LedgerEntry& entry : carried_.succession->evolution.ledger)
      if (entry.tonight >= 0) inherit(entry, seeds[static_cast<std::size_t>(entry.tonight)]);
  for (SegmentSeed& seed : seeds) {
    const SegmentNote* note = note_on(seed.id);
    if (note == nullptr) continue;
    take(note->said, seed.memory);
    seed.memory.inherited_from.clear();
    if (!note->name.empty() && seed.level != Level::kMacro) seed.name = note->name;
  }
}

std::string NotesOnSegments::fate_of_id(const std::string& id) const {
  if (segment_number(id).value_or(0) > carried_.highest_id) return "has never been there";
  std::string now = id;
  // Each step leads to a segment that lived longer, so it ends; a damaged table must not keep it going.
  for (std::size_t steps = 0; steps <= followed_by_.size() && !is_there_.contains(now); ++steps) {
    const auto next = followed_by_.find(now);
    if (next == followed_by_.end() || next->second.empty()) break;
    now = next->second;
  }
  const auto since = retired_on_.find(id);
  const std::string when = since == retired_on_.end() || since->second.empty() ? "" : " since " + since->second;
  return fmt::format("is no more{}{}", when,
                     is_there_.contains(now) ? fmt::format(", followed by {}", now) : "; its accounts are scattered");
}

std::string NotesOnSegments::lost() const {
  std::vector<const SegmentNote*> lost;
  for (const auto& [id, note] : by_id_)
    if (!is_there_.contains(id)) lost.push_back(note);
  if (lost.empty()) return "";
  std::ranges::sort(lost, {}, &SegmentNote::line);
  std::string text = fmt::format("{} has notes on segments that are not there:", notes_->file);
  for (const SegmentNote* note : lost)
    text += fmt::format(" line {}: {} {};", note->line, note->id, fate_of_id(note->id));
  text.back() = '.';
  return text;
}

}  // namespace tessera::evolve
