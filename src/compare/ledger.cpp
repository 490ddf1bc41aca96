#include "compare/ledger.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace tessera::compare {

namespace {

std::size_t at(std::int32_t row) {
  return static_cast<std::size_t>(row);
}

/// Where all accounts of the level's segments went: those that are shared, and those that left or came.
std::vector<Migration> migration_of(const ComparedSegmentation& compared) {
  std::vector<std::int64_t> left, came;
  for (const Segment& segment : compared.then) left.push_back(segment.accounts);
  for (const Segment& segment : compared.now) came.push_back(segment.accounts);
  std::vector<Migration> migration;
  for (const SharedAccounts& pair : compared.shared) {
    migration.push_back({compared.level, pair.then, pair.now, pair.accounts, 0.0});
    left[at(pair.then)] -= pair.accounts;
    came[at(pair.now)] -= pair.accounts;
  }
  for (std::size_t row = 0; row < left.size(); ++row)
    if (compared.then[row].level == compared.level && left[row] > 0)
      migration.push_back({compared.level, static_cast<std::int32_t>(row), -1, left[row], 0.0});
  for (std::size_t row = 0; row < came.size(); ++row)
    if (compared.now[row].level == compared.level && came[row] > 0)
      migration.push_back({compared.level, -1, static_cast<std::int32_t>(row), came[row], 0.0});
  return migration;
}

/// By row of the later night: the row of the same id.
std::vector<std::int32_t> same_ids(const ComparedSegmentation& compared) {
  std::map<std::string_view, std::int32_t> rows;
  for (std::size_t row = 0; row < compared.then.size(); ++row)
    if (compared.then[row].level == compared.level) rows.emplace(compared.then[row].id, static_cast<std::int32_t>(row));
  std::vector<std::int32_t> last_of;
  for (const Segment& segment : compared.now) {
    const auto found = segment.level == compared.level ? rows.find(segment.id) : rows.end();
    last_of.push_back(found == rows.end() ? -1 : found->second);
  }
  return last_of;
}

std::int64_t kept_by(const std::vector<std::int32_t>& last_of, const ComparedSegmentation& compared) {
  std::int64_t kept = 0;
  for (const SharedAccounts& pair : compared.shared)
    if (last_of[at(pair.now)] == pair.then) kept += pair.accounts;
  return kept;
}

void take_over_ids(const std::vector<std::int32_t>& last_of, ComparedSegmentation& compared) {
  for (std::size_t row = 0; row < compared.now.size(); ++row) {
    Segment& segment = compared.now[row];
    if (segment.level != compared.level) continue;
    segment.id = last_of[row] < 0 ? "new " + segment.id : compared.then[at(last_of[row])].id;
  }
}

SegmentChange change_of(const LedgerEntry& entry, LedgerLine line, const ComparedSegmentation& compared) {
  SegmentChange change;
  change.fate = entry.fate;
  change.then = entry.last;
  change.now = entry.tonight;
  change.id = std::move(line.id);
  change.name = std::move(line.name);
  change.accounts_then = entry.accounts_last;
  change.accounts_now = entry.accounts_tonight;
  if (entry.last >= 0) change.value_then = compared.then[at(entry.last)].value;
  if (entry.tonight >= 0) change.value_now = compared.now[at(entry.tonight)].value;
  change.stayed = entry.stayed;
  change.other = std::move(line.other);
  change.story = std::move(line.story);
  return change;
}

}  // namespace

void tell_changes(ComparedDesigns& designs) {
  ComparedSegmentation& compared = designs.compared;
  Evolution evolution = evolution_of(compared.then, compared.now, migration_of(compared));
  const std::vector<std::int32_t> by_id = same_ids(compared);
  designs.by_accounts = 2 * kept_by(evolution.last_of, compared) > 3 * kept_by(by_id, compared);
  if (designs.by_accounts)
    take_over_ids(evolution.last_of, compared);
  else
    evolution.last_of = by_id;
  evolution.ledger = ledger_of(compared.level, compared.then, compared.now, evolution.last_of, evolution.migration);
  std::vector<LedgerLine> lines = ledger_lines(evolution, compared.then, compared.now);
  for (std::size_t i = 0; i < lines.size(); ++i)
    designs.ledger.push_back(change_of(evolution.ledger[i], std::move(lines[i]), compared));
  std::ranges::stable_sort(designs.ledger, std::ranges::greater{}, [](const SegmentChange& change) {
    return change.now >= 0 ? change.accounts_now : change.accounts_then;
  });
}

}  // namespace tessera::compare
