#include "segment_rows.hpp"

#include <span>

#include "parallel/communicator.hpp"

namespace tessera {

SegmentRows lay_out_segments(const Context& context, const MacroSegments& macros, const Prepared& prepared,
                             const CoreSegments& cores, const Refinement& refinement) {
  SegmentRows layout;
  std::vector<std::int64_t> accounts(macros.segments.size(), 0);
  if (!macros.segments.empty())
    for (const std::uint32_t row : prepared.population) ++accounts[static_cast<std::size_t>(macros.of_account[row])];
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(accounts));
  layout.row_of_macro.assign(macros.segments.size(), -1);
  for (std::size_t m = 0; m < macros.segments.size(); ++m) {
    if (accounts[m] == 0) continue;
    layout.row_of_macro[m] = static_cast<std::int32_t>(layout.seeds.size());
    layout.seeds.push_back({Level::kMacro, -1, macros.segments[m].name, macros.segments[m].rule});
  }
  layout.first_core = static_cast<std::int32_t>(layout.seeds.size());
  for (const std::int32_t macro : cores.macro_of_core)
    layout.seeds.push_back({Level::kCore, layout.row_of(macro), "", ""});
  layout.first_micro = static_cast<std::int32_t>(layout.seeds.size());
  for (std::size_t m = 0; m < refinement.core_of_micro.size(); ++m) {
    const bool is_outliers = refinement.is_outliers[m] != 0;
    layout.seeds.push_back({Level::kMicro, layout.first_core + refinement.core_of_micro[m], "",
                            is_outliers ? "far from the middle of its micro segment" : "", is_outliers});
  }
  return layout;
}

SegmentAssignment assign_rows(const AccountTable& accounts, const MacroSegments& macros, const Prepared& prepared,
                              const CoreSegments& cores, const Refinement& refinement, const SegmentRows& layout) {
  SegmentAssignment assignment;
  const auto& rows = prepared.rows;
  assignment.macro = spread<std::int32_t>(prepared.population, accounts.n_local, -1, [&](std::size_t i) {
    if (macros.segments.empty()) return -1;
    return layout.row_of_macro[static_cast<std::size_t>(macros.of_account[prepared.population[i]])];
  });
  const std::vector<std::int32_t>& nearest = cores.clustering.nearest;
  assignment.core = spread<std::int32_t>(
      rows, accounts.n_local, -1, [&](std::size_t i) { return nearest[i] < 0 ? -1 : layout.first_core + nearest[i]; });
  if (refinement.tree.n_micro > 0)
    assignment.micro = spread<std::int32_t>(rows, accounts.n_local, -1, [&](std::size_t i) {
      return refinement.micro[i] < 0 ? -1 : layout.first_micro + refinement.micro[i];
    });
  return assignment;
}

}  // namespace tessera
