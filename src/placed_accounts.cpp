#include "placed_accounts.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "macro/criterion.hpp"
#include "model/encoder.hpp"
#include "model/nearest_two.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "prepare/depth.hpp"
#include "tessera/errors.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"

namespace tessera {
namespace {

class Placing {
 public:
  Placing(const Context& context, const StoredModels& night, const StoredModel& model, const AccountTable& accounts)
      : context_(context), night_(night), model_(model), accounts_(accounts) {}

  PlacedAccounts place() {
    placed_.population = population_rows(accounts_, night_.job.value, model_.spec.population);
    const std::vector<std::int32_t> nowhere(accounts_.n_local, -1);
    placed_.assignment = {nowhere, nowhere, nowhere};
    find_macros();
    if (model_.k == 0) return std::move(placed_);
    find_depths();
    find_cores();
    if (model_.tree.n_micro > 0) find_micros();
    return std::move(placed_);
  }

 private:
  void find_macros() {
    if (night_.job.macros.empty()) return;
    const MacroSegments macros = macro_segments(context_, accounts_, night_.job.macros);
    const std::vector<std::int32_t> row_of = stored_macros(macros, model_);
    for (const std::uint32_t row : placed_.population) {
      const std::int32_t macro = row_of[static_cast<std::size_t>(macros.of_account[row])];
      placed_.assignment.macro[row] = macro;
      placed_.without_macro += macro < 0 ? 1 : 0;
    }
    placed_.without_macro = context_.comm.all_reduce<parallel::Reduce::kSum>(placed_.without_macro);
  }

  [[nodiscard]] bool by_macro() const { return model_.spec.scope == Scope::kMacro; }

  /// Values of depth_by that nobody has tonight are no news: the night itself has warned of misspelt ones.
  void find_depths() {
    Journal unheard(false);
    const std::vector<Depth> depth =
        depth_of({context_.comm, unheard, context_.threads}, accounts_, night_.job, model_.spec, placed_.population);
    for (std::size_t i = 0; i < depth.size(); ++i) {
      const std::uint32_t row = placed_.population[i];
      if (depth[i] == Depth::kMacro || (by_macro() && placed_.assignment.macro[row] < 0)) continue;
      placed_.rows.push_back(row);
      is_refined_.push_back(depth[i] == Depth::kMicro);
    }
  }

  [[nodiscard]] FeatureTiles encoded(const FeatureEncoding& encoding, std::span<const std::uint32_t> rows) const {
    return parallel::compute_together(context_.comm,
                                      [&] { return encode(encoding, accounts_, rows, context_.threads); });
  }

  void find_cores() {
    tiles_ = encoded(model_.encoding, placed_.rows);
    const std::vector<double> centroids = model_.grid_centroids();
    NearestTwo two;
    if (by_macro()) {
      const std::vector<CoreRange> ranges = cores_by_macro(model_);
      std::vector<CoreRange> among;
      for (const std::uint32_t row : placed_.rows)
        among.push_back(ranges[static_cast<std::size_t>(placed_.assignment.macro[row])]);
      two = nearest_two_within(tiles_, centroids, among, context_.threads);
      leave_out_coreless(two);
    } else {
      two = nearest_two_cores(tiles_, centroids, model_.k, context_.threads);
    }
    placed_.nearest = std::move(two.nearest);
    placed_.next_best = std::move(two.next_best);
    for (std::size_t i = 0; i < placed_.rows.size(); ++i)
      placed_.assignment.core[placed_.rows[i]] = model_.first_core + placed_.nearest[i];
  }

