#pragma once

#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// More are not listed; the log says so.
inline constexpr std::size_t kMostSuggestions = 10000;

/// Collective; the same on every rank. Spellings of the accounts' categories that may be meant for a commoner one (see
/// lookalikes.hpp), by column, the most accounts first; then values of [[macro]] groups that no account has. Not of
/// what histories make, as it cannot be merged, and not of sensitive columns. The score is the share of letters that
/// agree, 1 where case and spaces alone differ; for a category times the share of the commoner spelling among the
/// accounts of both. The journal gets a line a column, as `merge` of a job file.
[[nodiscard]] std::vector<SpellingSuggestion> suggest_spellings(const Context& context, const Job& job,
                                                                const AccountTable& accounts);

}  // namespace tessera::intake
