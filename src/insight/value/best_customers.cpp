#include "tessera/best_customers.hpp"

#include "insight/value/customers.hpp"
#include "insight/value/pareto.hpp"
#include "insight/value/places.hpp"
#include "insight/value/shared_traits.hpp"
#include "parallel/communicator.hpp"

namespace tessera {

std::vector<std::int64_t> value_ranks(const Context& context, const AccountTable& accounts, const ValueSpec& value) {
  return insight::places_from_greatest(context.comm, insight::customer_values(accounts, value).value,
                                       accounts.first_global);
}

std::optional<BestCustomers> best_customers(const Context& context, const AccountTable& accounts, const Job& job) {
  if (job.value.column.empty()) return std::nullopt;
  const insight::CustomerValues customers = insight::customer_values(accounts, job.value);
  BestCustomers best;
  best.rank = insight::places_from_greatest(context.comm, customers.value, accounts.first_global);
  insight::measure_concentration(context.comm, customers, job.value, best);

  insight::TwoGroups groups;
  for (std::size_t i = 0; i < best.rank.size(); ++i) {
    if (best.rank[i] == 0) continue;
    groups.rows.push_back(static_cast<std::uint32_t>(i));
    groups.is_best.push_back(best.rank[i] <= best.best ? 1 : 0);
  }
  groups.best = best.best;
  groups.rest = best.customers - best.best;
  best.traits = insight::shared_traits(context.comm, accounts, job, groups);
  return best;
}

}  // namespace tessera
