#pragma once

#include <deque>
#include <string>
#include <vector>

#include "results/column_hash.hpp"
#include "storage/schema.hpp"
#include "storage/table.hpp"
#include "tessera/context.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// What the file says of the run itself; outside the digest.
struct RunFacts {
  std::string run_id;
  std::int64_t attempt = 0;  ///< at the night; see NightLock
  std::string finished;      ///< ISO date and time, UTC
};

/// A table, and what stands for its rows in the digest.
struct Entry {
  storage::Table table;
  RowKeys keys;
  std::vector<std::string> not_digested;  ///< columns that tell where a row was found, not what it is
};

/// All that one run writes, in one list: it is written, read back, compared and digested by going through it, so that
/// nothing of the file can be outside any of these. Seen where it lies in the RunResults, which must outlive this.
class Content {
 public:
  /// Collective (places of this rank's rows). Throws Error(kInternal) if the results do not fit together.
  Content(const Context& context, const RunResults& results, const RunFacts& facts);
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  [[nodiscard]] const std::deque<Entry>& tables() const noexcept { return tables_; }
  [[nodiscard]] const std::vector<storage::Attribute>& attributes() const noexcept { return attributes_; }

  /// For those who fill it; see content_*.cpp.
  Entry& add_table(std::string path, storage::RowsOf rows_of, std::size_t n_local);
  void add_attribute(const std::string& path, storage::schema::Name name,
                     std::variant<std::int64_t, double, std::string> value);
  /// Keeps cells that were made for the file alone.
  [[nodiscard]] storage::Cells keep(storage::OwnedCells cells);
  [[nodiscard]] std::span<const AccountKey> keep_keys(std::vector<AccountKey> keys);

 private:
  void leave_unpacked();

  std::deque<Entry> tables_;
  std::vector<storage::Attribute> attributes_;
  std::deque<storage::OwnedCells> kept_;
  std::deque<std::vector<AccountKey>> kept_keys_;
};

}  // namespace tessera::results
