#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/job.hpp"

namespace tessera::insight {

/// Of this rank's accounts, as [value] has it. Throws Error(kBadJob), the same on every rank, for a column of another
/// type.
struct CustomerValues {
  std::vector<std::uint8_t> is_customer;     ///< missing: a prospect; without `customer` everybody is one
  std::vector<std::uint8_t> is_contactable;  ///< missing: contactable
  std::vector<double> value;                 ///< of customers; NaN: prospect, or not known
};
[[nodiscard]] CustomerValues customer_values(const AccountTable& accounts, const ValueSpec& value);

/// Why a column tells of the value by its making: it is the value, is folded from the same rows, or sums it over a
/// family; in words for people, empty where it does not. To explain value by such a column is to explain it by itself.
[[nodiscard]] std::string behind_value(const Job& job, const AccountTable& accounts, const Column& column);

/// The same for being a customer, being on a list, and for the KPIs.
[[nodiscard]] std::string behind_outcomes(const Job& job, const AccountTable& accounts, const Column& column);

}  // namespace tessera::insight
