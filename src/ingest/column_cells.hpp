#pragma once

#include <cstddef>

#include "ingest/wire.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// A column without rows, else like this one.
[[nodiscard]] Column empty_like(const Column& column);
/// One cell of a column for another rank, which has the same dictionary.
void put_cell(const Column& column, std::size_t row, WireWriter& out);
/// Appends it there.
void take_cell(WireReader& in, Column& column);

}  // namespace tessera::intake
