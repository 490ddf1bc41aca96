#include <fmt/format.h>

#include <algorithm>

#include "insight/names.hpp"

namespace tessera::insight {

namespace {

/// What a segment that is called after its parent is called when that has another name.
std::string called_after(const std::string& child, const std::string& before, const std::string& now) {
  for (const char* ending : {kAllOfParent, kOutliersOfParent})
    if (child == before + ending) return now + ending;
  return under_parent(child, before, now);
}

void rename(std::vector<Segment>& segments, std::size_t segment, const std::string& name) {
  const std::string before = segments[segment].name;
  segments[segment].name = name;
  for (std::size_t child = 0; child < segments.size(); ++child) {
    if (segments[child].parent != static_cast<std::int32_t>(segment)) continue;
    const std::string now = called_after(segments[child].name, before, name);
    if (now != segments[child].name && std::ranges::count(segments, now, &Segment::name) == 0)
      rename(segments, child, now);
  }
}

}  // namespace

std::vector<std::string> give_names(const std::map<std::string, std::string>& given, std::vector<Segment>& segments) {
  // All are found by the names that they would have had, whatever others are given meanwhile.
  std::map<std::string, std::size_t> named;
  for (std::size_t s = 0; s < segments.size(); ++s) named.emplace(segments[s].name, s);
  std::vector<std::string> warnings;
  std::vector<std::pair<std::size_t, const std::string*>> renamed;
  for (const auto& [generated, name] : given) {
    const auto found = named.find(generated);
    if (found != named.end())
      renamed.emplace_back(found->second, &name);
    else if (!named.contains(name))  // else it was given on an earlier night, and kept
      warnings.push_back(fmt::format("names gives \"{}\" to a segment that would be called \"{}\", but there is none",
                                     name, generated));
  }
  for (const auto& [segment, name] : renamed) {
    const auto other = named.find(*name);
    const bool is_free = other == named.end() || other->second == segment;
    if (is_free)
      rename(segments, segment, *name);
    else
      warnings.push_back(
          fmt::format("names gives \"{}\" to \"{}\", but another segment is called so: it keeps its name", *name,
                      segments[segment].name));
  }
  return warnings;
}

}  // namespace tessera::insight
