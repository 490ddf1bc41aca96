#include "cli/evolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "cli/level_name.hpp"
#include "insight/words.hpp"

namespace tessera::cli {

namespace {

using nlohmann::ordered_json;
using words::count_in_words;

struct Stayed {
  std::int64_t both = 0;    ///< accounts in a segment of the level on both nights
  std::int64_t stayed = 0;  ///< of them, those in the same
};

Stayed stayed_at(const Succession& succession, Level level) {
  Stayed count;
  for (const MigrationLine& line : succession.migration)
    if (line.level == level && !line.from.empty() && !line.to.empty()) {
      count.both += line.accounts;
      if (line.from == line.to) count.stayed += line.accounts;
    }
  return count;
}

/// "6 kept, 1 split and 1 born".
std::string fates_in_words(const Succession& succession, Level level) {
  std::map<Fate, int> segments;
  for (const LedgerLine& line : succession.ledger)
    if (line.level == level) ++segments[line.fate];
  std::string text;
  for (const auto& [fate, n] : segments) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", n, name_of(fate));
  return text;
}

void print_level(std::ostream& out, const Succession& succession, Level level, std::size_t most) {
  const std::string fates = fates_in_words(succession, level);
  if (fates.empty()) return;
  const Stayed count = stayed_at(succession, level);
  if (count.both > 0)
    out << fmt::format("  {} of the {} accounts of both nights kept their {} segment ({})\n",
                       words::share_in_words(static_cast<double>(count.stayed) / static_cast<double>(count.both)),
                       count_in_words(static_cast<std::uint64_t>(count.both)), level_name(level), fates);
  else
    out << fmt::format("  no account was in a {} segment on both nights ({})\n", level_name(level), fates);
  std::size_t told = 0, changed = 0;
  for (const LedgerLine& line : succession.ledger) {
    if (line.level != level || line.fate == Fate::kKept || ++changed > most) continue;
    out << fmt::format("    {} {}: {}\n", line.id, line.name, line.story);
    ++told;
  }
  if (changed > told) out << fmt::format("    … and {} more\n", changed - told);
}

struct Note {
  std::string_view word;
  std::string SegmentMemory::*said;
};
constexpr std::array<Note, 8> kNotes = {{{"owner", &SegmentMemory::owner},
                                         {"status", &SegmentMemory::status},
                                         {"message", &SegmentMemory::message},
                                         {"channel", &SegmentMemory::channel},
                                         {"next_action", &SegmentMemory::next_action},
                                         {"inherited_from", &SegmentMemory::inherited_from},
                                         {"merged_notes", &SegmentMemory::merged_notes},
                                         {"name_doubt", &SegmentMemory::name_doubt}}};

}  // namespace

void print_evolution(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::size_t most) {
  if (segmentation.succession) {
    const Succession& succession = *segmentation.succession;
    out << (succession.since.empty() ? "\nOf the segments before only the ids are known: all are new\n"
                                     : fmt::format("\nSince the night of {}\n", succession.since));
    for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) print_level(out, succession, level, most);
  }
  for (const Segment& segment : segmentation.insight.segments)
    if (!segment.memory.name_doubt.empty()) {
      std::string doubt = segment.memory.name_doubt;
      for (std::size_t at = doubt.find('\n'); at != std::string::npos; at = doubt.find('\n'))
        doubt.replace(at, 1, "; ");
      out << fmt::format("  {} is still called \"{}\", and this is no longer true of it: {}\n", segment.id,
                         segment.name, doubt);
    }
}

void print_segment_memory(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::int32_t row) {
  if (segmentation.succession)
    for (const LedgerLine& line : segmentation.succession->ledger)
      if (line.segment == row)
        out << fmt::format("since {}: {}\n",
                           segmentation.succession->since.empty() ? "before" : segmentation.succession->since,
                           line.story);
  const SegmentMemory& memory = segmentation.insight.segments[static_cast<std::size_t>(row)].memory;
  for (const Note& note : kNotes) {
    std::string word(note.word);
    std::ranges::replace(word, '_', ' ');
    if (!(memory.*note.said).empty()) out << fmt::format("{}: {}\n", word, memory.*note.said);
  }
}

void add_memory(const Segment& segment, ordered_json& json) {
  json["colour"] = segment.memory.colour;
  for (const Note& note : kNotes) json[std::string(note.word)] = segment.memory.*note.said;
}

void add_evolution(const ResultsSummary::Segmentation& segmentation, ordered_json& json) {
  if (!segmentation.succession) {
    json["evolution"] = nullptr;
    return;
  }
  const Succession& succession = *segmentation.succession;
  ordered_json stayed, ledger = ordered_json::array(), migration = ordered_json::array(),
                       retired = ordered_json::array();
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    const Stayed count = stayed_at(succession, level);
    stayed[level_name(level)] = {{"both_nights", count.both}, {"stayed", count.stayed}};
  }
  for (const LedgerLine& line : succession.ledger)
    ledger.push_back({{"level", level_name(line.level)},
                      {"fate", std::string(name_of(line.fate))},
                      {"id", line.id},
                      {"name", line.name},
                      {"row", line.segment},
                      {"accounts_before", line.accounts_before},
                      {"accounts_after", line.accounts_after},
                      {"stayed", line.stayed},
                      {"parts", line.parts},
                      {"absorbed", line.absorbed},
                      {"other", line.other},
                      {"story", line.story}});
  for (const MigrationLine& line : succession.migration)
    migration.push_back({{"level", level_name(line.level)},
                         {"from", line.from},
                         {"to", line.to},
                         {"accounts", line.accounts},
                         {"value", std::isfinite(line.value) ? ordered_json(line.value) : ordered_json(nullptr)}});
  for (const RetiredSegment& one : succession.retired)
    retired.push_back({{"id", one.id},
                       {"level", level_name(one.level)},
                       {"name", one.name},
                       {"night", one.night},
                       {"followed_by", one.followed_by}});
  json["evolution"] = {{"since", succession.since},
                       {"stayed", std::move(stayed)},
                       {"ledger", std::move(ledger)},
                       {"migration", std::move(migration)},
                       {"retired", std::move(retired)}};
}

}  // namespace tessera::cli
