#include "tessera/input_bytes.hpp"

#include "ingest/content_hash.hpp"

namespace tessera {
namespace {

InputBytes bytes_of(const std::string& name, const std::vector<SourceFile>& files) {
  InputBytes bytes{name, 0, intake::hash_of(files)};
  for (const SourceFile& file : files) bytes.bytes += file.bytes;
  return bytes;
}

void add_forget_list(const Context& context, const Job& job, std::vector<InputBytes>& inputs) {
  if (job.forget_path.empty()) return;
  inputs.push_back(bytes_of("--forget", intake::describe_files(context, {job.forget_path})));
}

}  // namespace

std::vector<InputBytes> input_bytes(const Context& context, const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<InputBytes> inputs;
  for (const SourceHead& head : heads)
    inputs.push_back(bytes_of(head.name, intake::describe_files(context, head.files)));
  add_forget_list(context, job, inputs);
  return inputs;
}

std::vector<InputBytes> input_bytes(const Context& context, const Job& job, const IngestReport& report) {
  std::vector<InputBytes> inputs;
  for (const SourceReport& source : report.sources) inputs.push_back(bytes_of(source.name, source.files));
  add_forget_list(context, job, inputs);
  return inputs;
}

}  // namespace tessera
