#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ingest/csv_source.hpp"
#include "ingest/input_file.hpp"
#include "ingest/source_head.hpp"
#include "ingest/wire.hpp"
#include "parallel/agreement.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera {

namespace intake {

SourceHead read_head(const SourceSpec& spec) {
  SourceHead head;
  head.name = spec.name;
  head.files = expand_glob(spec.name, spec.path);
  for (const std::string& file : head.files) head.bytes += InputFile(file).bytes();
  if (spec.kind != SourceKind::kMatrix) {
    head.columns = open_csv_source(spec, head.files).columns;
    return head;
  }
  if (head.files.size() > 1)
    throw Error(ExitCode::kNoInput, "source \"" + spec.name + "\": " + spec.path + " matches " +
                                        std::to_string(head.files.size()) + " files, but a matrix is one file");
  const storage::MatrixFile matrix(head.files.front(), spec.dataset);
  head.matrix_rows = matrix.rows();
  head.matrix_columns = matrix.columns();
  return head;
}

}  // namespace intake

namespace {

std::string pack(const std::vector<SourceHead>& heads) {
  intake::WireWriter out;
  for (const SourceHead& head : heads) {
    out.put_text(head.name);
    out.put_texts(head.columns);
    out.put_texts(head.files);
    for (const std::uint64_t number : {head.bytes, head.matrix_rows, head.matrix_columns}) out.put(number);
  }
  return std::string(out.bytes());
}

std::vector<SourceHead> unpack(std::string_view packed) {
  intake::WireReader in(packed);
  std::vector<SourceHead> heads;
  while (!in.done()) {
    SourceHead& head = heads.emplace_back();
    head.name = in.get_text();
    head.columns = in.get_texts();
    head.files = in.get_texts();
    head.bytes = in.get<std::uint64_t>();
    head.matrix_rows = in.get<std::uint64_t>();
    head.matrix_columns = in.get<std::uint64_t>();
  }
  return heads;
}

/// Of every source, or Error with what is wrong with each that cannot be had: a missing one is no reason to keep silent
/// about the next.
std::vector<SourceHead> read_all(const std::vector<SourceSpec>& sources) {
  std::vector<SourceHead> heads;
  std::vector<Error> errors;
  for (const SourceSpec& spec : sources) {
    try {
      heads.push_back(intake::read_head(spec));
    } catch (const Error& error) {
      errors.push_back(error);
    }
  }
  if (errors.empty()) return heads;
  if (errors.size() == 1) throw Error(errors.front());
  std::string text = fmt::format("{} of {} sources cannot be read:", errors.size(), sources.size());
  for (const Error& error : errors) text += fmt::format("\n  {}", error.what());
  const bool any_missing = std::ranges::count(errors, ExitCode::kNoInput, &Error::code) > 0;
  throw Error(any_missing ? ExitCode::kNoInput : errors.front().code(), text);
}

}  // namespace

std::vector<SourceHead> read_heads(const Context& context, const Job& job) {
  // Rank 0 alone looks, so that all ranks see the same files even while new ones are being delivered.
  std::string packed;
  parallel::run_together(context.comm, [&] {
    if (!context.comm.is_root()) return;
    packed = pack(read_all(job.sources));
  });
  return unpack(context.comm.broadcast_text(std::move(packed)));
}

}  // namespace tessera
