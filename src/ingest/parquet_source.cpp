#include "ingest/parquet_source.hpp"

#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ingest/parquet_cell.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

constexpr std::int64_t kBatchRows = std::int64_t{1} << 16;

[[noreturn]] void refuse(const InputFile& file, const std::string& what) {
  throw Error(ExitCode::kBadData, fmt::format("{}: {}", file.path(), what));
}

void check(const InputFile& file, const arrow::Status& status) {
  if (!status.ok()) refuse(file, fmt::format("it cannot be read as Parquet ({}): deliver it again", status.ToString()));
}

template <class T>
T taken(const InputFile& file, arrow::Result<T> result) {
  check(file, result.status());
  return std::move(result).ValueUnsafe();
}

/// Some faults of a file come as results, others are thrown.
template <class Work>
auto with_faults_of(const InputFile& file, Work work) {
  try {
    return work();
  } catch (const parquet::ParquetException& fault) {
    refuse(file, fmt::format("it cannot be read as Parquet ({}): deliver it again", fault.what()));
  }
}

std::unique_ptr<parquet::arrow::FileReader> open(const InputFile& file) {
  parquet::arrow::FileReaderBuilder builder;
  check(file, builder.Open(taken(file, arrow::io::ReadableFile::Open(file.path()))));
  parquet::ArrowReaderProperties properties;
  properties.set_batch_size(kBatchRows);
  properties.set_use_threads(false);  // the rank's threads have a file each
  properties.set_pre_buffer(false);   // that would hold whole row groups in memory
  std::unique_ptr<parquet::arrow::FileReader> reader;
  check(file, builder.properties(properties)->Build(&reader));
  return reader;
}

std::vector<std::string> names_of(const InputFile& file, const arrow::Schema& schema) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const auto& field : schema.fields()) {
    if (writer_of(*field->type()) == nullptr)
      refuse(file, fmt::format("column \"{}\" is of the type {}, which no cell can hold: deliver it flattened, or "
                               "without the column",
                               field->name(), field->type()->ToString()));
    if (!seen.insert(field->name()).second) refuse(file, fmt::format("two columns are called \"{}\"", field->name()));
    names.push_back(field->name());
  }
  if (names.empty()) refuse(file, "it has no columns");
  return names;
}

void write_batch(const arrow::RecordBatch& batch, UnpackedText& text) {
  std::vector<WriteCell> writers;
  for (const auto& column : batch.columns()) writers.push_back(writer_of(*column->type()));
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    for (std::size_t c = 0; c < writers.size(); ++c) {
      const arrow::Array& cells = *batch.column(static_cast<int>(c));
      if (cells.IsNull(row)) {
        text.cell({});
      } else {
        writers[c](cells, row, text);
      }
    }
    text.end_row();
  }
}

}  // namespace

CsvHeader ParquetText::header(const InputFile& file) const {
  return with_faults_of(file, [&] {
    std::shared_ptr<arrow::Schema> schema;
    check(file, open(file)->GetSchema(&schema));
    CsvHeader header;
    header.columns = names_of(file, *schema);
    header.delimiter = kUnpackedDelimiter;
    return header;
  });
}

void ParquetText::unpack(const InputFile& file, UnpackedText& text) const {
  with_faults_of(file, [&] {
    const auto reader = open(file);
    for (int group = 0; group < reader->num_row_groups(); ++group) {
      const auto batches = taken(file, reader->GetRecordBatchReader({group}));
      for (;;) {
        std::shared_ptr<arrow::RecordBatch> batch;
        check(file, batches->ReadNext(&batch));
        if (!batch) break;
        write_batch(*batch, text);
      }
    }
  });
}

}  // namespace tessera::intake
