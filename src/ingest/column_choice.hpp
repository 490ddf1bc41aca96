#pragma once

#include <map>
#include <vector>

#include "ingest/category_codes.hpp"
#include "ingest/column_evidence.hpp"
#include "ingest/column_plan.hpp"
#include "ingest/typed_reader.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// Settles how every column of a source is read: as the job says, or by what 95 % of its cells are. All cells count,
/// but the source need not be read twice: it is read by a guess from a sample, every cell leaves its evidence on the
/// way, and only where that speaks against the guess the source is read again. The outcome is the same on every rank,
/// at any rank count, in any order of the rows, whatever the sample was.
class ColumnChoice {
 public:
  /// The first plan reads a sample: it stores nothing and learns about every column that is open. All outlive this.
  ColumnChoice(const Context& context, const SourceSpec& spec, const CsvSource& source,
               std::vector<ColumnWishes> wishes, std::shared_ptr<const Door> door);

  /// To read with now.
  [[nodiscard]] const SourcePlan& plan() const noexcept { return plan_; }
  [[nodiscard]] Learns learns() const;

  /// Collective. Makes a plan from what this rank's readers have seen of a sample.
  void guess(const std::vector<TypedReader>& readers);
  /// Collective. After all rows were read by plan(): whether they were read as all of them are to be. If so, settled()
  /// is the plan; otherwise plan() is another one, by which to read again. Throws Error(kBadJob) where the job asks for
  /// dates that nobody can read for sure.
  [[nodiscard]] bool settle(const std::vector<TypedReader>& readers);
  [[nodiscard]] const SourcePlan& settled() const noexcept { return settled_; }
  /// For rows read by plan() when it proved right: keeps the columns that settled() stores, and gives categories their
  /// codes.
  void finish_rows(ArrivedRows& rows) const;

 private:
  [[nodiscard]] bool is_open(std::size_t column) const;
  [[nodiscard]] ColumnPlan plan_from_spec(std::size_t column) const;
  void check_dates(std::size_t column, const Evidence& seen) const;
  [[nodiscard]] std::vector<Evidence> evidence_of(const std::vector<TypedReader>& readers) const;
  [[nodiscard]] ColumnPlan plan_column(std::size_t column, const Evidence& seen) const;
  void settle_category(std::size_t column, const std::vector<TypedReader>& readers);
  void finish_column(std::size_t column);
  [[nodiscard]] bool was_read_right(std::size_t column) const;

  const Context& context_;
  const SourceSpec& spec_;
  std::vector<ColumnWishes> wishes_;
  SourcePlan plan_;
  SourcePlan settled_;
  std::vector<Evidence> evidence_;          ///< of all rows, by column; empty before they were read
  std::map<std::size_t, CodeMap> numbers_;  ///< by column: categories that were settled after they were read
};

}  // namespace tessera::intake
