#include <gtest/gtest.h>

#include "tessera/errors.hpp"
#include "tessera/prepare.hpp"

namespace tessera {
namespace {

using Rows = std::vector<std::uint32_t>;

AccountTable four_accounts() {
  AccountTable accounts;
  accounts.n_global = accounts.n_local = 4;
  accounts.columns = {{"crm", "is_customer", ColumnType::kFlag, FlagColumn{{1, 0, -1, 1}}},
                      {"crm", "employees", ColumnType::kNumber, NumberColumn{{1, 2, 3, 4}}}};
  return accounts;
}

TEST(Population, AMissingFlagIsAProspect) {
  ValueSpec value;
  value.customer = {"is_customer"};
  EXPECT_EQ(population_rows(four_accounts(), value, Population::kAll), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(population_rows(four_accounts(), value, Population::kCustomers), (Rows{0, 3}));
  EXPECT_EQ(population_rows(four_accounts(), value, Population::kProspects), (Rows{1, 2}));
}

TEST(Population, WithoutAFlagEverybodyIsACustomer) {
  EXPECT_EQ(population_rows(four_accounts(), {}, Population::kCustomers), (Rows{0, 1, 2, 3}));
  EXPECT_TRUE(population_rows(four_accounts(), {}, Population::kProspects).empty());
}

TEST(Population, ACustomerColumnThatIsNoFlagIsRefused) {
  ValueSpec value;
  value.customer = {"employees"};
  EXPECT_THROW(static_cast<void>(population_rows(four_accounts(), value, Population::kCustomers)), Error);
  value.customer = {"nobody"};
  EXPECT_THROW(static_cast<void>(population_rows(four_accounts(), value, Population::kCustomers)), Error);
}

}  // namespace
}  // namespace tessera
