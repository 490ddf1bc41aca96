#include "ingest/lookup_table.hpp"

#include <algorithm>
#include <utility>

namespace tessera::intake {

LookupTable::LookupTable(ArrivedRows rows, const SourcePlan& plan, int threads)
    : rows_(std::move(rows)), winners_(find_winners(rows_, threads)) {
  std::size_t n_stored = 0;
  for (const ColumnPlan& column : plan.columns) stored_.push_back(column.stored ? n_stored++ : n_stored);
}

std::optional<std::uint32_t> LookupTable::find(std::string_view key) const {
  const AccountKey hash = account_key(key);
  auto at = std::lower_bound(winners_.keys.begin(), winners_.keys.end(), hash);
  for (; at != winners_.keys.end() && *at == hash; ++at) {
    const auto place = static_cast<std::uint32_t>(at - winners_.keys.begin());
    if (rows_.ids.at(row(place)) == key) return place;
  }
  return std::nullopt;
}

}  // namespace tessera::intake
