#include "compare/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tessera::compare {

namespace {

constexpr double kChangeInSize = 0.1;

std::size_t at(std::int32_t row) {
  return static_cast<std::size_t>(row);
}

/// Pairs that share most, each segment once.
std::vector<SharedAccounts> best_pairs(std::vector<SharedAccounts> shared) {
  std::ranges::stable_sort(shared, std::ranges::greater{}, &SharedAccounts::accounts);
  std::set<std::int32_t> then, now;
  std::erase_if(shared, [&](const SharedAccounts& pair) {
    if (then.contains(pair.then) || now.contains(pair.now)) return true;
    then.insert(pair.then);
    now.insert(pair.now);
    return false;
  });
  return shared;
}

SegmentFate by_size(std::int64_t then, std::int64_t now) {
  const double change = static_cast<double>(now - then);
  if (std::fabs(change) < kChangeInSize * static_cast<double>(then)) return SegmentFate::kKept;
  return change > 0.0 ? SegmentFate::kGrown : SegmentFate::kShrunk;
}

/// The row of most accounts, if it has half or more of `all`; −1.
std::int32_t most_of(const std::map<std::int32_t, std::int64_t>& accounts, std::int64_t all) {
  std::int32_t most = -1;
  for (const auto& [row, count] : accounts)
    if (most < 0 || count > accounts.at(most)) most = row;
  return most >= 0 && 2 * accounts.at(most) >= all ? most : -1;
}

}  // namespace

bool match_by_accounts(ComparedSegmentation& compared) {
  const std::vector<SharedAccounts> pairs = best_pairs(compared.shared);
  std::int64_t kept = 0;
  for (const SharedAccounts& pair : pairs) kept += pair.accounts;
  const std::int64_t by_id = compared.accounts_shared() - compared.accounts_moved();
  if (2 * kept <= 3 * by_id) return false;
  for (Segment& segment : compared.now)
    if (segment.level == compared.level) segment.id = "new " + segment.id;
  for (const SharedAccounts& pair : pairs) compared.now[at(pair.now)].id = compared.then[at(pair.then)].id;
  return true;
}

std::vector<SegmentChange> ledger_of(const ComparedSegmentation& compared) {
  std::map<std::string, SegmentChange> changes;
  std::map<std::string, std::map<std::int32_t, std::int64_t>> came_from, went_to;
  for (std::size_t row = 0; row < compared.then.size(); ++row) {
    const Segment& segment = compared.then[row];
    if (segment.level != compared.level) continue;
    changes[segment.id] = {SegmentFate::kRetired,
                           static_cast<std::int32_t>(row),
                           -1,
                           segment.id,
                           segment.name,
                           segment.accounts,
                           0,
                           segment.value,
                           0.0,
                           0,
                           ""};
  }
  for (std::size_t row = 0; row < compared.now.size(); ++row) {
    const Segment& segment = compared.now[row];
    if (segment.level != compared.level) continue;
    SegmentChange& change = changes[segment.id];
    change.fate = change.then < 0 ? SegmentFate::kBorn : by_size(change.accounts_then, segment.accounts);
    change.now = static_cast<std::int32_t>(row);
    change.id = segment.id;
    change.name = segment.name;
    change.accounts_now = segment.accounts;
    change.value_now = segment.value;
  }
  for (const SharedAccounts& pair : compared.shared) {
    const std::string &was = compared.then[at(pair.then)].id, &is = compared.now[at(pair.now)].id;
    if (was == is) changes[is].stayed += pair.accounts;
    came_from[is][pair.then] += pair.accounts;
    went_to[was][pair.now] += pair.accounts;
  }
  std::vector<SegmentChange> ledger;
  for (auto& [id, change] : changes) {
    const std::int32_t from = change.fate == SegmentFate::kBorn ? most_of(came_from[id], change.accounts_now) : -1;
    const std::int32_t into = change.fate == SegmentFate::kRetired ? most_of(went_to[id], change.accounts_then) : -1;
    if (from >= 0) {
      change.fate = SegmentFate::kSplit;
      change.other = compared.then[at(from)].id;
    } else if (into >= 0) {
      change.fate = SegmentFate::kMerged;
      change.other = compared.now[at(into)].id;
    }
    ledger.push_back(std::move(change));
  }
  std::ranges::stable_sort(ledger, std::ranges::greater{}, [](const SegmentChange& change) {
    return change.now >= 0 ? change.accounts_now : change.accounts_then;
  });
  return ledger;
}

}  // namespace tessera::compare
