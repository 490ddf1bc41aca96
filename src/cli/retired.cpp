#include "cli/retired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/level_name.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;
using Segmentation = ResultsSummary::Segmentation;

/// A segment that is no more, and those that its accounts went on to: the last of them is there tonight, or followed by
/// none.
struct Retired {
  const Segmentation* segmentation = nullptr;
  std::vector<const RetiredSegment*> line;
  const Segment* living = nullptr;  ///< nullptr: its accounts left, or scattered
};

const RetiredSegment* find_retired(const Segmentation& segmentation, const std::string& id) {
  const auto& retired = segmentation.succession->retired;
  const auto found = std::ranges::find(retired, id, &RetiredSegment::id);
  return found == retired.end() ? nullptr : &*found;
}

Retired followed(const Segmentation& segmentation, const RetiredSegment& first) {
  Retired retired{&segmentation, {&first}, nullptr};
  // Ids are never used again, so a file that is not damaged has no circle.
  for (std::size_t most = segmentation.succession->retired.size(); most > 0; --most) {
    const std::string& next = retired.line.back()->followed_by;
    const auto& segments = segmentation.insight.segments;
    const auto living = std::ranges::find(segments, next, &Segment::id);
    if (living != segments.end()) retired.living = &*living;
    const RetiredSegment* gone = retired.living == nullptr ? find_retired(segmentation, next) : nullptr;
    if (gone == nullptr) break;
    retired.line.push_back(gone);
  }
  return retired;
}

std::vector<Retired> find(const ResultsSummary& summary, const std::string& wanted) {
  std::vector<Retired> found;
  for (const Segmentation& segmentation : summary.segmentations) {
    if (!segmentation.succession) continue;
    for (const RetiredSegment& one : segmentation.succession->retired)
      if (one.id == wanted || one.name == wanted) found.push_back(followed(segmentation, one));
  }
  return found;
}

}  // namespace

bool print_retired(std::ostream& out, const ResultsSummary& summary, const std::string& wanted) {
  const std::vector<Retired> found = find(summary, wanted);
  for (const Retired& one : found)
    for (const RetiredSegment* gone : one.line) {
      const bool is_last = gone == one.line.back();
      const std::string name = is_last && one.living != nullptr ? fmt::format(" \"{}\"", one.living->name) : "";
      out << fmt::format("{} \"{}\", a {} segment of \"{}\", is no more since the night of {}: {}\n", gone->id,
                         gone->name, level_name(gone->level), one.segmentation->name, gone->night,
                         gone->followed_by.empty()
                             ? "its accounts left, or went to many segments"
                             : fmt::format("most of its accounts went to {}{}", gone->followed_by, name));
    }
  return !found.empty();
}

ordered_json retired_json(const ResultsSummary& summary, const std::string& wanted) {
  ordered_json json = ordered_json::array();
  for (const Retired& one : find(summary, wanted)) {
    const RetiredSegment& gone = *one.line.front();
    json.push_back({{"segmentation", one.segmentation->name},
                    {"id", gone.id},
                    {"level", level_name(gone.level)},
                    {"name", gone.name},
                    {"night", gone.night},
                    {"followed_by", gone.followed_by},
                    {"is_now", one.living == nullptr ? ordered_json() : ordered_json(one.living->id)}});
  }
  return json;
}

}  // namespace tessera::cli
