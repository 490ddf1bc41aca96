#include <algorithm>
#include <string>
#include <string_view>

#include "insight/traits.hpp"

namespace tessera::insight {

bool TraitBook::is_said(std::size_t segment, std::string_view text) const {
  const auto says = [&](std::string_view said) {
    return std::ranges::any_of(traits_[segment], [&](const Trait& trait) { return trait.text == said; }) ||
           std::ranges::any_of(typical_[segment], [&](Trait::Key key) { return texts_.at(key) == said; });
  };
  // What was often true may be mostly true tonight.
  constexpr std::string_view kOften = "often ";
  return says(text) || (text.starts_with(kOften) && says(text.substr(kOften.size())));
}

std::string TraitBook::doubts(std::size_t segment, std::string_view named_for) const {
  std::string doubts;
  while (!named_for.empty()) {
    const std::string_view text = named_for.substr(0, named_for.find('\n'));
    named_for.remove_prefix(std::min(named_for.size(), text.size() + 1));
    if (text.empty() || is_said(segment, text)) continue;
    if (!doubts.empty()) doubts += '\n';
    doubts += text;
    const auto column = columns_.find(text);
    if (column == columns_.end()) continue;
    const std::vector<Trait> now = ranked(segment);
    const auto turned =
        std::ranges::find_if(now, [&](const Trait& trait) { return trait.key.column == column->second; });
    if (turned != now.end()) doubts += ", which is now " + turned->text;
  }
  return doubts;
}

}  // namespace tessera::insight
