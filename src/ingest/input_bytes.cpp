#include "tessera/input_bytes.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "ingest/content_hash.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

InputBytes bytes_of(const std::string& name, const std::vector<SourceFile>& files) {
  InputBytes bytes{name, 0, intake::hash_of(files)};
  for (const SourceFile& file : files) bytes.bytes += file.bytes;
  return bytes;
}

/// Lists that are no sources, and change what a night is.
void add_lists(const Context& context, const Job& job, std::vector<InputBytes>& inputs) {
  const auto add = [&](const std::string& name, const std::string& path) {
    inputs.push_back(bytes_of(name, intake::describe_files(context, {path})));
  };
  if (!job.forget_path.empty()) add("--forget", job.forget_path);
  for (const SegmentationSpec& spec : job.segmentations)
    if (spec.initial) add(fmt::format("initial of segmentation \"{}\"", spec.name), spec.initial->path);
  if (!job.previous || job.previous->notes.empty()) return;
  std::error_code none;  // people may not have written anything yet
  const bool is_there = context.comm.is_root() && std::filesystem::exists(job.previous->notes, none);
  if (context.comm.broadcast<std::int32_t>(is_there ? 1 : 0) != 0) add("notes", job.previous->notes);
}

}  // namespace

std::vector<InputBytes> input_bytes(const Context& context, const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<InputBytes> inputs;
  for (const SourceHead& head : heads)
    inputs.push_back(bytes_of(head.name, intake::describe_files(context, head.files)));
  add_lists(context, job, inputs);
  return inputs;
}

std::vector<InputBytes> input_bytes(const Context& context, const Job& job, const IngestReport& report) {
  std::vector<InputBytes> inputs;
  for (const SourceReport& source : report.sources) inputs.push_back(bytes_of(source.name, source.files));
  add_lists(context, job, inputs);
  return inputs;
}

}  // namespace tessera
