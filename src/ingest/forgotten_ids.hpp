#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/column_plan.hpp"
#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// The accounts that --forget names, as every key_format writes their ids. The same on every rank, but for who was met.
class ForgottenIds {
 public:
  /// Collective. Rank 0 reads the list at Job::forget_path: an id a line, or a CSV file whose header names the key of a
  /// source. Throws Error(kNoInput) if there is none, Error(kBadData) if it is empty or no such list.
  ForgottenIds(const parallel::Communicator& comm, const Job& job);

  /// Whether an id that came out of `format` is one of an account to be forgotten. Notes that it was met. Thread-safe.
  [[nodiscard]] bool has(std::string_view id, KeyFormat format) const;
  /// Collective.
  [[nodiscard]] ForgetReport report(const parallel::Communicator& comm) const;

 private:
  /// An id to its place in the list.
  using Places = std::unordered_map<std::string, std::uint32_t, SpellingHash, std::equal_to<>>;
  static constexpr std::size_t kFormats = 4;

  void add(const std::string& raw);
  [[nodiscard]] bool note(const Places& places, std::string_view id) const;

  KeyFormat accounts_;  ///< of the population: what ids of all sources are compared with
  std::array<Places, kFormats> by_format_;
  std::uint32_t n_ = 0;                       ///< different ids
  std::unique_ptr<std::atomic<bool>[]> met_;  ///< by place
};

/// Where the rows of one source are stopped if they are about an account to be forgotten: before any cell is judged, so
/// that nothing of them gets into the quarantine.
class Door {
 public:
  /// One column that holds ids of accounts.
  struct IdColumn {
    std::size_t column = 0;
    KeyFormat format = KeyFormat::kText;
  };
  /// `links`: the rows have no account id, but the key of a lookup's row that may have been stopped.
  Door(const ForgottenIds& ids, std::vector<IdColumn> columns, IdColumn key, std::shared_ptr<const Door> lookup);

  /// The columns that stops() looks at.
  [[nodiscard]] std::vector<std::size_t> id_columns() const;
  /// Counts the row if it is stopped. Cells of other columns may be empty. Thread-safe.
  [[nodiscard]] bool stops(std::span<const std::string_view> cells) const;
  /// Collective. Tells all ranks the keys of rows that were stopped on any, for the sources that link to them.
  void close(const parallel::Communicator& comm);
  /// Rows stopped on this rank since this was asked last.
  [[nodiscard]] std::uint64_t take_count() const { return count_.exchange(0); }

 private:
  [[nodiscard]] bool is_about_the_forgotten(std::span<const std::string_view> cells) const;

  const ForgottenIds& ids_;
  std::vector<IdColumn> columns_;
  IdColumn key_;  ///< that the rows travel by
  std::shared_ptr<const Door> lookup_;
  mutable std::atomic<std::uint64_t> count_ = 0;
  mutable std::mutex mutex_;
  mutable Spellings stopped_;  ///< keys of the rows that were stopped, where others link to them
};

/// The doors of all sources; null for a source that needs none. `heads` have passed check_columns.
[[nodiscard]] std::vector<std::shared_ptr<Door>> doors_of(const Job& job, const std::vector<SourceHead>& heads,
                                                          const ForgottenIds& ids);

}  // namespace tessera::intake
