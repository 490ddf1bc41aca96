#include "refine/worth.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <cmath>

#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::refinement {

Worth& Worth::operator+=(const Worth& other) {
  customers += other.customers;
  value.add(other.value);
  return *this;
}

Worth& Worth::operator-=(const Worth& other) {
  customers -= other.customers;
  ExactSum subtracted = other.value;
  subtracted.normalise();
  value.normalise();
  const std::span<std::int64_t> limbs = value.limbs();
  for (std::size_t i = 0; i < limbs.size(); ++i) limbs[i] -= std::as_const(subtracted).limbs()[i];
  return *this;
}

void AccountWorth::add_to(Worth& worth, std::size_t account) const {
  if (!is_customer.empty()) worth.customers += is_customer[account];
  if (!value.empty() && !std::isnan(value[account])) worth.value.add(value[account]);
}

bool Minimums::are_met(std::int64_t n, const Worth& worth, std::int64_t times) const {
  return n >= times * accounts && worth.customers >= times * customers &&
         (value <= 0.0 || worth.value.value() >= static_cast<double>(times) * value);
}

std::vector<Worth> worth_of(const Context& context, tbb::task_arena& arena, const LeafTiles& leaves,
                            std::span<const std::uint8_t* const> chosen, const AccountWorth& accounts) {
  constexpr std::size_t kLanes = FeatureTiles::kTileAccounts;
  const auto& ranges = leaves.ranges();
  std::vector<Worth> by_range(ranges.size());
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, ranges.size(), [&](std::size_t r) {
      const auto [leaf, first, last] = ranges[r];
      if (chosen[leaf] == nullptr) return;
      for (std::size_t t = first; t < last; ++t)
        for (std::size_t slot = t * kLanes; slot < t * kLanes + leaves.accounts_in(leaf, t); ++slot)
          if (chosen[leaf][slot] != 0) accounts.add_to(by_range[r], leaves.account_of_slot(slot));
    });
  });
  std::vector<Worth> worth(leaves.n_leaves());
  for (std::size_t r = 0; r < ranges.size(); ++r) worth[ranges[r].leaf] += by_range[r];
  sum_over_ranks(context, worth);
  return worth;
}

void sum_over_ranks(const Context& context, std::vector<Worth>& worth) {
  std::vector<std::int64_t> customers;
  std::vector<ExactSum> value;
  for (const Worth& one : worth) {
    customers.push_back(one.customers);
    value.push_back(one.value);
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(customers));
  parallel::all_sum(context.comm, value);
  for (std::size_t i = 0; i < worth.size(); ++i) worth[i] = {customers[i], value[i]};
}

}  // namespace tessera::refinement
