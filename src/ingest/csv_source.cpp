#include "ingest/csv_source.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "ingest/csv_header.hpp"
#include "ingest/input_file.hpp"
#include "ingest/wire.hpp"
#include "parallel/agreement.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

void check_same_header(const CsvSource& source, const CsvHeader& header, const std::string& path) {
  const std::string& first = source.files.front().path;
  const std::size_t n = source.columns.size();
  for (std::size_t c = 0; c < n && c < header.columns.size(); ++c) {
    if (header.columns[c] == source.columns[c]) continue;
    throw Error(ExitCode::kBadData,
                fmt::format("{}:1: column {} is \"{}\", but \"{}\" in {}: all files of a source need the same header",
                            path, c + 1, header.columns[c], source.columns[c], first));
  }
  if (header.columns.size() != n)
    throw Error(
        ExitCode::kBadData,
        fmt::format("{}:1: the header names {} columns, but {} in {}: all files of a source need the same header", path,
                    header.columns.size(), n, first));
}

std::string pack(const CsvSource& source) {
  WireWriter out;
  out.put(source.delimiter);
  out.put(source.bytes);
  out.put_texts(source.columns);
  out.put<std::uint64_t>(source.files.size());
  for (const CsvFile& file : source.files) {
    out.put_text(file.path);
    for (const std::uint64_t number : {file.bytes, file.body, file.header_lines, file.first}) out.put(number);
  }
  return std::string(out.bytes());
}

CsvSource unpack(std::string_view packed) {
  WireReader in(packed);
  CsvSource source;
  source.delimiter = in.get<char>();
  source.bytes = in.get<std::uint64_t>();
  source.columns = in.get_texts();
  source.files.resize(in.get<std::uint64_t>());
  for (CsvFile& file : source.files) {
    file.path = in.get_text();
    file.bytes = in.get<std::uint64_t>();
    file.body = in.get<std::uint64_t>();
    file.header_lines = in.get<std::uint64_t>();
    file.first = in.get<std::uint64_t>();
  }
  return source;
}

}  // namespace

CsvSource open_csv_source(const SourceSpec& spec, const std::vector<std::string>& files) {
  CsvSource source;
  source.delimiter = spec.delimiter;
  for (const std::string& path : files) {
    const InputFile file(path);
    CsvHeader header = read_csv_header(file, source.delimiter);
    if (source.files.empty()) {
      source.delimiter = header.delimiter;
      source.columns = header.columns;
    } else {
      check_same_header(source, header, path);
    }
    source.files.push_back({path, file.bytes(), header.body, header.lines, source.bytes});
    source.bytes += file.bytes() - header.body;
  }
  return source;
}

CsvSource open_together(const parallel::Communicator& comm, const SourceSpec& spec, const SourceHead& head) {
  std::string packed;
  parallel::run_together(comm, [&] {
    if (!comm.is_root()) return;
    const CsvSource source = open_csv_source(spec, head.files);
    if (source.columns != head.columns)
      throw Error(ExitCode::kBadData,
                  fmt::format("source \"{}\": the header of {} changed while the run was starting: start again once "
                              "the delivery is complete",
                              spec.name, head.files.front()));
    packed = pack(source);
  });
  return unpack(comm.broadcast_text(std::move(packed)));
}

}  // namespace tessera::intake
