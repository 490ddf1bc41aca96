#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

#include "tessera/night_story.hpp"

namespace tessera::cli {

/// What a segmentation's model began with, and why accounts moved since last night.
void print_moves(std::ostream& out, const NightStory& story);
void add_moves(const NightStory& story, nlohmann::ordered_json& json);

}  // namespace tessera::cli
