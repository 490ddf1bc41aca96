#pragma once

#include <cstddef>
#include <string_view>

#include "ingest/wire.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// A column without rows, else like this one.
[[nodiscard]] Column empty_like(const Column& column);
/// The text of one cell of a text or category column; empty where missing.
[[nodiscard]] std::string_view text_at(const Column& column, std::size_t i);
/// One cell of a column for another rank, which has the same dictionary.
void put_cell(const Column& column, std::size_t row, WireWriter& out);
/// Appends it there.
void take_cell(WireReader& in, Column& column);

}  // namespace tessera::intake
