#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "evolve/assignment.hpp"
#include "tessera/evolve.hpp"

namespace tessera {

namespace {

using evolve::Overlap;

constexpr std::array kLevels = {Level::kMacro, Level::kCore, Level::kMicro};

std::size_t index(std::int32_t row) {
  return static_cast<std::size_t>(row);
}

/// The migrations of one level, and how many accounts each segment has.
struct LevelCounts {
  std::vector<Overlap> overlaps;                          ///< of accounts that are in the level on both nights
  std::vector<std::int64_t> last, tonight;                ///< by row: all its accounts
  std::vector<std::int64_t> shared_last, shared_tonight;  ///< by row: those that are in the level on both nights
};

LevelCounts count(const std::vector<Migration>& migration, Level level, std::size_t n_last, std::size_t n_tonight) {
  LevelCounts counts;
  counts.last.assign(n_last, 0);
  counts.tonight.assign(n_tonight, 0);
  counts.shared_last = counts.last;
  counts.shared_tonight = counts.tonight;
  for (const Migration& one : migration) {
    if (one.level != level) continue;
    if (one.from >= 0) counts.last[index(one.from)] += one.accounts;
    if (one.to >= 0) counts.tonight[index(one.to)] += one.accounts;
    if (one.from < 0 || one.to < 0) continue;
    counts.shared_last[index(one.from)] += one.accounts;
    counts.shared_tonight[index(one.to)] += one.accounts;
    counts.overlaps.push_back({one.from, one.to, one.accounts});
  }
  return counts;
}

bool is_alike(const Overlap& one, const LevelCounts& counts) {
  constexpr std::int64_t kLeast = 4;  // a quarter of the accounts in either
  const std::int64_t either = counts.shared_last[index(one.from)] + counts.shared_tonight[index(one.to)] - one.accounts;
  return kLeast * one.accounts >= either;
}

/// By their rules, which no other name changes; then those left by their names, which outlive a moved bound.
void match_macros(const std::vector<Segment>& last, const std::vector<Segment>& tonight,
                  std::vector<std::int32_t>& last_of) {
  std::vector<bool> is_matched(last.size(), false);
  for (const auto text : {&Segment::rule, &Segment::name}) {
    std::map<std::string_view, std::int32_t> rows;
    for (std::size_t row = 0; row < last.size(); ++row)
      if (last[row].level == Level::kMacro && !is_matched[row] && !(last[row].*text).empty())
        rows.emplace(last[row].*text, static_cast<std::int32_t>(row));
    for (std::size_t row = 0; row < tonight.size(); ++row) {
      const auto found = rows.find(tonight[row].*text);
      if (tonight[row].level != Level::kMacro || last_of[row] >= 0 || found == rows.end()) continue;
      last_of[row] = found->second;
      is_matched[index(found->second)] = true;
      rows.erase(found);
    }
  }
}

void match_by_accounts(const std::vector<Segment>& last, const std::vector<Segment>& tonight, const LevelCounts& counts,
                       std::vector<std::int32_t>& last_of) {
  std::vector<Overlap> alike;
  std::ranges::copy_if(counts.overlaps, std::back_inserter(alike), [&](const Overlap& one) {
    return last[index(one.from)].is_outliers == tonight[index(one.to)].is_outliers && is_alike(one, counts);
  });
  const std::vector<std::int32_t> to_of =
      evolve::best_assignment(static_cast<std::int32_t>(last.size()), static_cast<std::int32_t>(tonight.size()), alike);
  for (std::size_t row = 0; row < to_of.size(); ++row)
    if (to_of[row] >= 0) last_of[index(to_of[row])] = static_cast<std::int32_t>(row);
}

/// By row of one night: the row of the other night that half or more of its accounts are in, or −1. Ties: the lower.
std::vector<std::int32_t> halves(const std::vector<Overlap>& overlaps, const std::vector<std::int64_t>& accounts,
                                 std::int32_t Overlap::*of, std::int32_t Overlap::*other) {
  std::vector<std::int32_t> half(accounts.size(), -1);
  for (const Overlap& one : overlaps) {
    std::int32_t& found = half[index(one.*of)];
    if (2 * one.accounts >= accounts[index(one.*of)] && (found < 0 || one.*other < found)) found = one.*other;
  }
  return half;
}

Fate fate_of(const LedgerEntry& entry) {
  if (entry.last < 0) return Fate::kBorn;
  if (entry.tonight < 0) return Fate::kRetired;
  if (!entry.parts.empty()) return Fate::kSplit;
  if (!entry.absorbed.empty()) return Fate::kMerged;
  if (10 * entry.accounts_tonight > 11 * entry.accounts_last) return Fate::kGrown;
  if (10 * entry.accounts_tonight < 9 * entry.accounts_last) return Fate::kShrunk;
  return Fate::kKept;
}

/// The ledger of one level in the making.
class LevelLedger {
 public:
  LevelLedger(Level level, const LevelCounts& counts) : level_(level), counts_(counts) {
    for (const Overlap& one : counts.overlaps) stayed_[{one.from, one.to}] = one.accounts;
  }