  /// A macro segment all of whose accounts stopped there on that night has no core segment.
  void leave_out_coreless(NearestTwo& two) {
    if (std::ranges::find(two.nearest, -1) == two.nearest.end()) return;
    std::size_t kept = 0;
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < placed_.rows.size(); ++i) {
      if (two.nearest[i] < 0) continue;
      rows.push_back(placed_.rows[i]);
      is_refined_[kept] = is_refined_[i];
      two.nearest[kept] = two.nearest[i];
      two.next_best[kept++] = two.next_best[i];
    }
    placed_.rows = std::move(rows);
    two.nearest.resize(kept);
    two.next_best.resize(kept);
    tiles_ = encode(model_.encoding, accounts_, placed_.rows, context_.threads);
  }

  void find_micros() {
    std::vector<std::uint32_t> rows;
    std::vector<std::int32_t> core;
    for (std::size_t i = 0; i < placed_.rows.size(); ++i) {
      if (is_refined_[i]) rows.push_back(placed_.rows[i]);
      if (is_refined_[i] || model_.micro_encoding.d() == 0) core.push_back(is_refined_[i] ? placed_.nearest[i] : -1);
    }
    const bool is_apart = model_.micro_encoding.d() > 0;
    if (is_apart) tiles_ = encoded(model_.micro_encoding, rows);
    const std::vector<std::int32_t> micro = descend(model_.tree, tiles_, core, context_.threads);
    const std::vector<std::uint32_t>& whose = is_apart ? rows : placed_.rows;
    for (std::size_t i = 0; i < whose.size(); ++i)
      if (micro[i] >= 0) placed_.assignment.micro[whose[i]] = model_.first_micro + micro[i];
  }

  const Context& context_;
  const StoredModels& night_;
  const StoredModel& model_;
  const AccountTable& accounts_;
  PlacedAccounts placed_;
  std::vector<bool> is_refined_;  ///< by placed_.rows
  FeatureTiles tiles_;            ///< of placed_.rows
};

}  // namespace

std::vector<std::int32_t> stored_macros(const MacroSegments& macros, const StoredModel& model) {
  std::map<std::string, std::int32_t> row_of_rule;
  for (std::int32_t row = 0; row < model.first_core; ++row)
    row_of_rule.emplace(model.segments[static_cast<std::size_t>(row)].rule, row);
  std::vector<std::int32_t> rows;
  for (const MacroSegment& macro : macros.segments) {
    const auto found = row_of_rule.find(macro.rule);
    rows.push_back(found == row_of_rule.end() ? -1 : found->second);
  }
  return rows;
}

std::vector<CoreRange> cores_by_macro(const StoredModel& model) {
  std::vector<CoreRange> ranges(static_cast<std::size_t>(model.first_core));
  for (std::int32_t core = 0; core < model.k; ++core) {
    CoreRange& range = ranges[static_cast<std::size_t>(model.macro_of_core[static_cast<std::size_t>(core)])];
    if (range.begin == range.end) range.begin = core;
    range.end = core + 1;
  }
  return ranges;
}

std::string why_not_placeable(const StoredModels& night, const StoredModel& model, const AccountTable& accounts) try {
  check_is_whole(model, night.path);
  for (const FeatureEncoding* encoding : {&model.encoding, &model.micro_encoding})
    if (std::string why = why_not_encodable(*encoding, accounts); !why.empty()) return why;
  for (const MacroSpec& macro : night.job.macros) (void)Criterion(macro, accounts);
  (void)population_rows(accounts, night.job.value, model.spec.population);
  if (!model.spec.refine || model.spec.refine->depth_by.empty()) return "";
  const Column* depth = accounts.find(model.spec.refine->depth_by.text);
  const bool is_category = depth != nullptr && std::holds_alternative<CategoryColumn>(depth->data);
  return is_category ? "" : "depth_by is no category any more";
} catch (const Error& error) {
  return error.what();
}

PlacedAccounts place_accounts(const Context& context, const StoredModels& night, const StoredModel& model,
                              const AccountTable& accounts) {
  parallel::run_together(context.comm, [&] { check_is_whole(model, night.path); });
  return Placing(context, night, model, accounts).place();
}

}  // namespace tessera
