#include "compare/reasons.hpp"

#include <fmt/format.h>

#include <string>

namespace tessera::compare {

namespace {

/// The results whose models put the accounts of a file into segments: its own, or those that it was scored by.
std::string model_of(const ResultsSummary& summary) {
  return summary.scored_by.empty() ? summary.digest : summary.scored_by.substr(0, summary.scored_by.find(' '));
}

/// Everybody who moved, by the ids that segments have on both nights.
std::vector<MoveCount> moved_by_data(const ComparedSegmentation& compared) {
  std::vector<MoveCount> moves;
  for (const SharedAccounts& pair : compared.shared) {
    const std::string& from = compared.then[static_cast<std::size_t>(pair.then)].id;
    if (from == compared.now[static_cast<std::size_t>(pair.now)].id) continue;
    MoveCount& move = moves.emplace_back();
    move.level = compared.level;
    move.from = from;
    move.to = pair.now;
    move.own_data = pair.accounts;
  }
  return moves;
}

/// Why the later file does not know of the way from the earlier one; empty: it does.
std::string why_unknown(const ResultsSummary& earlier, const ResultsSummary& later, const ComparedDesigns& designs) {
  if (!later.scored_by.empty())
    return fmt::format("{} holds accounts that were scored by another night than that of {}", later.path, earlier.path);
  if (later.previous_digest == earlier.digest) return designs.by_accounts ? "its segments have other ids" : "";
  if (!later.previous_digest.empty())
    return fmt::format("the night of {} went on from {}, not from {}; compare it with that one", later.night,
                       later.previous_path, earlier.path);
  return later.previous_path.empty() ? fmt::format("the night of {} went on from no other", later.night)
                                     : fmt::format("{} does not say which results it went on from", later.path);
}

}  // namespace

WhyMoved why_moved(const ResultsSummary& earlier, const ResultsSummary& later, const ComparedDesigns& designs,
                   const std::vector<MoveCount>& stored) {
  const ComparedSegmentation& compared = designs.compared;
  if (model_of(earlier) == model_of(later) && !designs.by_accounts) return {"", moved_by_data(compared)};
  WhyMoved why{why_unknown(earlier, later, designs), {}};
  if (!why.unknown.empty()) return why;
  for (const MoveCount& move : stored)
    if (move.level == compared.level && move.to >= 0) why.moves.push_back(move);
  return why;
}

}  // namespace tessera::compare
