#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ingest/column_plan.hpp"
#include "ingest/row_reader.hpp"
#include "ingest/wire.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// Judges rows by the plan, cell by cell; those that fail go to the quarantine.
class JudgingSink : public RowSink {
 public:
  JudgingSink(std::uint32_t source, const CsvSource& files, const SourcePlan& plan)
      : source_(source), files_(files), plan_(plan) {}

  void row(const RowPlace& place, std::span<const std::string_view> cells) final;
  void refused(const RowPlace& place, const Fault& fault) final;

  [[nodiscard]] std::vector<QuarantinedRow>& quarantine() noexcept { return quarantine_; }
  [[nodiscard]] std::uint64_t rows_read() const noexcept { return rows_read_; }

 protected:
  /// A row that passed: its key and its stored columns, packed. Gives what is wrong with it after all (`text` is filled
  /// in by the caller), or nothing.
  virtual std::optional<Fault> accept(const RowPlace& place, std::string_view id, std::string_view cells) = 0;
  [[nodiscard]] const SourcePlan& plan() const noexcept { return plan_; }

 private:
  [[nodiscard]] std::optional<Fault> judge(const RowPlace& place, std::span<const std::string_view> cells);
  void set_aside(const RowPlace& place, const Fault& fault);

  std::uint32_t source_;
  const CsvSource& files_;
  const SourcePlan& plan_;
  std::vector<QuarantinedRow> quarantine_;
  std::uint64_t rows_read_ = 0;
  WireWriter cells_;  ///< of the row at hand
};

/// Packs rows, each for the rank that owns its account.
/// A packed row: sequence, account id, then the stored columns: number 8 bytes, category and date 4, flag 1, text as it
/// is.
class PackingSink : public JudgingSink {
 public:
  PackingSink(std::uint32_t source, const CsvSource& files, const SourcePlan& plan, int n_ranks)
      : JudgingSink(source, files, plan), packed_(static_cast<std::size_t>(n_ranks)) {}

  [[nodiscard]] std::vector<WireWriter>& packed() noexcept { return packed_; }  ///< by rank

 protected:
  std::optional<Fault> accept(const RowPlace& place, std::string_view id, std::string_view cells) override;

 private:
  std::vector<WireWriter> packed_;
};

/// The rank that owns an account: ranks in order hold keys in order.
[[nodiscard]] int owner_of(AccountKey key, int n_ranks) noexcept;

/// Rows that came to their owner, in columns, in no set order.
struct ArrivedRows {
  std::vector<std::uint64_t> sequence;
  TextColumn ids;
  std::vector<Column> columns;  ///< the stored ones
};
[[nodiscard]] ArrivedRows no_rows(const std::string& source, const SourcePlan& plan);
/// Appends the packed rows.
void unpack_rows(std::string_view packed, ArrivedRows& rows);

}  // namespace tessera::intake
