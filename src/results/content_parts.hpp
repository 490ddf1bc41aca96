#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "results/content.hpp"

namespace tessera::results {

/// The parts that a Content is made of; each fills its groups of the file. Not collective.
void add_run(Content& content, const RunResults& results, const RunFacts& facts, int ranks);
void add_ingest(Content& content, const RunResults& results);
void add_completeness(Content& content, const Completeness& completeness);
/// What /ingest suggests to people; see content_cleaning.cpp.
void add_cleaning(Content& content, const IngestReport& report);
/// Neighbours, examples and the map of a segmentation, whose group is `path`.
void add_neighbourhood(Content& content, const std::string& path, const Insight& insight);
void add_best_customers(Content& content, const BestCustomers& best);
void add_lookalike(Content& content, const Lookalike& found);
/// Of the segmentation at `path`.
void add_segment_likeness(Content& content, const std::string& path, const std::vector<SegmentLikeness>& rows);
void add_accounts(Content& content, const RunResults& results);
/// What a segmentation is for: its objective, its features, the segments of today and the trial.
void add_purpose(Content& content, const std::string& path, const RunResults& results,
                 const SegmentationResult& segmentation);
/// How k was chosen and how good the core segments are; see content_quality.cpp.
void add_quality(Content& content, const std::string& path, const SegmentationResult& segmentation);
/// What models began with, and why accounts moved; see content_starts.cpp.
void add_starts(Content& content, const std::vector<SegmentationResult>& segmentations);
void add_moves(Content& content, const std::string& path, const std::vector<MoveCount>& moves);
/// What goes along with segments from night to night: further columns of their table, and of the assignment; and what
/// became of them; see content_evolution.cpp.
void add_memory(Content& content, Entry& entry, const std::vector<Segment>& segments);
void add_last_assignment(Content& content, Entry& entry, const SegmentationResult& segmentation);
void add_evolution(Content& content, const std::string& path, const SegmentationResult& segmentation);
void add_dormant(Content& content, const std::vector<DormantSegmentation>& dormant);
void add_segmentation(Content& content, const RunResults& results, const SegmentationResult& segmentation,
                      std::int64_t position);
/// How accounts lie in the bins of features, and what changed since other nights, below `path`.
void add_drift(Content& content, const std::string& path, const SegmentationResult& segmentation);
void add_gate(Content& content, const GateReport& report);
/// KPIs and what else is measured of segments, below `path`.
void add_measures(Content& content, const std::string& path, const Insight& insight);

inline storage::TableColumn column_of(const storage::schema::ColumnName& name, storage::Cells cells) {
  return {std::string(name.name), std::string(name.unit), std::string(name.description), cells};
}

/// Adds columns to a table whose rows are structs: one cell a row, made by a member or a function of the row.
template <class Row>
class RowColumns {
 public:
  RowColumns(Content& content, Entry& entry, const std::vector<Row>& rows)
      : content_(content), entry_(entry), rows_(rows) {}

  template <class CellOf>
  RowColumns& add(const storage::schema::ColumnName& name, CellOf cell_of) {
    using Cell = std::remove_cvref_t<std::invoke_result_t<CellOf, const Row&>>;
    if constexpr (std::convertible_to<Cell, std::string_view>) {
      TextColumn texts;
      for (const Row& row : rows_) texts.push_back(std::invoke(cell_of, row));
      return put(name, std::move(texts));
    } else {
      std::vector<std::conditional_t<std::is_same_v<Cell, bool>, std::int8_t, Cell>> values;
      for (const Row& row : rows_) values.push_back(std::invoke(cell_of, row));
      return put(name, std::move(values));
    }
  }

  /// Texts that come again and again. For tables that every rank has whole.
  template <class CellOf>
  RowColumns& add_category(const storage::schema::ColumnName& name, CellOf cell_of) {
    std::map<std::string, std::int32_t> codes;
    for (const Row& row : rows_) codes.emplace(std::invoke(cell_of, row), 0);
    CategoryColumn column;
    for (auto& [category, code] : codes) {
      code = static_cast<std::int32_t>(column.categories.size());
      column.categories.push_back(category);
    }
    for (const Row& row : rows_) column.codes.push_back(codes.at(std::string(std::invoke(cell_of, row))));
    return put(name, std::move(column));
  }

 private:
  RowColumns& put(const storage::schema::ColumnName& name, storage::OwnedCells cells) {
    entry_.table.columns.push_back(column_of(name, content_.keep(std::move(cells))));
    return *this;
  }

  Content& content_;
  Entry& entry_;
  const std::vector<Row>& rows_;
};

}  // namespace tessera::results
