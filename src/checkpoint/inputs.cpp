#include "checkpoint/inputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "evolve/previous_file.hpp"
#include "ingest/content_hash.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::checkpoint {
namespace {

constexpr std::int64_t kAbsent = -1;

struct Found {
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = kAbsent;
};

Found look_at(const std::string& path) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return {};
  return {static_cast<std::uint64_t>(now.st_size),
          std::int64_t{now.st_mtim.tv_sec} * 1'000'000'000 + now.st_mtim.tv_nsec};
}

std::vector<InputState> named_inputs(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<InputState> inputs;
  const auto add = [&](std::string what, std::string path) {
    inputs.push_back({std::move(what), std::move(path), 0, kAbsent, ""});
  };
  for (const SourceHead& head : heads)
    for (const std::string& file : head.files) add(fmt::format("source \"{}\"", head.name), file);
  if (!job.forget_path.empty()) add("--forget", job.forget_path);
  for (const SegmentationSpec& spec : job.segmentations)
    if (spec.initial) add(fmt::format("initial of segmentation \"{}\"", spec.name), spec.initial->path);
  if (job.previous) add("last night's results", "");
  return inputs;
}

std::string told(const InputState& kept, const InputState& now) {
  if (now.modified_ns == kAbsent) return fmt::format("{}: {} is gone", kept.what, kept.path);
  if (kept.bytes != now.bytes)
    return fmt::format("{}: {} had {} bytes, it has {}", kept.what, kept.path, kept.bytes, now.bytes);
  return fmt::format("{}: {} was written again", kept.what, kept.path);
}

/// Whether every one of these files still has the bytes that it had.
bool have_their_bytes(const Context& context, const std::vector<InputState>& kept) {
  std::vector<std::string> paths;
  for (const InputState& input : kept) paths.push_back(input.path);
  const std::vector<SourceFile> files = intake::describe_files(context, paths);
  return std::ranges::equal(kept, files, {}, &InputState::content_hash, &SourceFile::content_hash);
}

}  // namespace

std::vector<InputState> inputs_of(const Context& context, const Job& job, const std::string& night,
                                  const std::vector<SourceHead>& heads) {
  std::vector<InputState> inputs = named_inputs(job, heads);
  std::vector<Found> found(inputs.size());
  std::string previous;
  parallel::run_together(context.comm, [&] {
    if (!context.comm.is_root()) return;
    if (job.previous) previous = inputs.back().path = evolve::find_previous_file(job, night).path;
    std::ranges::transform(inputs, found.begin(), [](const InputState& input) { return look_at(input.path); });
  });
  context.comm.broadcast(std::span<Found>(found));
  if (job.previous) inputs.back().path = context.comm.broadcast_text(std::move(previous));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs[i].bytes = found[i].bytes;
    inputs[i].modified_ns = found[i].modified_ns;
  }
  return inputs;
}

void add_hashes(const IngestReport& report, std::vector<InputState>& inputs) {
  std::size_t next = 0;  // the sources' files come first, in the order of the report
  for (const SourceReport& source : report.sources)
    for (const SourceFile& file : source.files)
      if (next < inputs.size()) inputs[next++].content_hash = file.content_hash;
}

std::string what_changed(const Context& context, const std::vector<InputState>& kept,
                         const std::vector<InputState>& now) {
  std::vector<InputState> to_read;
  for (std::size_t i = 0; i < std::max(kept.size(), now.size()); ++i) {
    if (i >= now.size()) return fmt::format("{}: {} is no more among the files", kept[i].what, kept[i].path);
    if (i >= kept.size()) return fmt::format("{}: {} is new", now[i].what, now[i].path);
    if (kept[i].what != now[i].what || kept[i].path != now[i].path)
      return fmt::format("{}: it was {}, it is {}", kept[i].what, kept[i].path, now[i].path);
    if (kept[i].bytes == now[i].bytes && kept[i].modified_ns == now[i].modified_ns) continue;
    if (kept[i].bytes != now[i].bytes || kept[i].content_hash.empty()) return told(kept[i], now[i]);
    to_read.push_back(kept[i]);
  }
  if (to_read.empty() || have_their_bytes(context, to_read)) return "";
  return fmt::format("{}: {}{} written again with other bytes", to_read.front().what, to_read.front().path,
                     to_read.size() > 1 ? fmt::format(" (or one of {} others) was", to_read.size() - 1) : " was");
}

}  // namespace tessera::checkpoint
