#pragma once

#include <string>
#include <string_view>

#include "tessera/account_table.hpp"
#include "tessera/ingest.hpp"

namespace tessera::checkpoint {

/// What the ingested state has the same on every rank, as CBOR: what the columns of the accounts are, and the report
/// but for the quarantine and the accounts that were filled.
[[nodiscard]] std::string bytes_of(const std::vector<Column>& columns, const IngestReport& report);

/// The columns have no cells yet, of the alternatives that fit their types. Throws std::exception where the bytes are
/// not those of such a state.
struct SharedPart {
  std::vector<Column> columns;
  IngestReport report;
};
[[nodiscard]] SharedPart shared_part_of(std::string_view bytes);

}  // namespace tessera::checkpoint
