#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// The customers of highest value up to a share of the customers, and what they bring together.
struct ParetoPoint {
  double share_of_customers = 0.0;  ///< 0.01, 0.02, … 1
  std::int64_t customers = 0;       ///< that share of them, to the nearest
  double value = 0.0;
  double share_of_value = 0.0;  ///< of the total; NaN where that is not above 0
};

/// A tenth of the customers by value.
struct ValueDecile {
  std::int32_t decile = 0;  ///< 1: the tenth of highest value
  std::int64_t customers = 0;
  double value = 0.0;
  double share_of_value = 0.0;
  double least = 0.0;  ///< value of its last customer; NaN where it has none
};

/// Something that customers may have in common: a category, a range of numbers or dates, or that nobody knows.
struct SharedTrait {
  std::string column;  ///< source.column
  std::string trait;   ///< the category, or the range in words
  double from = 0.0;   ///< of a range: from ≤ x < below (dates: days since 1970-01-01); NaN: open, or no range
  double below = 0.0;
  std::int64_t best = 0, rest = 0;  ///< customers with it, among the best and among the others
  double share_of_best = 0.0, share_of_rest = 0.0;
  double lift = 0.0;           ///< share_of_best / share_of_rest; NaN where none of the others has it
  double low = 0.0, high = 0;  ///< 95 % interval of the lift
  double tells = 0.0;          ///< bits that it tells the best from the rest by, 0 unless surely commoner among them
};

/// Who brings how much, and what the best have in common. All but `rank` is the same on every rank.
struct BestCustomers {
  std::vector<std::int64_t> rank;  ///< n_local: place among the customers by value, from 1; 0: prospect, or not known
  std::int64_t customers = 0;      ///< whose value is known
  std::int64_t contactable = 0;    ///< of them, those that [value] suppress does not name
  std::int64_t unknown = 0;        ///< customers whose value is not known; they are nowhere else here
  double value = 0.0;              ///< exact sum over the customers
  double gini = 0.0;               ///< NaN where the total is not above 0
  double best_fifth_share = 0.0;   ///< share of the value that the best 20 % of the customers bring
  std::int64_t best = 0;           ///< who the best are: those with a rank from 1 to `best`
  std::int64_t best_contactable = 0;
  double best_value = 0.0;
  double best_share_of_value = 0.0;
  double least_best_value = 0.0;     ///< value of the last of the best; NaN where there are none
  std::vector<ParetoPoint> curve;    ///< 100 points
  std::vector<ValueDecile> deciles;  ///< 10
  std::vector<SharedTrait> traits;   ///< the most telling first
};

/// Ranks customers by what they bring, from the highest value down (equal values by account key), draws the Pareto
/// curve, and says what the best have in common against all other customers. Collective; the same bits at any number of
/// ranks. Nothing where the job has no [value] column.
///
/// The best are the job's share of the customers, or the fewest that bring its share of the value (reached to one part
/// in 10^12, as decimal shares are not exact in binary); only who brings more than 0 is among them. Gini is
/// Σ (2i − n − 1)·x_i / (n·Σx) over ascending values (Sen 1973); with negative values it may exceed 1. Lifts have the
/// interval of the log-ratio (Katz, Baptista, Azen & Pike 1978), with ½ added to the counts where one is 0 (Walter
/// 1975). Columns that tell of the value itself, sensitive ones
/// and texts are no traits; numbers are cut at the customers' quartiles; of a column the 50 commonest categories count.
/// Throws Error(kBadJob) if a column of [value] is not of the type that it has to be.
[[nodiscard]] std::optional<BestCustomers> best_customers(const Context& context, const AccountTable& accounts,
                                                          const Job& job);

/// BestCustomers::rank alone: for accounts that have been put in another order. Collective.
[[nodiscard]] std::vector<std::int64_t> value_ranks(const Context& context, const AccountTable& accounts,
                                                    const ValueSpec& value);

}  // namespace tessera
