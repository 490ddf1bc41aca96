#include "ingest/parquet_cell.hpp"

#include <arrow/array/array_decimal.h>
#include <arrow/array/array_dict.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "core/iso_date.hpp"

namespace tessera::intake {
namespace {

template <class ArrayType>
void write_integer(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  text.cell(fmt::to_string(static_cast<const ArrayType&>(array).Value(row)));
}

/// A float is the double of its value: 0.1F is 0.10000000149011612.
template <class ArrayType>
void write_float(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  const auto value = static_cast<double>(static_cast<const ArrayType&>(array).Value(row));
  text.cell(std::isnan(value) ? std::string() : fmt::to_string(value));
}

void write_flag(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  text.cell(static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false");
}

template <class ArrayType>
void write_text(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  text.cell(static_cast<const ArrayType&>(array).GetView(row));
}

template <class ArrayType>
void write_decimal(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  text.cell(static_cast<const ArrayType&>(array).FormatValue(row));
}

/// A day that no calendar here has is a text that is no date either.
std::string day_text(std::int64_t days_since_1970) {
  constexpr std::int64_t kFirst = -719'162;  // 0001-01-01
  constexpr std::int64_t kLast = 2'932'896;  // 9999-12-31
  if (days_since_1970 < kFirst || days_since_1970 > kLast)
    return fmt::format("{} days since 1970-01-01", days_since_1970);
  return iso_date(static_cast<std::int32_t>(days_since_1970));
}

void write_days(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  text.cell(day_text(static_cast<const arrow::Date32Array&>(array).Value(row)));
}

/// A moment in `ticks` of a second, as date and time of day; the fraction only where there is one.
std::string iso_moment(std::int64_t ticks, std::int64_t ticks_a_second, int digits) {
  constexpr std::int64_t kSecondsADay = 86'400;
  const auto floor_divided = [](std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  const std::int64_t seconds = floor_divided(ticks, ticks_a_second);
  const std::int64_t fraction = ticks - seconds * ticks_a_second;
  const std::int64_t day = floor_divided(seconds, kSecondsADay);
  const std::int64_t second = seconds - day * kSecondsADay;
  std::string moment = fmt::format("{}T{:02}:{:02}:{:02}", day_text(day), second / 3600, second / 60 % 60, second % 60);
  if (fraction != 0) moment += fmt::format(".{:0{}}", fraction, digits);
  return moment;
}

void write_milliseconds(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  text.cell(iso_moment(static_cast<const arrow::Date64Array&>(array).Value(row), 1000, 3));
}

void write_timestamp(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  const std::int64_t ticks = static_cast<const arrow::TimestampArray&>(array).Value(row);
  switch (static_cast<const arrow::TimestampType&>(*array.type()).unit()) {
    case arrow::TimeUnit::SECOND:
      return text.cell(iso_moment(ticks, 1, 0));
    case arrow::TimeUnit::MILLI:
      return text.cell(iso_moment(ticks, 1000, 3));
    case arrow::TimeUnit::MICRO:
      return text.cell(iso_moment(ticks, 1'000'000, 6));
    case arrow::TimeUnit::NANO:
      return text.cell(iso_moment(ticks, 1'000'000'000, 9));
  }
}

void write_nothing(const arrow::Array& /*array*/, std::int64_t /*row*/, UnpackedText& text) {
  text.cell({});
}

void write_entry(const arrow::Array& array, std::int64_t row, UnpackedText& text) {
  const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
  const arrow::Array& entries = *coded.dictionary();
  const std::int64_t entry = coded.GetValueIndex(row);
  if (entries.IsNull(entry)) return text.cell({});
  writer_of (*entries.type())(entries, entry, text);
}

}  // namespace

WriteCell writer_of(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::NA:
      return write_nothing;
    case arrow::Type::BOOL:
      return write_flag;
    case arrow::Type::UINT8:
      return write_integer<arrow::UInt8Array>;
    case arrow::Type::INT8:
      return write_integer<arrow::Int8Array>;
    case arrow::Type::UINT16:
      return write_integer<arrow::UInt16Array>;
    case arrow::Type::INT16:
      return write_integer<arrow::Int16Array>;
    case arrow::Type::UINT32:
      return write_integer<arrow::UInt32Array>;
    case arrow::Type::INT32:
      return write_integer<arrow::Int32Array>;
    case arrow::Type::UINT64:
      return write_integer<arrow::UInt64Array>;
    case arrow::Type::INT64:
      return write_integer<arrow::Int64Array>;
    case arrow::Type::FLOAT:
      return write_float<arrow::FloatArray>;
    case arrow::Type::DOUBLE:
      return write_float<arrow::DoubleArray>;
    case arrow::Type::DECIMAL128:
      return write_decimal<arrow::Decimal128Array>;
    case arrow::Type::DECIMAL256:
      return write_decimal<arrow::Decimal256Array>;
    case arrow::Type::STRING:
    case arrow::Type::BINARY:  // what older writers call text
      return write_text<arrow::BinaryArray>;
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      return write_text<arrow::LargeBinaryArray>;
    case arrow::Type::DATE32:
      return write_days;
    case arrow::Type::DATE64:
      return write_milliseconds;
    case arrow::Type::TIMESTAMP:
      return write_timestamp;
    case arrow::Type::DICTIONARY:
      return writer_of(*static_cast<const arrow::DictionaryType&>(type).value_type()) == nullptr ? nullptr
                                                                                                 : write_entry;
    default:
      return nullptr;
  }
}

}  // namespace tessera::intake
