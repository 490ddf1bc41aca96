#include "macro/criterion.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/special_numbers.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

AccountTable with(Column column, std::size_t n) {
  AccountTable accounts;
  accounts.n_global = accounts.n_local = n;
  accounts.columns.push_back(std::move(column));
  return accounts;
}

AccountTable with_numbers(std::vector<double> values) {
  const std::size_t n = values.size();
  return with({"crm", "employees", ColumnType::kNumber, NumberColumn{std::move(values)}}, n);
}

MacroSpec sizes() {
  MacroSpec spec;
  spec.name = "size";
  spec.column = {"employees", 3, 1};
  spec.bands = {{"Micro", std::nullopt, 10.0}, {"SME", 10.0, 51.0}, {"Enterprise", 1000.0, std::nullopt}};
  return spec;
}

std::vector<std::string> labels(const MacroSpec& spec, const AccountTable& accounts) {
  const Criterion criterion(spec, accounts);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < accounts.n_local; ++i) found.push_back(criterion.label(criterion.case_of(i)));
  return found;
}

TEST(Criterion, ABandHoldsItsLowerEdgeAndNotItsUpperOne) {
  const double below_ten = std::nextafter(10.0, 0.0);
  const AccountTable accounts = with_numbers(
      {-5.0, below_ten, 10.0, std::nextafter(51.0, 0.0), 51.0, std::nextafter(1000.0, 0.0), 1000.0, 1e18, kNaN});
  EXPECT_EQ(labels(sizes(), accounts), (std::vector<std::string>{"Micro", "Micro", "SME", "SME", "Other", "Other",
                                                                 "Enterprise", "Enterprise", "Unknown"}));
}

TEST(Criterion, GroupsAreMatchedByTextInAnyScript) {
  MacroSpec spec;
  spec.name = "Branche";
  spec.column = {"industry"};
  spec.groups = {{"Öffentlich", {"学校", "Behörde"}}, {"Tech", {"software", "not in the data"}}};
  const AccountTable accounts = with({"crm", "industry", ColumnType::kCategory,
                                      CategoryColumn{{0, 1, 2, 3, -1}, {"Behörde", "retail", "software", "学校"}}},
                                     5);
  EXPECT_EQ(labels(spec, accounts), (std::vector<std::string>{"Öffentlich", "Other", "Tech", "Öffentlich", "Unknown"}));
}

TEST(Criterion, AFlagIsGroupedByYesAndNo) {
  MacroSpec spec;
  spec.name = "relation";
  spec.column = {"is_customer"};
  spec.groups = {{"Customer", {"yes"}}};
  const AccountTable accounts = with({"crm", "is_customer", ColumnType::kFlag, FlagColumn{{1, 0, -1}}}, 3);
  EXPECT_EQ(labels(spec, accounts), (std::vector<std::string>{"Customer", "Other", "Unknown"}));
}

TEST(Criterion, SpeaksInPlainWords) {
  const AccountTable accounts = with_numbers({1.0});
  const MacroSpec bands = sizes();
  const Criterion size(bands, accounts);
  ASSERT_EQ(size.cases(), 5U);
  EXPECT_EQ(size.rule(0), "employees below 10");
  EXPECT_EQ(size.rule(1), "employees 10 to below 51");
  EXPECT_EQ(size.rule(2), "employees 1000 or more");
  EXPECT_EQ(size.rule(3), "employees in no band of size");
  EXPECT_EQ(size.rule(4), "employees unknown");
  EXPECT_EQ(size.name(1), "SME");
  EXPECT_EQ(size.name(3), "size other");
  EXPECT_EQ(size.name(4), "size unknown");

  MacroSpec spec;
  spec.name = "sector";
  spec.column = {"industry"};
  spec.groups = {{"Tech", {"software", "hardware"}}};
  const AccountTable industries =
      with({"crm", "industry", ColumnType::kCategory, CategoryColumn{{0}, {"software"}}}, 1);
  const Criterion sector(spec, industries);
  EXPECT_EQ(sector.rule(0), "industry in (hardware, software)");
  EXPECT_EQ(sector.rule(1), "industry in no group of sector");
}

TEST(Criterion, AColumnThatCannotBeGroupedIsRefused) {
  const auto code = [](const MacroSpec& spec, const AccountTable& accounts) {
    try {
      const Criterion criterion(spec, accounts);
    } catch (const Error& error) {
      EXPECT_TRUE(error.everywhere());
      return error.code();
    }
    return ExitCode::kDone;
  };
  MacroSpec groups;
  groups.name = "sector";
  groups.column = {"employees"};
  groups.groups = {{"Tech", {"software"}}};
  EXPECT_EQ(code(groups, with_numbers({1.0})), ExitCode::kBadJob);
  EXPECT_EQ(code(sizes(), with({"crm", "industry", ColumnType::kNumber, NumberColumn{{1.0}}}, 1)), ExitCode::kBadJob);
  EXPECT_EQ(code(sizes(), with({"crm", "employees", ColumnType::kDate, DateColumn{{1}}}, 1)), ExitCode::kBadJob);
  EXPECT_EQ(code(sizes(), with_numbers({1.0})), ExitCode::kDone);
}

}  // namespace
}  // namespace tessera
