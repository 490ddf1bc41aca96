#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "tessera/results.hpp"

namespace tessera::cli {

/// Who brings how much, and what the best customers have in common: the `most` most telling traits. Nothing where the
/// job has no [value] column.
void print_best_customers(std::ostream& out, const ResultsSummary& summary, std::size_t most);

/// The same facts, all of them; null where the job has no [value] column.
[[nodiscard]] nlohmann::ordered_json best_customers_json(const std::optional<BestCustomers>& best);

}  // namespace tessera::cli
