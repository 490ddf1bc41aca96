#include "ingest/csv_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "ingest/csv_header.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/unpacker.hpp"
#include "ingest/wire.hpp"
#include "parallel/agreement.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

void check_same_header(const CsvSource& source, const CsvHeader& header, const std::string& path) {
  const std::string& first = source.files.front().path;
  const std::size_t n = source.columns.size();
  if (header.delimiter != source.delimiter)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: the file is of another format than {}: give each format a [[source]] "
                            "of its own",
                            path, first));
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

std::string pack_source(const CsvSource& source) {
  WireWriter out;
  out.put(source.delimiter);
  out.put(source.bytes);
  out.put_texts(source.columns);
  out.put<std::uint64_t>(source.files.size());
  for (const CsvFile& file : source.files) {
    out.put_text(file.path);
    for (const std::uint64_t number : {file.bytes, file.body, file.header_lines, file.first}) out.put(number);
    out.put(file.packed);
  }
  return std::string(out.bytes());
}

CsvSource unpack_source(std::string_view packed) {
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
    file.packed = in.get<bool>();
  }
  return source;
}

/// Gives every body its place in the sequence.
void line_up(CsvSource& source) {
  source.bytes = 0;
  for (CsvFile& file : source.files) {
    file.first = source.bytes;
    source.bytes += file.bytes - file.body;
  }
}

/// Whole files to ranks: the largest first, to the rank that has least.
void share_files(std::vector<CsvFile>& files, int n_ranks) {
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return files[a].bytes > files[b].bytes; });
  std::vector<std::uint64_t> loads(static_cast<std::size_t>(n_ranks));
  for (const std::size_t f : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    files[f].owner = static_cast<int>(least - loads.begin());
    *least += files[f].bytes;
  }
}

[[noreturn]] void changed(const CsvFile& file) {
  throw Error(
      ExitCode::kNoInput,
      fmt::format("{} changed while the run was starting: start again once the delivery is complete", file.path));
}

/// Unpacks a file of this rank's, unless it is another one by now.
void unpack_file(const SourceSpec& spec, CsvFile& file) {
  const InputFile packed(file.path);
  if (packed.bytes() != file.bytes) changed(file);
  const auto unpacker = unpacker_of(packed, spec);
  if (!unpacker) changed(file);
  file.unpacked = std::make_shared<const InputFile>(unpack(*unpacker, packed));
  file.bytes = std::max(file.unpacked->bytes(), file.body);
}

/// Collective. Every rank unpacks its files, a task each, and all learn the sizes.
void unpack_together(const parallel::Communicator& comm, const SourceSpec& spec, CsvSource& source, int threads) {
  share_files(source.files, comm.size());
  std::vector<std::size_t> mine;
  for (std::size_t f = 0; f < source.files.size(); ++f) {
    if (source.files[f].packed && source.files[f].owner == comm.rank()) mine.push_back(f);
  }
  parallel::run_together(comm, [&] {
    for_each_in_parallel(threads, mine.size(), [&](std::size_t i) { unpack_file(spec, source.files[mine[i]]); });
  });
  std::vector<std::uint64_t> sizes(source.files.size());
  for (std::size_t f = 0; f < sizes.size(); ++f) {
    const CsvFile& file = source.files[f];
    if (file.owner == comm.rank()) sizes[f] = file.bytes;
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(sizes));
  for (std::size_t f = 0; f < sizes.size(); ++f) source.files[f].bytes = sizes[f];
  line_up(source);
}

}  // namespace

bool CsvSource::any_packed() const noexcept {
  return std::any_of(files.begin(), files.end(), [](const CsvFile& file) { return file.packed; });
}

CsvSource open_csv_source(SourceSpec spec, const std::vector<std::string>& files) {
  CsvSource source;
  for (const std::string& path : files) {
    const InputFile file(path);
    const auto unpacker = unpacker_of(file, spec);
    CsvHeader header = unpacker ? unpacker->header(file) : read_csv_header(file, spec.delimiter, spec.header);
    if (source.files.empty()) {
      source.columns = header.columns;
      source.delimiter = spec.delimiter = header.delimiter;
    } else {
      check_same_header(source, header, path);
    }
    CsvFile& opened = source.files.emplace_back();
    opened.path = path;
    opened.bytes = file.bytes();
    opened.body = header.body;
    opened.header_lines = header.lines;
    opened.packed = unpacker != nullptr;
  }
  if (!source.any_packed()) line_up(source);
  return source;
}

CsvSource open_together(const parallel::Communicator& comm, const SourceSpec& spec, const SourceHead& head,
                        int threads) {
  std::string packed;
  parallel::run_together(comm, [&] {
    if (!comm.is_root()) return;
    const CsvSource source = open_csv_source(spec, head.files);
    const auto is_known_as = [](const std::string& column, const std::string& known) {
      return known.empty() || column == known;  // without a name it is read past
    };
    if (!std::ranges::equal(source.columns, head.columns, is_known_as))
      throw Error(ExitCode::kBadData,
                  fmt::format("source \"{}\": the header of {} changed while the run was starting: start again once "
                              "the delivery is complete",
                              spec.name, head.files.front()));
    packed = pack_source(source);
  });
  CsvSource source = unpack_source(comm.broadcast_text(std::move(packed)));
  if (source.any_packed()) unpack_together(comm, spec, source, threads);
  return source;
}

}  // namespace tessera::intake
