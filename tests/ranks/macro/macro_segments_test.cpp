#include <gtest/gtest.h>

#include <map>

#include "core/special_numbers.hpp"
#include "ranks_test.hpp"
#include "tessera/macro.hpp"

namespace tessera {
namespace {

/// Account g of the whole company: its size runs through every case of the bands, its industry through every case of
/// groups.
double employees(std::uint64_t g) {
  const double sizes[] = {3.0, 10.0, 50.0, 51.0, kNaN};
  return sizes[g % 5];
}
std::int32_t industry(std::uint64_t g) {
  return static_cast<std::int32_t>((g / 5) % 4) - 1;
}

AccountTable share(std::uint64_t first, std::uint64_t last, std::uint64_t n_global) {
  AccountTable accounts;
  accounts.n_global = n_global;
  accounts.first_global = first;
  accounts.n_local = last - first;
  NumberColumn sizes;
  CategoryColumn industries{{}, {"banque", "logiciel", "école"}};
  for (std::uint64_t g = first; g < last; ++g) {
    sizes.values.push_back(employees(g));
    industries.codes.push_back(industry(g));
  }
  accounts.columns = {{"crm", "employees", ColumnType::kNumber, sizes},
                      {"crm", "industry", ColumnType::kCategory, industries}};
  return accounts;
}

std::vector<MacroSpec> criteria() {
  MacroSpec size;
  size.name = "size";
  size.column = {"employees"};
  size.bands = {{"Micro", std::nullopt, 10.0}, {"PME", 10.0, 51.0}};
  MacroSpec sector;
  sector.name = "sector";
  sector.column = {"industry"};
  sector.groups = {{"Éducation", {"école"}}, {"Tech", {"logiciel"}}};
  return {size, sector};
}

MacroSegments segments_of(const AccountTable& accounts, const std::vector<MacroSpec>& specs) {
  Journal journal(false);
  return macro_segments({test::world(), journal, 1}, accounts, specs);
}

std::pair<std::uint64_t, std::uint64_t> even_share(std::uint64_t n) {
  const auto rank = static_cast<std::uint64_t>(test::world().rank());
  const auto size = static_cast<std::uint64_t>(test::world().size());
  return {n * rank / size, n * (rank + 1) / size};
}

TEST(MacroSegments, AreTheCrossProductInOrderWithOtherAndUnknownLast) {
  constexpr std::uint64_t kAccounts = 200;  // each of the 5 × 4 combinations ten times
  const auto [first, last] = even_share(kAccounts);
  const MacroSegments macro = segments_of(share(first, last, kAccounts), criteria());
  std::vector<std::string> names;
  for (const MacroSegment& segment : macro.segments) names.push_back(segment.name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "Micro · Éducation", "Micro · Tech", "Micro · sector other", "Micro · sector unknown",
                       "PME · Éducation", "PME · Tech", "PME · sector other", "PME · sector unknown",
                       "size other · Éducation", "size other · Tech", "size other · sector other",
                       "size other · sector unknown", "size unknown · Éducation", "size unknown · Tech",
                       "size unknown · sector other", "size unknown · sector unknown"}));
  EXPECT_EQ(macro.segments[0].accounts, 10);
  EXPECT_EQ(macro.segments[4].accounts, 20);  // 10 and 50 employees
  EXPECT_EQ(macro.segments[11].labels, (std::vector<std::string>{"Other", "Unknown"}));
  EXPECT_EQ(macro.segments[5].rule, "employees 10 to below 51, industry in (logiciel)");

  ASSERT_EQ(macro.of_account.size(), last - first);
  for (std::uint64_t g = first; g < last; ++g) {
    const MacroSegment& segment = macro.segments[static_cast<std::size_t>(macro.of_account[g - first])];
    const bool unknown_size = employees(g) != employees(g);
    EXPECT_EQ(segment.labels[0] == "Unknown", unknown_size) << "account " << g;
    EXPECT_EQ(segment.labels[1] == "Unknown", industry(g) < 0) << "account " << g;
    EXPECT_EQ(segment.labels[1] == "Other", industry(g) == 0) << "account " << g;
  }
}

TEST(MacroSegments, OnlyCombinationsWithAccountsAreKept) {
  const bool has = test::world().rank() == test::world().size() - 1;  // all accounts on the last rank
  const MacroSegments macro = segments_of(share(0, has ? 7 : 0, 7), criteria());
  std::map<std::string, std::int64_t> found;
  for (const MacroSegment& segment : macro.segments) found[segment.name] = segment.accounts;
  EXPECT_EQ(found, (std::map<std::string, std::int64_t>{{"Micro · sector unknown", 1},
                                                        {"PME · sector unknown", 2},
                                                        {"size other · sector unknown", 1},
                                                        {"size unknown · sector unknown", 1},
                                                        {"Micro · sector other", 1},
                                                        {"PME · sector other", 1}}));
  EXPECT_EQ(macro.of_account.size(), has ? 7U : 0U);
}

TEST(MacroSegments, NoCriteriaMakeNoSegments) {
  const auto [first, last] = even_share(10);
  const MacroSegments macro = segments_of(share(first, last, 10), {});
  EXPECT_TRUE(macro.segments.empty());
  EXPECT_TRUE(macro.of_account.empty());
}

TEST(MacroSegments, ABandThatBearsAnotherCasesNameKeepsNamesUnique) {
  MacroSpec size = criteria()[0];
  size.bands[0].name = "size unknown";
  const auto [first, last] = even_share(10);
  const MacroSegments macro = segments_of(share(first, last, 10), {size});
  ASSERT_EQ(macro.segments.size(), 4U);
  EXPECT_EQ(macro.segments[0].name, "size unknown");
  EXPECT_EQ(macro.segments[3].name, "size unknown (2)");
}

TEST(MacroSegments, MoreCombinationsThanCanBeCountedAreSparse) {
  std::vector<MacroSpec> many(25, criteria()[0]);  // 4^25 combinations, 4 with accounts
  const auto [first, last] = even_share(10);
  EXPECT_EQ(segments_of(share(first, last, 10), many).segments.size(), 4U);
}

}  // namespace
}  // namespace tessera
