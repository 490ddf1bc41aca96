#include "ingest/unpacker.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "ingest/fixed_width.hpp"
#include "ingest/gzip_reader.hpp"
#include "ingest/parquet_source.hpp"
#include "ingest/results_source.hpp"
#include "job/parquet_support.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

/// Text within a gzip file.
class GzipText final : public Unpacker {
 public:
  explicit GzipText(const SourceSpec& spec) : delimiter_(spec.delimiter), names_(spec.header) {}

  [[nodiscard]] CsvHeader header(const InputFile& file) const override {
    return read_csv_header(file, delimiter_, names_);
  }
  void unpack(const InputFile& file, UnpackedText& text) const override {
    for_each_piece(file, [&](std::string_view piece) { text.append(piece); });
  }

 private:
  char delimiter_;
  std::vector<std::string> names_;
};

/// By the bytes that every Parquet file starts and ends with, or else by its name.
bool is_parquet(const InputFile& file) {
  std::array<char, 4> start{};
  if (file.bytes() >= start.size()) file.read(0, start);
  return std::string_view(start.data(), start.size()) == "PAR1" || file.path().ends_with(".parquet");
}

std::unique_ptr<const Unpacker> parquet_unpacker([[maybe_unused]] const InputFile& file) {
#ifdef TESSERA_READS_PARQUET
  return std::make_unique<ParquetText>();
#else
  throw Error(ExitCode::kBadJob,
              fmt::format("{}: this build of Tessera reads no Parquet: {}", file.path(), job::kHowToReadParquet));
#endif
}

/// Known by its bytes, a file may lie under a name that the job could not judge.
void check_names_itself(const InputFile& file, const SourceSpec& spec) {
  if (spec.header.empty()) return;
  throw Error(ExitCode::kBadJob, fmt::format("{}: the file names its columns itself: remove header from source \"{}\"",
                                             file.path(), spec.name));
}

}  // namespace

std::unique_ptr<const Unpacker> unpacker_of(const InputFile& file, const SourceSpec& spec) {
  const bool holds_results = is_hdf5(file);
  if (holds_results || is_parquet(file)) {
    check_names_itself(file, spec);
    return holds_results ? std::make_unique<ResultsText>() : parquet_unpacker(file);
  }
  if (!spec.widths.empty()) return std::make_unique<FixedWidthText>(spec.header, spec.widths);
  if (is_gzip(file)) return std::make_unique<GzipText>(spec);
  return nullptr;
}

InputFile unpack(const Unpacker& unpacker, const InputFile& packed) {
  UnpackedText text(packed);
  unpacker.unpack(packed, text);
  return text.finish();
}

}  // namespace tessera::intake
