#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "macro/criterion.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"
#include "tessera/macro.hpp"

namespace tessera {
namespace {

/// A cell of the cross product: the criteria's cases as digits, the first criterion the most significant.
using Cell = std::uint64_t;
using Counts = std::map<Cell, std::int64_t>;

std::vector<Criterion> bind(const AccountTable& accounts, const std::vector<MacroSpec>& specs) {
  std::vector<Criterion> criteria;
  Cell cells = 1;
  for (const MacroSpec& spec : specs) {
    criteria.emplace_back(spec, accounts);
    const Cell cases = criteria.back().cases();
    if (cells > std::numeric_limits<Cell>::max() / cases)
      throw Error(ExitCode::kBadJob,
                  fmt::format("macro criterion \"{}\": the {} criteria have more than 2^64 combinations: use fewer",
                              spec.name, specs.size()),
                  true);
    cells *= cases;
  }
  return criteria;
}

std::vector<Cell> cells_of_accounts(const AccountTable& accounts, const std::vector<Criterion>& criteria) {
  std::vector<Cell> cells(accounts.n_local, 0);
  for (const Criterion& criterion : criteria)
    for (std::size_t account = 0; account < cells.size(); ++account)
      cells[account] = cells[account] * criterion.cases() + criterion.case_of(account);
  return cells;
}

/// Accounts by cell over all ranks: only cells that have any, however many the cross product has.
Counts count_everywhere(const parallel::Communicator& comm, const std::vector<Cell>& cells) {
  struct Entry {
    Cell cell;
    std::int64_t accounts;
  };
  Counts here;
  for (const Cell cell : cells) ++here[cell];
  std::vector<Entry> entries;
  entries.reserve(here.size());
  for (const auto& [cell, accounts] : here) entries.push_back({cell, accounts});
  Counts everywhere;
  for (const Entry& entry : comm.all_gather_varied(std::span<const Entry>(entries)))
    everywhere[entry.cell] += entry.accounts;
  return everywhere;
}

MacroSegment describe(const std::vector<Criterion>& criteria, Cell cell, std::int64_t accounts) {
  MacroSegment segment;
  segment.accounts = accounts;
  segment.labels.resize(criteria.size());
  std::vector<std::string> names(criteria.size());
  std::vector<std::string> rules(criteria.size());
  for (std::size_t c = criteria.size(); c-- > 0; cell /= criteria[c].cases()) {
    const auto which = static_cast<std::size_t>(cell % criteria[c].cases());
    segment.labels[c] = criteria[c].label(which);
    names[c] = criteria[c].name(which);
    rules[c] = criteria[c].rule(which);
  }
  segment.name = fmt::format("{}", fmt::join(names, kMacroSeparator));
  segment.rule = fmt::format("{}", fmt::join(rules, ", "));
  return segment;
}

/// A band may itself be called "size unknown": every name is then made its own.
void make_names_unique(std::vector<MacroSegment>& segments) {
  std::set<std::string> taken;
  for (MacroSegment& segment : segments) {
    const std::string name = segment.name;
    for (int copy = 2; !taken.insert(segment.name).second; ++copy) segment.name = fmt::format("{} ({})", name, copy);
  }
}

}  // namespace

MacroSegments macro_segments(const Context& context, const AccountTable& accounts,
                             const std::vector<MacroSpec>& criteria) {
  MacroSegments macro;
  if (criteria.empty()) return macro;
  const std::vector<Criterion> bound = bind(accounts, criteria);
  const std::vector<Cell> cells = cells_of_accounts(accounts, bound);
  const Counts counts = count_everywhere(context.comm, cells);
  std::map<Cell, std::int32_t> segment_of;
  for (const auto& [cell, n] : counts) {
    segment_of.emplace(cell, static_cast<std::int32_t>(macro.segments.size()));
    macro.segments.push_back(describe(bound, cell, n));
  }
  make_names_unique(macro.segments);
  macro.of_account.reserve(cells.size());
  for (const Cell cell : cells) macro.of_account.push_back(segment_of.at(cell));
  return macro;
}

}  // namespace tessera
