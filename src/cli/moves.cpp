#include "cli/moves.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "cli/level_name.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

const char* name_of(StartKind kind) {
  if (kind == StartKind::kKept) return "kept";
  return kind == StartKind::kWarm ? "warm" : "fresh";
}

/// Of all pairs of segments of a level together.
MoveCount total_of(const std::vector<MoveCount>& moves, Level level) {
  MoveCount total;
  for (const MoveCount& move : moves) {
    if (move.level != level) continue;
    total.own_data += move.own_data;
    total.centres += move.centres;
    total.job += move.job;
    total.both += move.both;
    total.unknown += move.unknown;
  }
  return total;
}

ordered_json counts_json(const MoveCount& move) {
  return {{"accounts", move.accounts()}, {"own_data", move.own_data}, {"centres", move.centres}, {"job", move.job},
          {"both", move.both},           {"unknown", move.unknown}};
}

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

}  // namespace

void print_moves(std::ostream& out, const NightStory& story) {
  if (std::isnan(story.start.inertia)) return;  // the job has no [previous], or there are no core segments
  out << fmt::format("{} start: {}\n", name_of(story.start.kind), story.start.why);
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    const MoveCount total = total_of(story.moves, level);
    if (total.accounts() == 0) continue;
    std::string why;
    const auto add = [&](std::int64_t accounts, const char* reason) {
      if (accounts > 0) why += fmt::format("{}{} {}", why.empty() ? "" : ", ", accounts, reason);
    };
    add(total.own_data, "for their own data");
    add(total.centres, "as the centres moved");
    add(total.job, "as the job asks for other segments");
    add(total.both, "for both");
    add(total.unknown, "for reasons that last night's model does not tell");
    out << fmt::format("Since last night {} accounts are in another {} segment: {}\n",
                       words::count_in_words(static_cast<std::uint64_t>(total.accounts())), level_name(level), why);
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

}  // namespace tessera::cli
