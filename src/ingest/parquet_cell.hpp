#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <cstdint>

#include "ingest/unpacked_text.hpp"

namespace tessera::intake {

/// Writes cell `row` of an array, which is not null, as text.
using WriteCell = void (*)(const arrow::Array& array, std::int64_t row, UnpackedText& text);

/// How cells of an Arrow type are written: booleans, integers, floats, decimals, texts, dates, timestamps, and
/// dictionaries of them. Null for all else: what is nested, or a time without a day.
[[nodiscard]] WriteCell writer_of(const arrow::DataType& type);

}  // namespace tessera::intake
