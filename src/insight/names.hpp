#pragma once

#include <map>
#include <string>
#include <vector>

#include "insight/traits.hpp"

namespace tessera::insight {

inline constexpr std::size_t kMostLettersOfName = 60;
/// Follows the parent's name in that of a micro segment that is all of its core.
inline constexpr const char* kAllOfParent = " · all";
/// The same of one that holds its core's outliers.
inline constexpr const char* kOutliersOfParent = " · outliers";

/// Names every segment whose name is empty by its two to four most telling traits, e.g. "Software · SME · high
/// engagement". A micro segment is named by what sets it apart from its core segment, after the leading trait of the
/// core's name where that is true of it too. Equal names are told apart by further traits, and at last by a number.
/// What a name was made of is kept in name_traits; what is no longer true of that of a segment which has its name from
/// an earlier night goes into name_doubt. `segments` holds sizes already. Not collective: the same on every rank
/// because all it reads is.
void name_segments(const TraitBook& book, std::vector<Segment>& segments);

/// A name that may begin with that of the segment's parent, under another parent, or one that is called otherwise now;
/// empty: it has none. Other names stay.
[[nodiscard]] std::string under_parent(const std::string& name, const std::string& before, const std::string& now);

/// Gives segments the names that the job has for them: `given` is generated name → name. Returns a warning for each
/// that names no segment, or that another segment has already. Segments that are called after a renamed parent are
/// renamed with it. Not collective.
[[nodiscard]] std::vector<std::string> give_names(const std::map<std::string, std::string>& given,
                                                  std::vector<Segment>& segments);

}  // namespace tessera::insight
