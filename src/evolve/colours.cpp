#include "evolve/colours.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tessera::evolve {

namespace {

/// Hues that lie far apart first; the second dozen is the first, darker. White text can be read on all of them.
constexpr std::array<std::string_view, 24> kPalette = {
    "#3366aa", "#c4501b", "#2f8f4e", "#a83279", "#8a6d00", "#6a4fb3", "#0f8a8a", "#b8323c",
    "#5c7a1f", "#9a5b2e", "#4a6fd0", "#7a5566", "#1d3f73", "#7d2f0c", "#17562c", "#6b1a4b",
    "#554300", "#3f2c78", "#075454", "#741b23", "#374a10", "#5e3517", "#2a4591", "#4a313d"};

}  // namespace

std::vector<std::string> next_colours(const std::vector<std::string>& taken, std::size_t n) {
  std::array<std::size_t, kPalette.size()> segments{};
  for (const std::string& colour : taken)
    if (const auto* found = std::ranges::find(kPalette, colour); found != kPalette.end())
      ++segments[static_cast<std::size_t>(found - kPalette.begin())];
  std::vector<std::string> colours;
  while (colours.size() < n) {
    const auto rarest = static_cast<std::size_t>(std::ranges::min_element(segments) - segments.begin());
    ++segments[rarest];
    colours.emplace_back(kPalette[rarest]);
  }
  return colours;
}

bool is_colour(const std::string& text) {
  return text.size() == 7 && text.front() == '#' && text.find_first_not_of("0123456789abcdef", 1) == text.npos;
}

}  // namespace tessera::evolve
