#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tessera/evolve.hpp"

namespace tessera {

namespace {

constexpr std::array<std::pair<Fate, std::string_view>, 7> kFates = {{{Fate::kKept, "kept"},
                                                                      {Fate::kGrown, "grown"},
                                                                      {Fate::kShrunk, "shrunk"},
                                                                      {Fate::kSplit, "split"},
                                                                      {Fate::kMerged, "merged"},
                                                                      {Fate::kBorn, "born"},
                                                                      {Fate::kRetired, "retired"}}};

std::string id_of(const std::vector<Segment>& segments, std::int32_t row) {
  return row < 0 ? "" : segments[static_cast<std::size_t>(row)].id;
}

std::vector<std::string> ids_of(const std::vector<Segment>& segments, const std::vector<std::int32_t>& rows) {
  std::vector<std::string> ids;
  for (const std::int32_t row : rows) ids.push_back(id_of(segments, row));
  return ids;
}

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

std::string counted(std::int64_t accounts) {
  return fmt::format("{} account{}", accounts, accounts == 1 ? "" : "s");
}

/// "412 accounts left and 30 came", what there is of it.
std::string traffic(const LedgerEntry& entry) {
  const std::int64_t left = entry.accounts_last - entry.stayed, came = entry.accounts_tonight - entry.stayed;
  if (left == 0 && came == 0) return "nobody moved";
  if (left == 0) return counted(came) + " came";
  return counted(left) + " left" + (came == 0 ? "" : fmt::format(" and {} came", came));
}

std::string birth(const LedgerEntry& entry, const LedgerLine& line) {
  return (line.other.empty() ? "new" : fmt::format("new, split off from {}", line.other)) + ", with " +
         counted(entry.accounts_tonight);
}

std::string retirement(const LedgerEntry& entry, const LedgerLine& line) {
  return (line.other.empty() ? "no more: its accounts are scattered or gone"
                             : fmt::format("no more, merged into {}", line.other)) +
         "; it had " + counted(entry.accounts_last);
}

std::string story_of(const LedgerEntry& entry, const LedgerLine& line, std::vector<std::string> parts,
                     std::vector<std::string> absorbed) {
  if (entry.fate == Fate::kBorn && parts.empty() && absorbed.empty()) return birth(entry, line);
  std::string story;
  if (!parts.empty()) {
    if (entry.tonight >= 0) parts.insert(parts.begin(), line.id);
    story = fmt::format("split into {}", listed(parts));
  }
  if (!absorbed.empty()) {
    if (entry.last >= 0) absorbed.insert(absorbed.begin(), line.id);
    story += fmt::format("{}merged from {}", story.empty() ? "" : ", and ", listed(absorbed));
  }
  if (entry.fate == Fate::kBorn) return fmt::format("{}; new, with {}", story, counted(entry.accounts_tonight));
  if (entry.fate == Fate::kRetired)
    return story.empty() ? retirement(entry, line)
                         : fmt::format("{}; no more, it had {}", story, counted(entry.accounts_last));
  if (story.empty()) story = name_of(entry.fate);
  if (entry.fate == Fate::kGrown || entry.fate == Fate::kShrunk)
    story += fmt::format(" from {} to {}", entry.accounts_last, counted(entry.accounts_tonight));
  return fmt::format("{}; {}", story, traffic(entry));
}

}  // namespace

std::string_view name_of(Fate fate) noexcept {
  return std::ranges::find(kFates, fate, &std::pair<Fate, std::string_view>::first)->second;
}

std::optional<Fate> fate_of(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kFates, name, &std::pair<Fate, std::string_view>::second);
  return found == kFates.end() ? std::nullopt : std::optional(found->first);
}

std::vector<LedgerLine> ledger_lines(const Evolution& evolution, const std::vector<Segment>& last,
                                     const std::vector<Segment>& tonight) {
  std::vector<LedgerLine> lines;
  for (const LedgerEntry& entry : evolution.ledger) {
    const Segment& segment = entry.tonight >= 0 ? tonight[static_cast<std::size_t>(entry.tonight)]
                                                : last[static_cast<std::size_t>(entry.last)];
    LedgerLine line;
    line.level = entry.level;
    line.fate = entry.fate;
    line.id = segment.id;
    line.name = segment.name;
    line.segment = entry.tonight;
    line.accounts_before = entry.accounts_last;
    line.accounts_after = entry.accounts_tonight;
    line.stayed = entry.stayed;
    const std::vector<std::string> parts = ids_of(tonight, entry.parts), absorbed = ids_of(last, entry.absorbed);
    line.parts = fmt::format("{}", fmt::join(parts, " "));
    line.absorbed = fmt::format("{}", fmt::join(absorbed, " "));
    line.other = entry.last < 0 ? id_of(last, entry.other) : id_of(tonight, entry.other);
    line.story = story_of(entry, line, parts, absorbed);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<MigrationLine> migration_lines(const Evolution& evolution, const std::vector<Segment>& last,
                                           const std::vector<Segment>& tonight) {
  std::vector<MigrationLine> lines;
  for (const Migration& one : evolution.migration)
    lines.push_back({one.level, id_of(last, one.from), id_of(tonight, one.to), one.accounts, one.value});
  return lines;
}

}  // namespace tessera
