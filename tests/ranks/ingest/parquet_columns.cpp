#include "parquet_columns.hpp"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/io/memory.h>
#include <arrow/table.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <random>
#include <stdexcept>

namespace tessera::test {
namespace {

void check(const arrow::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

template <class Builder>
std::shared_ptr<arrow::Array> finished(Builder& builder) {
  std::shared_ptr<arrow::Array> cells;
  check(builder.Finish(&cells));
  return cells;
}

std::string csv_cell(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return text.empty() ? "" : quoted + "\"";
}

/// Makes columns of n random cells, one in nine of them null.
class Maker {
 public:
  explicit Maker(std::size_t n) : n_(n) {}

  /// `value` draws a cell, `text` writes it.
  template <class Builder, class Value, class Text>
  void add(const std::string& name, ColumnType type, Builder&& builder, Value value, Text text) {
    ParquetColumn column{name, type, nullptr, {}};
    for (std::size_t i = 0; i < n_; ++i) {
      if (name != "id" && random_() % 9 == 0) {
        check(builder.AppendNull());
        column.texts.emplace_back();
        continue;
      }
      const auto drawn = value(i);
      check(builder.Append(drawn));
      column.texts.push_back(csv_cell(text(drawn)));
    }
    column.cells = finished(builder);
    columns_.push_back(std::move(column));
  }

  template <class Builder, class T>
  void add_integers(const std::string& name) {
    add(
        name, ColumnType::kNumber, Builder(), [this](std::size_t) { return static_cast<T>(random_()); },
        [](T value) { return fmt::format("{}", +value); });
  }

  /// Moments of both sides of 1970, `per_second` of them a second.
  void add_moments(const std::string& name, arrow::TimeUnit::type unit, std::int64_t per_second, const char* zone) {
    arrow::TimestampBuilder builder(arrow::timestamp(unit, zone), arrow::default_memory_pool());
    add(
        name, ColumnType::kDate, builder,
        [=, this](std::size_t) {
          const auto seconds = static_cast<std::int64_t>(random_() % 4'000'000'000U) - 2'000'000'000;
          return seconds * per_second + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(per_second));
        },
        [=](std::int64_t ticks) {
          const auto day =
              std::floor(static_cast<long double>(ticks) / static_cast<long double>(per_second) / 86'400.0L);
          return day_text(static_cast<std::int32_t>(day));
        });
  }

  static std::string day_text(std::int32_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
  }

  [[nodiscard]] double number() {
    const double unit = static_cast<double>(random_()) / 1e19;
    return std::ldexp(unit - 0.9, static_cast<int>(random_() % 200) - 100);
  }
  [[nodiscard]] std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  [[nodiscard]] std::vector<ParquetColumn> take() { return std::move(columns_); }

 private:
  std::size_t n_;
  std::mt19937_64 random_{5};
  std::vector<ParquetColumn> columns_;
};

void add_integers(Maker& maker) {
  maker.add_integers<arrow::Int8Builder, std::int8_t>("i8");
  maker.add_integers<arrow::UInt8Builder, std::uint8_t>("u8");
  maker.add_integers<arrow::Int16Builder, std::int16_t>("i16");
  maker.add_integers<arrow::UInt16Builder, std::uint16_t>("u16");
  maker.add_integers<arrow::Int32Builder, std::int32_t>("i32");
  maker.add_integers<arrow::UInt32Builder, std::uint32_t>("u32");
  maker.add_integers<arrow::Int64Builder, std::int64_t>("i64");
  maker.add_integers<arrow::UInt64Builder, std::uint64_t>("u64");
}

void add_numbers(Maker& maker) {
  const auto exactly = [](double value) { return std::isnan(value) ? "" : fmt::format("{:.17g}", value); };
  maker.add(
      "f64", ColumnType::kNumber, arrow::DoubleBuilder(),
      [&](std::size_t i) { return i % 50 == 7 ? std::nan("") : maker.number(); }, exactly);
  maker.add(
      "f32", ColumnType::kNumber, arrow::FloatBuilder(),
      [&](std::size_t) { return static_cast<float>(maker.number()); }, exactly);
  const auto cents = [](const auto& value) {
    const std::string digits = fmt::format("{:03}", std::abs(static_cast<std::int64_t>(value)));
    return fmt::format("{}{}.{}", static_cast<std::int64_t>(value) < 0 ? "-" : "", digits.substr(0, digits.size() - 2),
                       digits.substr(digits.size() - 2));
  };
  const auto any_cents = [&](std::size_t) { return static_cast<std::int64_t>(maker.draw(2'000'000)) - 1'000'000; };
  maker.add(
      "d128", ColumnType::kNumber, arrow::Decimal128Builder(arrow::decimal128(20, 2)),
      [&](std::size_t i) { return arrow::Decimal128(any_cents(i)); }, cents);
  maker.add(
      "d256", ColumnType::kNumber, arrow::Decimal256Builder(arrow::decimal256(40, 2)),
      [&](std::size_t i) { return arrow::Decimal256(any_cents(i)); },
      [&](const arrow::Decimal256& value) { return cents(arrow::Decimal128(value.ToIntegerString())); });
}

void add_texts(Maker& maker) {
  static constexpr const char* kWords[] = {"plain",
                                           "a,b",
                                           "\"quoted\"",
                                           "two\nlines",
                                           "Gr\xC3\xBC\xC3\x9F"
                                           "e",
                                           "x\r\ny"};
  const auto word = [&](std::size_t) { return std::string(kWords[maker.draw(std::size(kWords))]); };
  const auto same = [](const std::string& text) { return text; };
  maker.add("text", ColumnType::kText, arrow::StringBuilder(), word, same);
  maker.add("large", ColumnType::kText, arrow::LargeStringBuilder(), word, same);
  maker.add("bytes", ColumnType::kText, arrow::BinaryBuilder(), word, same);
  maker.add("coded", ColumnType::kCategory, arrow::StringDictionaryBuilder(), word, same);
  maker.add(
      "flag", ColumnType::kFlag, arrow::BooleanBuilder(), [&](std::size_t) { return maker.draw(2) == 1; },
      [](bool value) { return std::string(value ? "yes" : "no"); });
}

void add_dates(Maker& maker) {
  const auto any_day = [&](std::size_t) { return static_cast<std::int32_t>(maker.draw(60'000)) - 30'000; };
  maker.add("date32", ColumnType::kDate, arrow::Date32Builder(), any_day, Maker::day_text);
  maker.add(
      "date64", ColumnType::kDate, arrow::Date64Builder(),
      [&](std::size_t i) { return std::int64_t{86'400'000} * any_day(i); },
      [](std::int64_t ms) { return Maker::day_text(static_cast<std::int32_t>(ms / 86'400'000)); });
  maker.add_moments("seconds", arrow::TimeUnit::SECOND, 1, "");
  maker.add_moments("ms", arrow::TimeUnit::MILLI, 1000, "");
  maker.add_moments("us", arrow::TimeUnit::MICRO, 1'000'000, "UTC");
  maker.add_moments("ns", arrow::TimeUnit::NANO, 1'000'000'000, "");
}

}  // namespace

std::vector<ParquetColumn> parquet_columns(std::size_t n) {
  Maker maker(n);
  maker.add(
      "id", ColumnType::kText, arrow::Int64Builder(), [](std::size_t i) { return static_cast<std::int64_t>(7 * i); },
      [](std::int64_t id) { return std::to_string(id); });
  add_integers(maker);
  add_numbers(maker);
  add_texts(maker);
  add_dates(maker);
  return maker.take();
}

ParquetColumn text_column(const std::string& name, const std::vector<std::string>& texts) {
  arrow::StringBuilder builder;
  check(builder.AppendValues(texts));
  return {name, ColumnType::kText, finished(builder), texts};
}

ParquetColumn days_column(const std::string& name, const std::vector<std::int32_t>& days_since_1970) {
  arrow::Date32Builder builder;
  check(builder.AppendValues(days_since_1970));
  return {name, ColumnType::kDate, finished(builder), {}};
}

ParquetColumn list_column(const std::string& name) {
  arrow::ListBuilder builder(arrow::default_memory_pool(), std::make_shared<arrow::Int64Builder>());
  check(builder.Append());
  return {name, ColumnType::kText, finished(builder), {}};
}

std::string parquet_of(const std::vector<ParquetColumn>& columns, std::int64_t rows_a_group) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::Array>> cells;
  for (const ParquetColumn& column : columns) {
    fields.push_back(arrow::field(column.name, column.cells->type()));
    cells.push_back(column.cells);
  }
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  check(parquet::arrow::WriteTable(*arrow::Table::Make(arrow::schema(fields), cells), arrow::default_memory_pool(),
                                   stream, rows_a_group, parquet::default_writer_properties(),
                                   parquet::ArrowWriterProperties::Builder().store_schema()->build()));
  return stream->Finish().ValueOrDie()->ToString();
}

std::string csv_of(const std::vector<ParquetColumn>& columns) {
  std::string text;
  for (const ParquetColumn& column : columns) text += (text.empty() ? "" : ",") + column.name;
  text += "\n";
  for (std::size_t i = 0; i < columns.front().texts.size(); ++i) {
    for (std::size_t c = 0; c < columns.size(); ++c) text += (c == 0 ? "" : ",") + columns[c].texts[i];
    text += "\n";
  }
  return text;
}

}  // namespace tessera::test
