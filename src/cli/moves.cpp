#include "cli/moves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

struct Reason {
  std::int64_t MoveCount::*accounts;
  std::string_view key, brief, told;
};
/// See MoveCount.
constexpr std::array<Reason, 5> kReasons = {
    {{&MoveCount::own_data, "own_data", "own data",
      "for their own data: last night's model would have put them just there"},
     {&MoveCount::centres, "centres", "centres", "as the centres moved: by their own data they would have stayed"},
     {&MoveCount::job, "job", "job", "as the job asks for other segments: by their own data they would have stayed"},
     {&MoveCount::both, "both", "both", "for both: last night's model would have put them into a third segment"},
     {&MoveCount::unknown, "unknown", "not known", "for reasons that last night's model does not tell"}}};
constexpr std::size_t kMostWays = 5;

const char* name_of(StartKind kind) {
  if (kind == StartKind::kKept) return "kept";
  return kind == StartKind::kWarm ? "warm" : "fresh";
}

/// Of all pairs of segments of a level together.
MoveCount total_of(const std::vector<MoveCount>& moves, Level level) {
  MoveCount total;
  for (const MoveCount& move : moves)
    if (move.level == level)
      for (const Reason& reason : kReasons) total.*reason.accounts += move.*reason.accounts;
  return total;
}

void print_reasons(std::ostream& out, const MoveCount& total) {
  for (const Reason& reason : kReasons)
    if (total.*reason.accounts > 0) out << fmt::format("  {:>9} {}\n", count(total.*reason.accounts), reason.told);
}

/// "40 own data, 12 centres", or "own data" where that is all.
std::string in_brief(const MoveCount& move) {
  std::string text;
  for (const Reason& reason : kReasons)
    if (move.*reason.accounts == move.accounts())
      return std::string(reason.brief);
    else if (move.*reason.accounts > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count(move.*reason.accounts), reason.brief);
  return text;
}

ordered_json counts_json(const MoveCount& move) {
  ordered_json json = {{"accounts", move.accounts()}};
  for (const Reason& reason : kReasons) json[std::string(reason.key)] = move.*reason.accounts;
  return json;
}

}  // namespace

void print_moves(std::ostream& out, const NightStory& story) {
  if (std::isnan(story.start.inertia)) return;  // the job has no [previous], or there are no core segments
  out << fmt::format("{} start: {}\n", name_of(story.start.kind), story.start.why);
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    const MoveCount total = total_of(story.moves, level);
    if (total.accounts() == 0) continue;
    out << fmt::format("Since last night {} accounts are in another {} segment\n", count(total.accounts()),
                       level_name(level));
    print_reasons(out, total);
  }
}

void add_moves(const NightStory& story, ordered_json& json) {
  const ModelStart& start = story.start;
  json["start"] = {{"kind", name_of(start.kind)},
                   {"why", start.why},
                   {"fresh_night", start.fresh_night},
                   {"fresh_inertia", number(start.fresh_inertia)},
                   {"inertia", number(start.inertia)},
                   {"moved_by_model", start.moved_by_model < 0 ? ordered_json() : ordered_json(start.moved_by_model)},
                   {"step", start.step},
                   {"cost", start.cost}};
  ordered_json moves = ordered_json::object();
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro})
    moves[level_name(level)] = counts_json(total_of(story.moves, level));
  json["moves"] = std::move(moves);
}

void print_why(std::ostream& out, const ComparedDesigns& designs) {
  const WhyMoved& why = designs.why;
  if (designs.kept == designs.shared) return;
  if (!why.unknown.empty()) {
    out << fmt::format("  Why is not known: {}\n", why.unknown);
    return;
  }
  print_reasons(out, total_of(why.moves, designs.compared.level));
  std::vector<MoveCount> ways = why.moves;
  std::ranges::stable_sort(ways, std::ranges::greater{}, &MoveCount::accounts);
  out << "  Most went\n";
  for (const MoveCount& way : std::span(ways).first(std::min(kMostWays, ways.size()))) {
    const Segment& to = designs.compared.now[static_cast<std::size_t>(way.to)];
    out << fmt::format("    from {} to {} {}: {} ({})\n", way.from, to.id, words::shorten(to.name, 40),
                       count(way.accounts()), in_brief(way));
  }
}

ordered_json why_json(const ComparedDesigns& designs) {
  const WhyMoved& why = designs.why;
  if (!why.unknown.empty()) return {{"known", false}, {"why_not", why.unknown}};
  ordered_json json = {{"known", true}};
  json.update(counts_json(total_of(why.moves, designs.compared.level)));
  json["ways"] = ordered_json::array();
  for (const MoveCount& way : why.moves) {
    ordered_json one = {{"from", way.from}, {"to", designs.compared.now[static_cast<std::size_t>(way.to)].id}};
    one.update(counts_json(way));
    json["ways"].push_back(std::move(one));
  }
  return json;
}

}  // namespace tessera::cli
