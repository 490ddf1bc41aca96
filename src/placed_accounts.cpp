#include "placed_accounts.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "macro/criterion.hpp"
#include "model/block_encoder.hpp"
#include "model/nearest_two.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "prepare/depth.hpp"
#include "tessera/errors.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"

namespace tessera {
namespace {

/// Accounts of a model's population, a block at a time: encoded, placed, measured. Not collective.
class Blocks {
 public:
  /// `centroids` are on the grid.
  Blocks(const AccountTable& accounts, const StoredModel& model, std::span<const double> centroids, Measure measure,
         int threads)
      : model_(model),
        centroids_(centroids),
        threads_(threads),
        encoder_(model.encoding, accounts),
        meter_(model.centroids, model.encoding.d(), threads) {
    if (has_micro_features()) micro_encoder_.emplace(model.micro_encoding, accounts);
    if (model.spec.scope == Scope::kMacro) ranges_ = cores_by_macro(model);
    if (measure == Measure::kDistances) own_units_.emplace();
  }

  /// Places the next of the rows that have a core segment; `is_refined`: those that may have a micro segment.
  void place(std::span<const std::uint32_t> rows, std::span<const std::uint8_t> is_refined, PlacedAccounts& placed) {
    if (own_units_) own_units_->resize(rows.size() * static_cast<std::size_t>(model_.encoding.d()));
    encoder_.encode(rows, threads_, {&tiles_, own_units_ ? std::span(*own_units_) : std::span<double>(), {}});
    NearestTwo two = find_cores(rows, placed.assignment.macro);
    if (own_units_) meter_.measure(*own_units_, two.nearest, two.next_best, placed.reported);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (two.nearest[i] >= 0) placed.assignment.core[rows[i]] = model_.first_core + two.nearest[i];
    if (model_.tree.n_micro > 0) find_micros(rows, is_refined, two.nearest, placed.assignment.micro);
    append(rows, two, placed);
  }

  [[nodiscard]] const ExactSum& inertia() const noexcept { return meter_.inertia(); }

 private:
  [[nodiscard]] bool has_micro_features() const { return model_.tree.n_micro > 0 && model_.micro_encoding.d() > 0; }

  [[nodiscard]] NearestTwo find_cores(std::span<const std::uint32_t> rows,
                                      const std::vector<std::int32_t>& macro) const {
    if (ranges_.empty()) return nearest_two_cores(tiles_, centroids_, model_.k, threads_);
    std::vector<CoreRange> among;
    for (const std::uint32_t row : rows) among.push_back(ranges_[static_cast<std::size_t>(macro[row])]);
    return nearest_two_within(tiles_, centroids_, among, threads_);
  }

  void find_micros(std::span<const std::uint32_t> rows, std::span<const std::uint8_t> is_refined,
                   const std::vector<std::int32_t>& nearest, std::vector<std::int32_t>& micro_of) {
    std::vector<std::int32_t> core(nearest);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (is_refined[i] == 0) core[i] = -1;
    const FeatureTiles* tiles = &tiles_;
    if (micro_encoder_) {
      micro_encoder_->encode(rows, threads_, {&micro_tiles_, {}, {}});
      tiles = &micro_tiles_;
    }
    const std::vector<std::int32_t> micro = descend(model_.tree, *tiles, core, threads_);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (micro[i] >= 0) micro_of[rows[i]] = model_.first_micro + micro[i];
  }

  /// A macro segment all of whose accounts stopped there on that night has no core segment: its accounts are left out.
  void append(std::span<const std::uint32_t> rows, const NearestTwo& two, PlacedAccounts& placed) const {
    ReportedDistances& reported = placed.reported;
    std::size_t kept = placed.rows.size();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (two.nearest[i] < 0) continue;
      if (own_units_) {
        const std::size_t measured = reported.distance.size() - rows.size() + i;
        reported.distance[kept] = reported.distance[measured];
        reported.fit[kept++] = reported.fit[measured];
      }
      placed.rows.push_back(rows[i]);
      placed.nearest.push_back(two.nearest[i]);
      placed.next_best.push_back(two.next_best[i]);
    }
    if (!own_units_) return;
    reported.distance.resize(kept);
    reported.fit.resize(kept);
  }

  const StoredModel& model_;
  const std::span<const double> centroids_;
  const int threads_;
  BlockEncoder encoder_;
  std::optional<BlockEncoder> micro_encoder_;
  std::vector<CoreRange> ranges_;  ///< with scope = "macro"
  DistanceMeter meter_;
  FeatureTiles tiles_, micro_tiles_;
  std::optional<std::vector<double>> own_units_;  ///< where distances are asked for
};

class Placing {
 public:
  Placing(const Context& context, const StoredModels& night, const StoredModel& model, const AccountTable& accounts)
      : context_(context), night_(night), model_(model), accounts_(accounts) {}

  PlacedAccounts place(Measure measure) {
    placed_.population = population_rows(accounts_, night_.job.value, model_.spec.population);
    const std::vector<std::int32_t> nowhere(accounts_.n_local, -1);
    placed_.assignment = {nowhere, nowhere, nowhere};
    find_macros();
    if (model_.k == 0) return std::move(placed_);
    find_depths();
    ExactSum inertia;
    parallel::run_together(context_.comm, [&] { inertia = place_in_blocks(measure); });
    if (measure == Measure::kDistances) placed_.reported.inertia = parallel::all_sum(context_.comm, inertia);
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

  /// Values of depth_by that nobody has tonight are no news: the night itself has warned of misspelt ones.
  void find_depths() {
    Journal unheard(false);
    const std::vector<Depth> depth =
        depth_of({context_.comm, unheard, context_.threads}, accounts_, night_.job, model_.spec, placed_.population);
    for (std::size_t i = 0; i < depth.size(); ++i) {
      const std::uint32_t row = placed_.population[i];
      const bool is_by_macro = model_.spec.scope == Scope::kMacro;
      if (depth[i] == Depth::kMacro || (is_by_macro && placed_.assignment.macro[row] < 0)) continue;
      rows_.push_back(row);
      is_refined_.push_back(depth[i] == Depth::kMicro ? 1 : 0);
    }
  }

  [[nodiscard]] ExactSum place_in_blocks(Measure measure) {
    const std::vector<double> centroids = model_.grid_centroids();
    Blocks blocks(accounts_, model_, centroids, measure, context_.threads);
    for (auto* numbers : {&placed_.nearest, &placed_.next_best}) numbers->reserve(rows_.size());
    placed_.rows.reserve(rows_.size());
    const std::size_t at_once = accounts_at_once(std::max(model_.encoding.d(), model_.micro_encoding.d()));
    for (std::size_t begin = 0; begin < rows_.size(); begin += at_once) {
      const std::size_t n = std::min(at_once, rows_.size() - begin);
      blocks.place(std::span(rows_).subspan(begin, n), std::span(is_refined_).subspan(begin, n), placed_);
    }
    return blocks.inertia();
  }

  const Context& context_;
  const StoredModels& night_;
  const StoredModel& model_;
  const AccountTable& accounts_;
  PlacedAccounts placed_;
  std::vector<std::uint32_t> rows_;       ///< who may have a core segment
  std::vector<std::uint8_t> is_refined_;  ///< by rows_: who may have a micro segment
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
                              const AccountTable& accounts, Measure measure) {
  parallel::run_together(context.comm, [&] { check_is_whole(model, night.path); });
  return Placing(context, night, model, accounts).place(measure);
}

}  // namespace tessera
