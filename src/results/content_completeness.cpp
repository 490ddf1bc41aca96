#include "results/content_parts.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::RowsOf;

void add_completeness(Content& content, const Completeness& completeness) {
  const auto& rows = completeness.rows;
  Entry& entry = content.add_table(std::string(schema::completeness::kPath), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add_category(schema::completeness::kColumn, &CompletenessRow::column)
      .add_category(schema::completeness::kMacro, &CompletenessRow::macro)
      .add(schema::completeness::kPresent, &CompletenessRow::present)
      .add_category(schema::completeness::kFilledBy, &CompletenessRow::filled_by)
      .add(schema::completeness::kFilled, &CompletenessRow::filled)
      .add(schema::completeness::kMissing, &CompletenessRow::missing)
      .add(schema::completeness::kCouldChange, &CompletenessRow::could_change);

  const auto& to_buy = completeness.to_buy;
  Entry& columns = content.add_table(std::string(schema::to_buy::kPath), RowsOf::kRoot, to_buy.size());
  RowColumns(content, columns, to_buy)
      .add(schema::to_buy::kColumn, &MissingColumn::column)
      .add(schema::to_buy::kMissing, &MissingColumn::missing)
      .add(schema::to_buy::kAsked, &MissingColumn::asked)
      .add(schema::to_buy::kCouldChange, &MissingColumn::could_change)
      .add(schema::to_buy::kIsEstimate, &MissingColumn::is_estimate)
      .add(schema::to_buy::kShare, &MissingColumn::share);
}

}  // namespace tessera::results
