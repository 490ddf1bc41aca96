#pragma once

#include <oneapi/tbb/task_arena.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/exact_sum.hpp"
#include "refine/leaf_tiles.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera::refinement {

/// What a set of accounts is worth, besides how many they are.
struct Worth {
  std::int64_t customers = 0;
  ExactSum value;

  Worth& operator+=(const Worth& other);
  Worth& operator-=(const Worth& other);
};

/// What each account is worth; n_local each, or empty: nobody asks.
struct AccountWorth {
  std::span<const std::uint8_t> is_customer;
  std::span<const double> value;  ///< NaN: unknown, which counts 0

  void add_to(Worth& worth, std::size_t account) const;
};

/// The least that a micro segment must have.
struct Minimums {
  std::int64_t accounts = 1;
  std::int64_t customers = 0;
  double value = 0.0;  ///< 0: any, even below

  [[nodiscard]] bool are_met(std::int64_t n, const Worth& worth, std::int64_t times = 1) const;
  [[nodiscard]] bool ask_for_worth() const noexcept { return customers > 0 || value > 0.0; }
};

/// Collective. Worth of the gathered accounts whose slot in `chosen` is 1, by leaf; as moments_of().
[[nodiscard]] std::vector<Worth> worth_of(const Context& context, tbb::task_arena& arena, const LeafTiles& leaves,
                                          std::span<const std::uint8_t* const> chosen, const AccountWorth& accounts);

/// Collective. Adds up over ranks.
void sum_over_ranks(const Context& context, std::vector<Worth>& worth);

}  // namespace tessera::refinement
