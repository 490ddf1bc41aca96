#include "insight/criteria.hpp"

#include <algorithm>
#include <string_view>

namespace tessera::insight {

namespace {

std::vector<std::string> parts_of(std::string_view name) {
  constexpr std::string_view kBetween = " · ";
  std::vector<std::string> parts;
  for (std::size_t at = name.find(kBetween); at != std::string_view::npos; at = name.find(kBetween)) {
    parts.emplace_back(name.substr(0, at));
    name.remove_prefix(at + kBetween.size());
  }
  parts.emplace_back(name);
  return parts;
}

}  // namespace

std::vector<std::vector<std::string>> criterion_labels(const std::vector<Segment>& segments, std::size_t n_criteria) {
  std::vector<std::vector<std::string>> labels(n_criteria);
  for (const Segment& segment : segments) {
    if (segment.level != Level::kMacro) break;
    const std::vector<std::string> parts = parts_of(segment.name);
    if (parts.size() != n_criteria) return {};
    for (std::size_t criterion = 0; criterion < n_criteria; ++criterion) labels[criterion].push_back(parts[criterion]);
  }
  return labels;
}

CategoryView criterion_view(const std::vector<std::string>& label_of_segment, const LevelMembers& macro) {
  CategoryView view;
  view.labels = label_of_segment;
  std::ranges::sort(view.labels);
  view.labels.erase(std::unique(view.labels.begin(), view.labels.end()), view.labels.end());
  std::vector<std::int32_t> code_of_segment;
  code_of_segment.reserve(label_of_segment.size());
  for (const std::string& label : label_of_segment)
    code_of_segment.push_back(
        static_cast<std::int32_t>(std::ranges::lower_bound(view.labels, label) - view.labels.begin()));
  view.codes.resize(macro.place.size());
  std::ranges::transform(macro.place, view.codes.begin(), [&](std::int32_t place) {
    return place < 0 ? -1 : code_of_segment[static_cast<std::size_t>(place)];
  });
  return view;
}

}  // namespace tessera::insight
