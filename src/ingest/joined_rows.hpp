#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ingest/domain.hpp"
#include "ingest/row_packing.hpp"
#include "ingest/unmatched_keys.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// What a source says of this rank's accounts, and what became of the rows that this rank matched.
struct JoinedRows {
  std::vector<Column> columns;  ///< by account; missing where the source does not know it
  std::uint64_t used = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t unmatched = 0;
};

/// Rows that came to the owners of their keys: the last of each id goes to the account of that id. Not collective.
[[nodiscard]] JoinedRows join_by_key(const AccountTable& accounts, ArrivedRows rows, int threads, std::size_t source,
                                     UnmatchedKeys& unmatched);

/// Collective. Rows that came to the owners of their domains go to the one account that has the domain in `addresses`,
/// a column of text or categories by account. A domain that several accounts or several rows have is ambiguous: its
/// rows are listed, not guessed, as are those of public domains and of keys that are no address.
[[nodiscard]] JoinedRows join_by_domain(const Context& context, const AccountTable& accounts, const Column& addresses,
                                        const PublicDomains& publics, const ArrivedRows& rows, std::size_t source,
                                        UnmatchedKeys& unmatched);

}  // namespace tessera::intake
