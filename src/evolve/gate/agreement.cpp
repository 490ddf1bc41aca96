#include <algorithm>
#include <cmath>
#include <map>

#include "tessera/gate.hpp"

namespace tessera {

namespace {

__extension__ using Exact = __int128;

Exact pairs_among(std::int64_t accounts) noexcept {
  return Exact{accounts} * (accounts - 1) / 2;
}

bool has_level(const std::vector<Segment>& segments, Level level) noexcept {
  return std::ranges::find(segments, level, &Segment::level) != segments.end();
}

}  // namespace

double adjusted_rand(std::span<const SharedAccounts> shared) {
  std::map<std::int32_t, std::int64_t> of_then, of_now;
  std::int64_t accounts = 0;
  Exact both = 0, in_then = 0, in_now = 0;
  for (const SharedAccounts& cell : shared) {
    accounts += cell.accounts;
    both += pairs_among(cell.accounts);
    of_then[cell.then] += cell.accounts;
    of_now[cell.now] += cell.accounts;
  }
  if (accounts < 2) return std::nan("");
  for (const auto& [row, size] : of_then) in_then += pairs_among(size);
  for (const auto& [row, size] : of_now) in_now += pairs_among(size);
  // (both − by chance) / (½ (then + now) − by chance), each times twice all pairs. Pairs of 2^31 accounts are below
  // 2^61, so nothing leaves 128 bits.
  const Exact all = pairs_among(accounts);
  const Exact above_chance = 2 * (both * all - in_then * in_now);
  const Exact most = (in_then + in_now) * all - 2 * in_then * in_now;
  // Both put all accounts together, or each by itself.
  if (most == 0) return 1.0;
  return static_cast<double>(above_chance) / static_cast<double>(most);
}

std::vector<SharedAccounts> shared_accounts(std::span<const Migration> migration, Level level) {
  std::vector<SharedAccounts> shared;
  for (const Migration& one : migration)
    if (one.level == level && one.from >= 0 && one.to >= 0) shared.push_back({one.from, one.to, one.accounts});
  return shared;
}

Level level_to_compare(const std::vector<Segment>& then, const std::vector<Segment>& now) {
  return has_level(then, Level::kCore) && has_level(now, Level::kCore) ? Level::kCore : Level::kMacro;
}

bool ComparedSegmentation::has_both() const noexcept {
  return has_level(then, level) && has_level(now, level);
}

std::int64_t ComparedSegmentation::accounts_shared() const noexcept {
  std::int64_t accounts = 0;
  for (const SharedAccounts& cell : shared) accounts += cell.accounts;
  return accounts;
}

std::int64_t ComparedSegmentation::accounts_moved() const noexcept {
  std::int64_t accounts = 0;
  for (const SharedAccounts& cell : shared)
    if (then[static_cast<std::size_t>(cell.then)].id != now[static_cast<std::size_t>(cell.now)].id)
      accounts += cell.accounts;
  return accounts;
}

GateVerdict GateReport::verdict() const {
  GateVerdict verdict;
  const auto take = [&](CheckResult result, GateDecision decision, std::vector<GateFinding>& findings) {
    for (const GateCheck& check : checks) {
      if (check.result != result) continue;
      if (verdict.reasons.empty()) verdict.decision = decision;
      verdict.reasons.push_back(check.message);
      findings.push_back({check.check, check.subject, check.since, check.value, check.limit, check.message});
    }
  };
  take(CheckResult::kHold, GateDecision::kHold, verdict.holds);
  take(CheckResult::kWarning, GateDecision::kPublishWithWarnings, verdict.warnings);
  return verdict;
}

}  // namespace tessera
