#include "ingest/sensitive_columns.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera::intake {
namespace {

/// Accounts, and order lines that reach them through their heads.
class SensitiveColumns : public testing::Test {
 protected:
  SensitiveColumns() {
    job_.file = "night.toml";
    for (const auto& [name, kind] :
         {std::pair("crm", SourceKind::kAccounts), std::pair("web", SourceKind::kAccounts),
          std::pair("heads", SourceKind::kLookup), std::pair("orders", SourceKind::kHistory)}) {
      SourceSpec& source = job_.sources.emplace_back();
      source.name = name;
      source.kind = kind;
      source.key = "id";
    }
    job_.sources[2].key = "order";
    HistorySpec& history = job_.sources[3].history;
    history.via = {{"heads"}, {"order"}};
    history.time.text = "day";
    history.category.text = "what";
    heads_ = {{"crm", {"id", "employees", "email"}, {"a.csv"}, 1, 0, 0},
              {"web", {"id", "clicks", "email"}, {"w.csv"}, 1, 0, 0},
              {"heads", {"order", "id", "day", "note"}, {"h.csv"}, 1, 0, 0},
              {"orders", {"order", "what", "remark"}, {"o.csv"}, 1, 0, 0}};
  }

  std::string mistake_of(const std::string& sensitive) {
    job_.privacy.sensitive = {{sensitive, 40, 14}};
    std::vector<std::string> mistakes;
    check_sensitive(job_, heads_, mistakes);
    return mistakes.empty() ? "" : mistakes.front();
  }
  void expect_mistake(const std::string& sensitive, const std::string& part) {
    const std::string found = mistake_of(sensitive);
    EXPECT_TRUE(found.starts_with("night.toml:40:14: [privacy] sensitive \"" + sensitive + "\": ")) << found;
    EXPECT_NE(found.find(part), std::string::npos) << found;
  }

  Job job_;
  std::vector<SourceHead> heads_;
};

TEST_F(SensitiveColumns, MayBeAnyThatIsNotShown) {
  for (const std::string column :
       {"employees", "crm.email", "clicks", "note", "remark", "orders.recency_days", "heads.order", "orders.order"})
    EXPECT_EQ(mistake_of(column), "") << column;
}

TEST_F(SensitiveColumns, MustBeOneColumn) {
  expect_mistake("emial", "no source has such a column; did you mean \"email\"?");
  expect_mistake("email", "several sources have such a column: write crm.email, and each of the others");
}

TEST_F(SensitiveColumns, MayBeIdsOnlyWhereTheseArePseudonyms) {
  expect_mistake("crm.id", "it is the account id of \"crm\", and ids are written: set pseudonymise = true as well");
  expect_mistake("heads.id", "it is the account id of \"orders\"");
  job_.privacy.pseudonymise = true;
  EXPECT_EQ(mistake_of("crm.id"), "");
  EXPECT_EQ(mistake_of("heads.id"), "");
}

TEST_F(SensitiveColumns, MayNotBeFoldedOrMeasured) {
  expect_mistake("day", "the source \"orders\" folds it into columns of the accounts: name these here instead");
  expect_mistake("what", "the source \"orders\" folds it");
  expect_mistake("orders.category", "its values are in the names of the columns share_");
  job_.macros.push_back({"size", {"employees"}, {}, {}});
  expect_mistake("crm.employees", "[[macro]] \"size\" sorts accounts by it");
  job_.macros.clear();
  job_.value.customer.text = "employees";
  expect_mistake("employees", "[value] has it");
  job_.value = {};
  job_.value.suppress.text = "employees";
  EXPECT_EQ(mistake_of("employees"), "");
  job_.kpis.push_back({"k", KpiKind::kRatio, {}, {"employees"}, {"clicks"}});
  expect_mistake("clicks", "the KPI \"k\" is made of it");
  job_.kpis.clear();
  ColumnSpec& spec = job_.columns.emplace_back();
  spec.column.text = "employees";
  spec.merge = {{"a", "b"}};
  expect_mistake("employees", "merge of [columns.employees] spells values out");
}

TEST_F(SensitiveColumns, WithholdTheTextOfWhateverIsReadWithThem) {
  job_.privacy.sensitive = {{"crm.email"}};
  EXPECT_EQ(withheld_sources(job_, heads_), std::vector<bool>({true, false, false, false}));
  job_.privacy.sensitive = {{"note"}};
  EXPECT_EQ(withheld_sources(job_, heads_), std::vector<bool>({false, false, true, true}));
  job_.privacy.sensitive.clear();
  EXPECT_EQ(withheld_sources(job_, heads_), std::vector<bool>(4, false));
  job_.forget_path = "ids.csv";
  EXPECT_EQ(withheld_sources(job_, heads_), std::vector<bool>(4, true));
  job_.forget_path.clear();
  job_.privacy.pseudonymise = true;
  EXPECT_EQ(withheld_sources(job_, heads_), std::vector<bool>(4, true));
}

}  // namespace
}  // namespace tessera::intake
