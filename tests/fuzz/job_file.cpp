// Job files: refused with places in the file, or taken; and then the job as it ran is a job file that means the same.

#include <string>

#include "property.hpp"
#include "scratch_file.hpp"
#include "tessera/errors.hpp"
#include "tessera/job.hpp"

namespace tessera::fuzz {
namespace {

void check(std::string_view text) {
  static const ScratchFile file("job.toml");
  Job job;
  try {
    job = load_job(file.write(text), {});
  } catch (const Error& error) {
    require(error.code() == ExitCode::kBadJob, "a text that can be read is a job or a bad one");
    require(std::string_view(error.what()).find(file.path()) != std::string_view::npos, "mistakes name the file");
    return;
  }
  try {
    const Job again = load_job(file.write(job.resolved_toml), {});
    require(again.resolved_toml == job.resolved_toml, "the resolved job resolves to itself");
    require(again.segmentations.size() == job.segmentations.size() && again.sources.size() == job.sources.size() &&
                again.output_path == job.output_path,
            "the resolved job is the same job");
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\nin\n%s\n", error.what(), job.resolved_toml.c_str());
    require(false, "the resolved job is a job");
  }
}

}  // namespace
}  // namespace tessera::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  tessera::fuzz::check(tessera::fuzz::Input(bytes, size).rest());
  return 0;
}
