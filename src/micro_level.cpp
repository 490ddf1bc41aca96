#include "micro_level.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"
#include "tessera/follow.hpp"

namespace tessera {
namespace {

/// What the minimums of micro segments are measured by, of some rows; empty where they do not ask.
struct RowWorth {
  std::vector<std::uint8_t> is_customer;
  std::vector<double> value;
};

RowWorth worth_of(const Job& job, const AccountTable& accounts, const RefineSpec& refine,
                  std::span<const std::uint32_t> rows) {
  RowWorth worth;
  if (refine.min_customers > 0) {
    const Column* column = accounts.find(job.value.customer.text);
    const auto* flags = column == nullptr ? nullptr : std::get_if<FlagColumn>(&column->data);
    for (const std::uint32_t row : rows)  // without a flag everybody is a customer
      worth.is_customer.push_back(flags == nullptr || flags->values[row] == 1 ? 1 : 0);
  }
  if (refine.min_value > 0.0) {
    const Column* column = accounts.find(job.value.column.text);
    const auto* numbers = column == nullptr ? nullptr : std::get_if<NumberColumn>(&column->data);
    if (numbers == nullptr)
      throw Error(ExitCode::kBadJob,
                  fmt::format("min_value of refine needs [value] column = \"{}\" to be a number of the accounts",
                              job.value.column.text),
                  true);
    for (const std::uint32_t row : rows) worth.value.push_back(numbers->values[row]);
  }
  return worth;
}

/// Whether tonight's core segments are those of the tree, one by one.
bool has_all_cores(const MicroStart& start) {
  const auto roots = static_cast<std::size_t>(std::ranges::count(start.tree->nodes, -1, &RefinementTree::Node::parent));
  std::vector<std::int32_t> all(roots);
  std::iota(all.begin(), all.end(), 0);
  return start.core_of_tree == all;
}

/// The tree of tonight's core segments: parts of the one that there is, and for new ones of one that is grown for them.
RefinementTree tree_to_follow(const Context& context, const RefineInput& input, const RefineSpec& options,
                              const MicroStart& start) {
  if (has_all_cores(start)) return *start.tree;
  std::vector<TreePart> parts;
  std::vector<double> centroids;
  std::int32_t n_new = 0;
  const auto d = static_cast<std::ptrdiff_t>(input.tiles.d());
  for (std::ptrdiff_t c = 0; c < input.k; ++c) {
    const std::int32_t before = start.core_of_tree[static_cast<std::size_t>(c)];
    parts.push_back(before < 0 ? TreePart{nullptr, n_new++} : TreePart{start.tree, before});
    if (before >= 0 || input.core_centroids.empty()) continue;
    const auto centroid = input.core_centroids.begin() + c * d;
    centroids.insert(centroids.end(), centroid, centroid + d);
  }
  RefinementTree grown;
  if (n_new > 0) {
    std::vector<std::int32_t> core(input.core.begin(), input.core.end());
    for (std::int32_t& c : core) {
      const TreePart part = c < 0 ? TreePart{start.tree, 0} : parts[static_cast<std::size_t>(c)];
      c = part.tree == nullptr ? part.core : -1;
    }
    RefineSpec within = options;
    within.max_micro = std::max(n_new, options.max_micro - start.tree->n_micro);
    Refinement refinement =
        refine(context, {input.tiles, core, centroids, n_new, input.is_customer, input.value}, within);
    if (refinement.stopped) parallel::throw_stopped();
    grown = std::move(refinement.tree);
  }
  for (TreePart& part : parts)
    if (part.tree == nullptr) part.tree = &grown;
  return joined_trees(parts);
}

Refinement refine_rows(const Context& context, const Job& job, const SegmentationSpec& spec,
                       const AccountTable& accounts, std::span<const std::uint32_t> rows, RefineInput input,
                       const MicroStart& start) {
  const RowWorth worth = worth_of(job, accounts, *spec.refine, rows);
  input.is_customer = worth.is_customer;
  input.value = worth.value;
  if (start.tree != nullptr)
    return follow(context, input, *spec.refine, tree_to_follow(context, input, *spec.refine, start));
  Refinement refinement = refine(context, input, *spec.refine);
  if (refinement.stopped) parallel::throw_stopped();
  return refinement;
}

/// In the segmentation's own space.
Refinement refine_in_place(const Context& context, const Job& job, const SegmentationSpec& spec,
                           const AccountTable& accounts, const Prepared& prepared, const Clustering& clustering,
                           const MicroStart& start) {
  std::vector<std::int32_t> core = clustering.nearest;
  for (std::size_t i = 0; i < core.size(); ++i)
    if (prepared.is_refined[i] == 0) core[i] = -1;
  return refine_rows(context, job, spec, accounts, prepared.rows,
                     {.tiles = prepared.tiles, .core = core, .core_centroids = clustering.centroids, .k = clustering.k},
                     start);
}

/// In the space of its own features, which are those of the refined accounts alone.
MicroLevel refine_apart(const Context& context, const Job& job, const SegmentationSpec& spec,
                        const AccountTable& accounts, const Prepared& prepared, const Clustering& clustering,
                        const MicroStart& start) {
  Prepared own = start.encoding != nullptr ? prepare_refinement_again(context, accounts, prepared, *start.encoding)
                                           : prepare_refinement(context, accounts, job, spec, prepared);
  std::vector<std::int32_t> core;
  for (std::size_t i = 0; i < prepared.rows.size(); ++i)
    if (prepared.is_refined[i] != 0) core.push_back(clustering.nearest[i]);
  MicroLevel level;
  level.refinement = refine_rows(context, job, spec, accounts, own.rows,
                                 {.tiles = own.tiles, .core = core, .core_centroids = {}, .k = clustering.k}, start);
  std::vector<std::int32_t> micro(prepared.rows.size(), -1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < micro.size(); ++i)
    if (prepared.is_refined[i] != 0) micro[i] = level.refinement.micro[next++];
  level.refinement.micro = std::move(micro);
  level.encoding = std::move(own.encoding);
  return level;
}

}  // namespace

MicroLevel micro_level(const Context& context, const Job& job, const SegmentationSpec& spec,
                       const AccountTable& accounts, const Prepared& prepared, const Clustering& clustering,
                       const MicroStart& start) {
  if (!spec.refine || clustering.k == 0) return {};
  const auto refined = std::ranges::count(prepared.is_refined, std::uint8_t{1});
  if (context.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::int64_t>(refined)) == 0) {
    context.journal.warn(
        fmt::format("segmentation \"{}\": all of its accounts stop at the core level: there are no "
                    "micro segments; check stop_at_core of refine",
                    spec.name));
    return {};
  }
  if (!spec.refine->features.empty()) return refine_apart(context, job, spec, accounts, prepared, clustering, start);
  return {refine_in_place(context, job, spec, accounts, prepared, clustering, start), std::nullopt};
}

}  // namespace tessera
