#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/cell_values.hpp"
#include "ingest/column_plan.hpp"
#include "ingest/column_scan.hpp"
#include "ingest/spelling_dictionary.hpp"

namespace tessera::intake {

/// What is wrong with a cell.
struct BadCell {
  std::size_t row = 0;  ///< of the cells given
  std::string reason;
  std::string_view text;
};

/// Reads the cells of one column as its plan says, and learns on the way what they look like. Of one thread.
class ColumnReader {
 public:
  /// The plan outlives the reader. `learns`: keeps a scan, whatever the plan makes of the cells.
  ColumnReader(const ColumnPlan& plan, bool learns);

  /// Appends a value a cell to `values`, which is as the plan's type has it, and whatever for bad cells, which are
  /// added to `bad`. Of a column that is not stored nothing is appended, but learnt. Categories are numbered by
  /// dictionary(); once the plan has their codes, they are these. kCellPadding bytes behind each cell are readable.
  /// Throws Error(kNoInput) for a category that the plan's codes lack.
  void read(std::span<const std::string_view> cells, CellValues& values, std::vector<BadCell>& bad);

  /// What all cells read so far look like, if it learns.
  [[nodiscard]] ColumnScan scan() const;
  [[nodiscard]] const SpellingDictionary& dictionary() const noexcept { return dictionary_; }
  /// More spellings, or longer ones, than a category may have: codes mean nothing.
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

 private:
  /// A spelling that has been met, as the plan reads it.
  struct Meaning {
    std::int32_t value = 0;
    bool is_bad = false;
  };

  void read_numbers(std::span<const std::string_view> cells, std::vector<double>& values, std::vector<BadCell>& bad);
  void read_dates(std::span<const std::string_view> cells, std::vector<std::int32_t>& values,
                  std::vector<BadCell>& bad);
  template <class Value>
  void read_spellings(std::span<const std::string_view> cells, std::vector<Value>* values, std::vector<BadCell>& bad);
  void read_texts(std::span<const std::string_view> cells, TextColumn& values, std::vector<BadCell>& bad) const;

  /// One cell that is more than quickly read; what is wrong with it, or nothing.
  [[nodiscard]] std::optional<std::string> read_number(std::string_view cell, double& value);
  [[nodiscard]] std::optional<std::string> read_date_cell(std::string_view cell, std::int32_t& value);
  [[nodiscard]] std::optional<std::string> out_of_range(double value) const;
  [[nodiscard]] bool bad_becomes_missing() const noexcept {
    return plan_.bad_cell_becomes_missing && !plan_.missing_is_refused;
  }
  [[nodiscard]] Meaning meet_new(std::string_view spelling, std::uint32_t code);
  [[nodiscard]] Meaning meaning_of(std::string_view spelling, std::uint32_t code) const;
  [[nodiscard]] Meaning category_of(std::string_view spelling, std::uint32_t code) const;
  void overflow();

  const ColumnPlan& plan_;
  bool learns_;
  ColumnScan scan_;  ///< of cells that are no spelling's
  SpellingDictionary dictionary_;
  std::vector<Meaning> meanings_;    ///< by code
  std::vector<std::int64_t> times_;  ///< by code: how often it was met
  bool overflowed_ = false;
};

}  // namespace tessera::intake
