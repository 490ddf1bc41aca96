#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

#include "tessera/compare.hpp"
#include "tessera/night_story.hpp"

namespace tessera::cli {

/// What tonight's model began with and why accounts moved; nothing where there was no night before.
void print_moves(std::ostream& out, const NightStory& story);
/// The same facts, into the JSON of the segmentation.
void add_moves(const NightStory& story, nlohmann::ordered_json& json);

/// Why accounts moved from an earlier night to a later one, and the ways that most of them went.
void print_why(std::ostream& out, const ComparedDesigns& designs);
[[nodiscard]] nlohmann::ordered_json why_json(const ComparedDesigns& designs);

}  // namespace tessera::cli
