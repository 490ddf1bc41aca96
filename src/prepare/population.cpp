#include <fmt/format.h>

#include <numeric>

#include "tessera/errors.hpp"
#include "tessera/prepare.hpp"

namespace tessera {

std::vector<std::uint32_t> population_rows(const AccountTable& accounts, const ValueSpec& value,
                                           Population population) {
  std::vector<std::uint32_t> rows(accounts.n_local);
  std::iota(rows.begin(), rows.end(), 0U);
  if (population == Population::kAll) return rows;
  const bool wants_customers = population == Population::kCustomers;
  if (value.customer.empty()) {  // everybody is a customer
    if (!wants_customers) rows.clear();
    return rows;
  }
  const Column* column = accounts.find(value.customer.text);
  const auto* flags = column == nullptr ? nullptr : std::get_if<FlagColumn>(&column->data);
  if (flags == nullptr)
    throw Error(
        ExitCode::kBadJob,
        fmt::format("[value] customer = \"{}\" (line {}) is not a flag of the accounts: name a column of yes and no",
                    value.customer.text, value.customer.line),
        true);
  std::erase_if(rows, [&](std::uint32_t row) { return (flags->values[row] == 1) != wants_customers; });
  return rows;
}

}  // namespace tessera
