#include "move_reasons.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "model_key.hpp"
#include "parallel/communicator.hpp"
#include "placed_accounts.hpp"

namespace tessera {
namespace {

constexpr std::array kLevels = {Level::kMacro, Level::kCore, Level::kMicro};

const std::vector<std::int32_t>& rows_of(const SegmentAssignment& assignment, Level level) {
  if (level == Level::kMacro) return assignment.macro;
  return level == Level::kCore ? assignment.core : assignment.micro;
}

/// One way that accounts of a rank went, for one reason.
struct Way {
  std::int32_t level = 0, from = 0, to = 0, reason = 0;
  std::int64_t accounts = 0;
};
using Key = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t>;
constexpr std::array kReasons = {&MoveCount::own_data, &MoveCount::centres, &MoveCount::job, &MoveCount::both,
                                 &MoveCount::unknown};
enum Reason : std::int32_t { kOwnData, kCentres, kJob, kBoth, kUnknown };

/// What is asked of every account of a level.
class LevelMoves {
 public:
  LevelMoves(const LastSegmentation& last, const SegmentationResult& tonight, Level level, bool job_changed)
      : was_(rows_of(last.assignment, level)), is_(rows_of(tonight.assignment, level)), job_changed_(job_changed) {
    std::map<std::string, std::int32_t> row_of_id;
    for (std::size_t s = 0; s < last.segments.size(); ++s)
      if (last.segments[s].level == level) row_of_id.emplace(last.segments[s].id, static_cast<std::int32_t>(s));
    for (const Segment& segment : tonight.insight.segments) {
      const auto found = segment.level == level ? row_of_id.find(segment.id) : row_of_id.end();
      last_of_tonight_.push_back(found == row_of_id.end() ? kBorn : found->second);
    }
  }

  /// Of an account, by where last night's model puts it tonight (nullptr: nobody knows); nothing if it did not move.
  [[nodiscard]] std::optional<Reason> reason(std::size_t account, const std::vector<std::int32_t>* crosswise) const {
    const std::int32_t was = was_[account];
    const std::int32_t now = tonight(account) < 0 ? -1 : last_of_tonight_[static_cast<std::size_t>(tonight(account))];
    if (was < 0 || was == now) return std::nullopt;
    if (crosswise == nullptr) return job_changed_ ? kJob : kUnknown;
    const std::int32_t would_be = (*crosswise)[account];
    if (would_be == now) return kOwnData;
    if (would_be == was) return job_changed_ ? kJob : kCentres;
    return kBoth;
  }
  [[nodiscard]] std::int32_t last_night(std::size_t account) const { return was_[account]; }
  [[nodiscard]] std::int32_t tonight(std::size_t account) const { return is_.empty() ? -1 : is_[account]; }

 private:
  static constexpr std::int32_t kBorn = -2;  ///< tonight's segment is none of last night's
  const std::vector<std::int32_t>& was_;
  const std::vector<std::int32_t>& is_;
  bool job_changed_;
  std::vector<std::int32_t> last_of_tonight_;
};

/// Adds up over ranks: only the ways that somebody went, however many there could be.
std::vector<MoveCount> gathered(const parallel::Communicator& comm, const std::map<Key, std::int64_t>& mine,
                                const LastSegmentation& last) {
  std::vector<Way> ways;
  for (const auto& [key, accounts] : mine)
    ways.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), accounts});
  std::map<std::tuple<std::int32_t, std::int32_t, std::int32_t>, MoveCount> moves;
  for (const Way& way : comm.all_gather_varied(std::span<const Way>(ways))) {
    MoveCount& move = moves[{way.level, way.from, way.to}];
    move.level = static_cast<Level>(way.level);
    move.from = last.segments[static_cast<std::size_t>(way.from)].id;
    move.to = way.to;
    move.*kReasons[static_cast<std::size_t>(way.reason)] += way.accounts;
  }
  std::vector<MoveCount> all;
  for (auto& [key, move] : moves) all.push_back(std::move(move));
  return all;
}

}  // namespace

std::vector<MoveCount> move_reasons(const Context& context, const Job& job, const AccountTable& accounts,
                                    const StoredModels& before, const LastNight& last,
                                    const SegmentationResult& tonight) {
  const LastSegmentation* segmentation = last.find(tonight.spec.name);
  const StoredModel* model = before.find(tonight.spec.name);
  if (segmentation == nullptr || model == nullptr) return {};
  std::optional<PlacedAccounts> crosswise;
  if (why_not_placeable(before, *model, accounts).empty())
    crosswise = place_accounts(context, before, *model, accounts);
  const bool other_macros = what_makes_macros(job, tonight.spec) != what_makes_macros(before.job, model->spec);
  const bool other_segments = what_makes_segments(job, tonight.spec) != what_makes_segments(before.job, model->spec);
  std::map<Key, std::int64_t> ways;
  for (const Level level : kLevels) {
    const LevelMoves moves(*segmentation, tonight, level, level == Level::kMacro ? other_macros : other_segments);
    const std::vector<std::int32_t>* would_be = crosswise ? &rows_of(crosswise->assignment, level) : nullptr;
    for (std::size_t account = 0; account < accounts.n_local; ++account) {
      if (last.was_there[account] == 0) continue;
      const std::optional<Reason> reason = moves.reason(account, would_be);
      if (reason)
        ++ways[{static_cast<std::int32_t>(level), moves.last_night(account), moves.tonight(account), *reason}];
    }
  }
  return gathered(context.comm, ways, *segmentation);
}

}  // namespace tessera
