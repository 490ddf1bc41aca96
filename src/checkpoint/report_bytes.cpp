#include "checkpoint/report_bytes.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace tessera::checkpoint {
namespace {

using nlohmann::json;

ColumnType type_of(const json& from) {
  const auto number = from.get<std::int64_t>();
  if (number < 0 || number > static_cast<std::int64_t>(ColumnType::kText)) throw std::runtime_error("no column type");
  return static_cast<ColumnType>(number);
}

json number_of(ColumnType type) {
  return static_cast<std::int64_t>(type);
}

decltype(Column::data) no_cells(ColumnType type) {
  switch (type) {
    case ColumnType::kNumber:
      return NumberColumn{};
    case ColumnType::kCategory:
      return CategoryColumn{};
    case ColumnType::kFlag:
      return FlagColumn{};
    case ColumnType::kDate:
      return DateColumn{};
    case ColumnType::kText:
      break;
  }
  return TextColumn{};
}

template <class Row, class ToJson>
json rows_of(const std::vector<Row>& rows, ToJson to_json) {
  json all = json::array();
  for (const Row& row : rows) all.push_back(to_json(row));
  return all;
}

json of_source(const SourceReport& source) {
  json one{{"name", source.name},
           {"counts",
            {source.rows_read, source.used, source.duplicates, source.unmatched, source.forgotten, source.quarantined}},
           {"files", rows_of(source.files, [](const SourceFile& file) -> json {
              return {file.path, file.bytes, file.modified_s, file.content_hash};
            })}};
  if (source.as_of) one["as_of"] = *source.as_of;
  return one;
}

SourceReport source_of(const json& from) {
  const json& counts = from.at("counts");
  SourceReport source{from.at("name"), counts.at(0), counts.at(1), counts.at(2), counts.at(3),
                      counts.at(4),    counts.at(5), {},           std::nullopt};
  for (const json& file : from.at("files")) source.files.push_back({file.at(0), file.at(1), file.at(2), file.at(3)});
  if (from.contains("as_of")) source.as_of = from.at("as_of").get<std::int32_t>();
  return source;
}

json of_search(const DuplicateSearch& search) {
  return {{"pairs", rows_of(search.pairs,
                            [](const LikelyDuplicate& pair) -> json {
                              return {pair.account_id, pair.other_id, pair.score};
                            })},
          {"counts", {search.pairs_found, search.pairs_skipped, search.accounts_skipped}}};
}

DuplicateSearch search_of(const json& from) {
  DuplicateSearch search;
  for (const json& pair : from.at("pairs")) search.pairs.push_back({pair.at(0), pair.at(1), pair.at(2)});
  search.pairs_found = from.at("counts").at(0);
  search.pairs_skipped = from.at("counts").at(1);
  search.accounts_skipped = from.at("counts").at(2);
  return search;
}

json of_report(const IngestReport& report) {
  json all{{"sources", rows_of(report.sources, of_source)},
           {"columns", rows_of(report.columns,
                               [](const ColumnChoice& row) -> json {
                                 return {row.column, number_of(row.type), row.by_job,
                                         row.reason, row.decimal_comma,   row.month_first};
                               })},
           {"spellings", rows_of(report.spellings,
                                 [](const SpellingSuggestion& row) -> json {
                                   return {row.kind == SpellingSuggestion::Kind::kGroup,
                                           row.column,
                                           row.value,
                                           row.suggestion,
                                           row.accounts,
                                           row.suggestion_accounts,
                                           row.score};
                                 })},
           {"fills", rows_of(report.fills,
                             [](const ColumnFill& row) -> json {
                               return {row.column, row.source, row.filled};
                             })},
           {"unmatched", rows_of(report.unmatched,
                                 [](const UnmatchedKey& row) -> json {
                                   return {row.source, row.key, row.rows, row.why};
                                 })},
           {"market", rows_of(report.market, [](const MarketSegment& row) -> json {
              return {row.source, row.macro, row.companies, row.spend};
            })}};
  if (report.duplicate_search) all["duplicate_search"] = of_search(*report.duplicate_search);
  if (report.forget) all["forget"] = {report.forget->ids, report.forget->unknown};
  return all;
}

void read_spellings(const json& from, IngestReport& report) {
  using Kind = SpellingSuggestion::Kind;
  for (const json& row : from)
    report.spellings.push_back({row.at(0).get<bool>() ? Kind::kGroup : Kind::kCategory, row.at(1), row.at(2), row.at(3),
                                row.at(4), row.at(5), row.at(6)});
}

IngestReport report_of(const json& from) {
  IngestReport report;
  for (const json& row : from.at("sources")) report.sources.push_back(source_of(row));
  for (const json& row : from.at("columns"))
    report.columns.push_back({row.at(0), type_of(row.at(1)), row.at(2), row.at(3), row.at(4), row.at(5)});
  read_spellings(from.at("spellings"), report);
  for (const json& row : from.at("fills")) report.fills.push_back({row.at(0), row.at(1), row.at(2), {}});
  for (const json& row : from.at("unmatched")) {
    report.unmatched.push_back({row.at(0), row.at(1), row.at(2), row.at(3)});
    if (report.unmatched.back().source >= report.sources.size()) throw std::runtime_error("a key of no source");
  }
  for (const json& row : from.at("market")) report.market.push_back({row.at(0), row.at(1), row.at(2), row.at(3)});
  if (from.contains("duplicate_search")) report.duplicate_search = search_of(from.at("duplicate_search"));
  if (from.contains("forget")) report.forget = ForgetReport{from.at("forget").at(0), from.at("forget").at(1)};
  return report;
}

}  // namespace

std::string bytes_of(const std::vector<Column>& columns, const IngestReport& report) {
  const json all{
      {"columns",
       rows_of(
           columns,
           [](const Column& column) -> json {
             return {column.source, column.name, number_of(column.type), column.missing_is_never, column.is_sensitive};
           })},
      {"report", of_report(report)}};
  std::string bytes;
  json::to_cbor(all, bytes);
  return bytes;
}

SharedPart shared_part_of(std::string_view bytes) {
  const json from = json::from_cbor(bytes.begin(), bytes.end());
  SharedPart shared;
  for (const json& row : from.at("columns")) {
    const ColumnType type = type_of(row.at(2));
    shared.columns.push_back({row.at(0), row.at(1), type, no_cells(type), row.at(3), row.at(4)});
  }
  shared.report = report_of(from.at("report"));
  return shared;
}

}  // namespace tessera::checkpoint
