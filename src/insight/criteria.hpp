#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "insight/category_table.hpp"
#include "insight/membership.hpp"

namespace tessera::insight {

/// The labels of each macro criterion, by macro segment: a macro segment's name holds one label a criterion ("SME ·
/// Tech"). Empty where the names are not made so.
[[nodiscard]] std::vector<std::vector<std::string>> criterion_labels(const std::vector<Segment>& segments,
                                                                     std::size_t n_criteria);

/// One criterion as a column of labels, given its label in each macro segment.
[[nodiscard]] CategoryView criterion_view(const std::vector<std::string>& label_of_segment, const LevelMembers& macro);

}  // namespace tessera::insight