  void open(std::int32_t last, std::int32_t tonight) {
    LedgerEntry entry;
    entry.level = level_;
    entry.last = last;
    entry.tonight = tonight;
    if (last >= 0) entry.accounts_last = counts_.last[index(last)];
    if (tonight >= 0) entry.accounts_tonight = counts_.tonight[index(tonight)];
    if (const auto found = stayed_.find({last, tonight}); found != stayed_.end()) entry.stayed = found->second;
    entries_.push_back(std::move(entry));
  }

  /// Who was born of whom, and retired into whom; then the fates.
  [[nodiscard]] std::vector<LedgerEntry> close() && {
    const std::vector<std::int32_t> born_of = halves(counts_.overlaps, counts_.tonight, &Overlap::to, &Overlap::from);
    const std::vector<std::int32_t> retired_into = halves(counts_.overlaps, counts_.last, &Overlap::from, &Overlap::to);
    std::map<std::int32_t, LedgerEntry*> by_last, by_tonight;
    for (LedgerEntry& entry : entries_) {
      if (entry.last >= 0) by_last[entry.last] = &entry;
      if (entry.tonight >= 0) by_tonight[entry.tonight] = &entry;
    }
    for (LedgerEntry& entry : entries_) {
      if (entry.last < 0) {
        entry.other = born_of[index(entry.tonight)];
        if (entry.other >= 0) by_last.at(entry.other)->parts.push_back(entry.tonight);
      } else if (entry.tonight < 0) {
        entry.other = retired_into[index(entry.last)];
        if (entry.other >= 0) by_tonight.at(entry.other)->absorbed.push_back(entry.last);
      }
    }
    for (LedgerEntry& entry : entries_) entry.fate = fate_of(entry);
    return std::move(entries_);
  }

 private:
  Level level_;
  const LevelCounts& counts_;
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> stayed_;
  std::vector<LedgerEntry> entries_;
};

}  // namespace

Evolution evolution_of(const std::vector<Segment>& last, const std::vector<Segment>& tonight,
                       std::vector<Migration> migration) {
  Evolution evolution;
  evolution.migration = std::move(migration);
  evolution.last_of.assign(tonight.size(), -1);
  for (const Level level : kLevels) {
    if (level == Level::kMacro)
      match_macros(last, tonight, evolution.last_of);
    else
      match_by_accounts(last, tonight, count(evolution.migration, level, last.size(), tonight.size()),
                        evolution.last_of);
    std::vector<LedgerEntry> ledger = ledger_of(level, last, tonight, evolution.last_of, evolution.migration);
    std::ranges::move(ledger, std::back_inserter(evolution.ledger));
  }
  return evolution;
}

std::vector<LedgerEntry> ledger_of(Level level, const std::vector<Segment>& last, const std::vector<Segment>& tonight,
                                   const std::vector<std::int32_t>& last_of, const std::vector<Migration>& migration) {
  const LevelCounts counts = count(migration, level, last.size(), tonight.size());
  LevelLedger ledger(level, counts);
  std::vector<bool> is_matched(last.size(), false);
  for (std::size_t row = 0; row < tonight.size(); ++row) {
    if (tonight[row].level != level) continue;
    ledger.open(last_of[row], static_cast<std::int32_t>(row));
    if (last_of[row] >= 0) is_matched[index(last_of[row])] = true;
  }
  for (std::size_t row = 0; row < last.size(); ++row)
    if (last[row].level == level && !is_matched[row]) ledger.open(static_cast<std::int32_t>(row), -1);
  return std::move(ledger).close();
}

}  // namespace tessera
