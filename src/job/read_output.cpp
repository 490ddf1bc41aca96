#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/placeholder.hpp"
#include "job/paths.hpp"
#include "job/sections.hpp"
#include "job/words.hpp"

namespace tessera::job {
namespace {

constexpr std::string_view kDefaultOutput = "results/{name}/{night}.h5";
constexpr int kMostNights = 100'000;

/// One file for all nights: a collector that finds two of them finds every figure twice.
void read_metrics(Section& section, const std::filesystem::path& folder, Job& job) {
  const auto written = section.text("metrics", "the path of a file in Prometheus' format");
  if (!written) return;
  constexpr std::string_view kTitle = "metrics of [output]";
  const Place place = section.place("metrics");
  check_placeholders(section.mistakes(), *written, place, kTitle, "as it is one file for all nights");
  if (!written->ends_with(".prom"))
    section.wrong(
        "metrics",
        fmt::format("would be passed over by collectors; got {}; expected a file that ends in .prom", shown(*written)));
  if (const auto path = resolve_path(section.mistakes(), *written, place, kTitle, folder)) {
    job.metrics_path_as_written = path->as_written;
    job.metrics_path = path->absolute;
  }
}

}  // namespace

void read_output(Section& top, const std::filesystem::path& folder, Job& job) {
  const Table* table = top.table("output", "a table [output]");
  Section section(top.mistakes(), table, top.place("output"), "output", "[output]");
  const std::string written = section.text("path", "the path of the results").value_or(std::string(kDefaultOutput));
  const Place place = section.place("path");
  constexpr std::string_view kTitle = "path of [output]";
  check_placeholders(section.mistakes(), written, place, kTitle);
  if (written.ends_with('/'))
    section.wrong("path", fmt::format("is a folder; got {}; expected a file", shown(written)));
  // latest.h5 and the manifests, by which nights find each other, lie beside the results.
  if (std::filesystem::path(written).parent_path().string().find("{night}") != std::string::npos)
    section.wrong("path", fmt::format("has {{night}} in the name of a folder, where the next night would not find it; "
                                      "got {}; expected it in the name of the file, such as \"{}\"",
                                      shown(written), kDefaultOutput));
  if (const auto path = resolve_path(section.mistakes(), written, place, kTitle, folder)) {
    job.output_path_as_written = path->as_written;
    job.output_path = path->absolute;
  }
  if (const auto keep = section.integer("keep", 1, kMostNights)) {
    job.keep_nights = static_cast<int>(*keep);
    if (std::filesystem::path(written).filename().string().find("{night}") == std::string::npos)
      section.wrong("keep",
                    fmt::format("has no nights to count; got path = {}; expected {{night}} in the name of the file",
                                shown(written)));
  }
  job.group_may_read = section.choice("readable_by", kReaders).value_or(false);
  read_metrics(section, folder, job);
  section.finish();
}

}  // namespace tessera::job

namespace tessera {

std::string results_folder(const Job& job) {
  return filled_in(std::filesystem::path(job.output_path).parent_path().string(), kNamePlaceholder, job.name);
}

}  // namespace tessera
