#include <fmt/format.h>

#include <set>

#include "job/columns_in_results.hpp"
#include "results/content_parts.hpp"

namespace tessera::results {

namespace schema = storage::schema;

namespace {

/// The columns that the job names anywhere, as find() knows them.
std::set<const Column*> named_columns(const Job& job, const AccountTable& accounts) {
  std::set<const Column*> named;
  for (const std::string& text : job::columns_in_results(job))
    if (const Column* column = accounts.find(text)) named.insert(column);
  return named;
}

struct CellsOf {
  storage::Cells operator()(const NumberColumn& column) const { return std::span<const double>(column.values); }
  storage::Cells operator()(const CategoryColumn& column) const {
    return storage::CategoryCells{column.codes, column.categories};
  }
  storage::Cells operator()(const FlagColumn& column) const { return std::span<const std::int8_t>(column.values); }
  storage::Cells operator()(const DateColumn& column) const { return std::span<const std::int32_t>(column.days); }
  storage::Cells operator()(const TextColumn& column) const { return &column; }
};

storage::TableColumn stored(const Column& column) {
  std::string unit;
  std::string missing = "\"\"";
  switch (column.type) {
    case ColumnType::kNumber:
      missing = "NaN";
      break;
    case ColumnType::kCategory:
      missing = "code -1";
      break;
    case ColumnType::kFlag:
      missing = "-1";
      break;
    case ColumnType::kDate:
      unit = schema::kDateUnit;
      missing = std::to_string(kMissingDate);
      break;
    case ColumnType::kText:
      break;
  }
  return {column.full_name(), unit,
          fmt::format("{} of the source {}; missing: {}", column.name, column.source, missing),
          std::visit(CellsOf{}, column.data)};
}

storage::Cells account_ids(Content& content, const AccountTable& accounts) {
  if (!accounts.is_matrix()) return &accounts.ids;
  std::vector<std::uint64_t> rows(accounts.n_local);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = accounts.matrix_row(i);
  return content.keep(std::move(rows));
}

}  // namespace

void add_accounts(Content& content, const RunResults& results) {
  const AccountTable& accounts = results.accounts;
  Entry& entry = content.add_table(std::string(schema::accounts::kPath), storage::RowsOf::kEveryRank, accounts.n_local);
  entry.keys = {accounts.keys, accounts.matrix_rows, accounts.first_global};
  auto& columns = entry.table.columns;
  columns.push_back(column_of(schema::accounts::kAccountId, account_ids(content, accounts)));

  const Column* customer = accounts.find(results.job.value.customer.text);
  if (const auto* flags = customer ? std::get_if<FlagColumn>(&customer->data) : nullptr) {
    std::vector<std::int8_t> known(flags->values);
    for (std::int8_t& flag : known) flag = flag == 1 ? 1 : 0;
    columns.push_back(column_of(schema::accounts::kIsCustomer, content.keep(std::move(known))));
  }
  const Column* value = accounts.find(results.job.value.column.text);
  if (const auto* numbers = value ? std::get_if<NumberColumn>(&value->data) : nullptr)
    columns.push_back(column_of(schema::accounts::kValue, std::span<const double>(numbers->values)));

  if (results.best_customers)
    columns.push_back(
        column_of(schema::accounts::kBestRank, std::span<const std::int64_t>(results.best_customers->rank)));
  if (results.lookalike && results.lookalike->why_not.empty())
    columns.push_back(column_of(schema::accounts::kLookalike, std::span<const double>(results.lookalike->likeness)));
  const std::set<const Column*> named = named_columns(results.job, accounts);
  for (const Column& column : accounts.columns)
    if (named.contains(&column) && !column.is_sensitive) columns.push_back(stored(column));
}

}  // namespace tessera::results
