#pragma once

#include <string>
#include <vector>

#include "job/document.hpp"
#include "job/mistakes.hpp"

namespace tessera::job {

/// Lays `sets` ("key=value", as --set gives them) over the top table of a job file, before anything is read from it.
///
/// The key is a path of names parted by dots, quoted where they hold one; a [[table]] is addressed by its name (a
/// feature by its column): segmentation.expansion.k=8. Tables on the way that the file lacks are made. The value is
/// TOML, or else text.
void apply_sets(Table& top, const std::vector<std::string>& sets, Mistakes& mistakes);

}  // namespace tessera::job
