#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ingest/limits.hpp"
#include "ingest/quarantine.hpp"
#include "ingest/shuffle.hpp"
#include "ingest/unmatched_keys.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// A source of many rows an account, to be folded into columns of the accounts that there are.
struct FoldedSource {
  const Job& job;
  const std::vector<SourceHead>& heads;
  std::size_t source = 0;
  const SourceReading& reading;
  const Limits& limits;
  const AccountTable& accounts;           ///< with its keys and ids
  const std::vector<std::string>& named;  ///< of its columns, those that the job may name: heads_of_accounts()

  [[nodiscard]] const SourceSpec& spec() const { return job.sources[source]; }
};

/// The columns, and what became of the rows that this rank read or owns.
struct FoldedRows {
  std::vector<Column> columns;  ///< by account
  std::uint64_t rows_read = 0, used = 0, unmatched = 0;
  std::optional<std::int32_t> as_of;
};

/// Collective. Reads the source once more by its settled plan; what a round brings to this rank goes to `take`, which
/// must not communicate. Gives the rows that this rank has read.
[[nodiscard]] std::uint64_t fold_rows(const Context& context, const FoldedSource& source, Quarantine& quarantine,
                                      const std::function<void(const ArrivedRows&)>& take);

/// Collective. People at accounts: how many, how high up, in which department, and whether mail reaches them. A row is
/// a contact. Shares are of the contacts whose title says anything.
[[nodiscard]] FoldedRows fold_contacts(const Context& context, const FoldedSource& contacts, Quarantine& quarantine,
                                       UnmatchedKeys& unmatched);

/// Collective. What accounts have answered: how often, the latest and the mean score (exact), promoters (9 and 10) and
/// detractors (0 to 6), and the shares of themes. Of answers of one day the last in the order of the rows is the
/// latest. Rows after as_of are left out, and counted as unmatched.
[[nodiscard]] FoldedRows fold_feedback(const Context& context, const FoldedSource& feedback, Quarantine& quarantine,
                                       UnmatchedKeys& unmatched);

}  // namespace tessera::intake
