#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tessera/prepare.hpp"
#include "tessera/refine.hpp"

namespace tessera {

/// prepare() with an encoding of the segmentation's features that is fitted already, and used as it is (see
/// why_not_encodable()). Collective; throws as prepare().
[[nodiscard]] Prepared prepare_again(const Context& context, const AccountTable& accounts, const Job& job,
                                     const SegmentationSpec& segmentation, const FeatureEncoding& fitted);

/// prepare_refinement() in the same way.
[[nodiscard]] Prepared prepare_refinement_again(const Context& context, const AccountTable& accounts,
                                                const Prepared& clustered, const FeatureEncoding& fitted);

/// The micro segments of a night that goes on from last night's tree: its splits and bounds stay, so accounts move only
/// as their own data or their core segment do. A micro segment that has fallen below a minimum joins the nearest of its
/// core segment, if there is another; outliers that are no more have no segment. No leaf is split: that waits for the
/// next fresh start. Of accounts that are all as they were the answer is that of refine(). Collective; the tree has the
/// input's k and d.
[[nodiscard]] Refinement follow(const Context& context, const RefineInput& input, const RefineSpec& options,
                                RefinementTree tree);

/// A core segment's part of a tree.
struct TreePart {
  const RefinementTree* tree = nullptr;
  std::int32_t core = 0;
};

/// A tree of the parts of other trees, a core segment each, in this order: where core segments came or went, as with
/// the macro segments that they are in. All trees have the same d, and bounds, or none has. Not collective.
[[nodiscard]] RefinementTree joined_trees(std::span<const TreePart> cores);

}  // namespace tessera
