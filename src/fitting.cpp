#include "fitting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "bounded_step.hpp"
#include "clustered_content.hpp"
#include "placed_accounts.hpp"
#include "start_plan.hpp"
#include "tessera/follow.hpp"
#include "trial_start.hpp"

namespace tessera {
namespace {

using parallel::StageClock;

class Fitting {
 public:
  Fitting(const Context& context, const Job& job, const SegmentationSpec& spec, const AccountTable& accounts,
          const MacroSegments& macros, const NightBefore& before, const std::string& night, StageClock& clock,
          CoreProgress& progress)
      : context_(context),
        job_(job),
        spec_(spec),
        accounts_(accounts),
        macros_(macros),
        before_(before),
        night_(night),
        clock_(clock),
        progress_(progress),
        plan_(plan_start(job, spec, &accounts, before.models, night)) {}

  Fitted fit() {
    if (plan_.model != nullptr) fit_warm();
    if (plan_.model == nullptr) fit_fresh();
    if (plan_.model == nullptr && fresh_moves_too_many()) {
      plan_.model = plan_.possible;
      fitted_ = {};
      fit_warm();
    }
    if (fitted_.start.kind == StartKind::kWarm) bound_moves();
    fit_micro();
    return std::move(fitted_);
  }

 private:
  [[nodiscard]] bool by_macro() const { return spec_.scope == Scope::kMacro; }

  void fit_warm() {
    const StoredModel& model = *plan_.model;
    {
      const StageClock::Scope scope(clock_, "prepare");
      fitted_.prepared = prepare_again(context_, accounts_, job_, spec_, model.encoding);
      tell_of_prepared();
    }
    const StageClock::Scope scope(clock_, "kmeans");
    ModelStart& start = fitted_.start;
    start.content = content();
    start.kind = start.content == model.start.content ? StartKind::kKept : StartKind::kWarm;
    start.why =
        start.kind == StartKind::kKept ? "the accounts are those of last night, and so is the model" : plan_.why;
    start.fresh_night = model.start.fresh_night;
    start.fresh_inertia = model.start.fresh_inertia;
    begin_ = start_of_cores(model, macros_);
    if (start.kind == StartKind::kKept) begin_.use = CoreStart::Use::kStay;
    fitted_.cores = find_core_segments(context_, job_, spec_, fitted_.prepared, macros_, begin_, &progress_);
    tell_of_cores();
    start.inertia = start.kind == StartKind::kKept ? model.start.inertia : inertia_an_account();
    const bool looks_worse = start.inertia > start.fresh_inertia * (1.0 + job_.previous->max_worse);
    if (!looks_worse || fresh_is_refused_) return;
    const double worse = worse_than_fresh(context_, job_, spec_, fitted_.prepared, macros_, begin_);
    if (worse > job_.previous->max_worse) start_over(worse);
  }

  void start_over(double worse) {
    plan_ = {
        nullptr, plan_.model,
        fmt::format("on a sample, the inertia of going on from last night's segments is {:.2f} % above that of a fresh "
                    "start; the last one was on {}",
                    100.0 * worse, fitted_.start.fresh_night)};
    fitted_ = {};
  }

  void fit_fresh() {
    {
      const StageClock::Scope scope(clock_, "prepare");
      fitted_.prepared = prepare(context_, accounts_, job_, spec_);
      tell_of_prepared();
    }
    const StageClock::Scope scope(clock_, "kmeans");
    fitted_.cores = find_core_segments(context_, job_, spec_, fitted_.prepared, macros_, {}, &progress_);
    tell_of_cores();
    ModelStart& start = fitted_.start;
    start.why = plan_.why;
    start.fresh_night = night_;
    if (is_macro_only(spec_)) return;
    start.fresh_inertia = inertia_an_account();  // for a job that has [previous] one day
    if (!job_.previous) return;
    start.inertia = start.fresh_inertia;
    start.content = content();
  }

  /// A fresh start that is due, and would move more accounts than the model may.
  [[nodiscard]] bool fresh_moves_too_many() {
    if (plan_.possible == nullptr || job_.previous->max_moved_by_model >= 1.0) return false;
    const StageClock::Scope scope(clock_, "kmeans");
    const std::string untold = why_not_placeable(*before_.models, *plan_.possible, accounts_);
    if (!untold.empty()) {
      plan_.why = fmt::format("a fresh start is due ({}), but nobody can tell how many accounts it would move: {}",
                              plan_.why, untold);
      return fresh_is_refused_ = true;
    }
    const RefitMoves moves = moved_by_refit(context_, fitted_.prepared, fitted_.cores, *before_.models, *plan_.possible,
                                            accounts_, before_.was_there);
    fitted_.start.moved_by_model = moves.moved;
    fresh_is_refused_ = moves.moved > most_of(job_.previous->max_moved_by_model, moves.of_both);
    if (fresh_is_refused_)
      plan_.why = fmt::format(
          "a fresh start is due ({}), but would move {} of the {} accounts of both nights, more than "
          "max_moved_by_model lets it",
          plan_.why, moves.moved, moves.of_both);
    return fresh_is_refused_;
  }

  [[nodiscard]] std::string content() const {
    return clustered_content(context_, fitted_.prepared, by_macro() ? &macros_ : nullptr);
  }

  [[nodiscard]] double inertia_an_account() const {
    const std::vector<double>& inertia = fitted_.cores.clustering.inertia_by_iteration;
    return inertia.empty() ? 0.0 : inertia.back() / static_cast<double>(fitted_.prepared.n_global);
  }

  /// Where the new centroids move more accounts than they may, they go only a part of their way.
  void bound_moves() {
    if (job_.previous->max_moved_by_model >= 1.0) return;
    const StageClock::Scope scope(clock_, "kmeans");
    const BoundedStep step = bounded_step(context_, fitted_.prepared, fitted_.cores, *plan_.model, macros_,
                                          before_.was_there, job_.previous->max_moved_by_model);
    ModelStart& start = fitted_.start;
    start.moved_by_model = step.moved;
    start.step = step.step;
    if (step.is_all) return;
    const double free = inertia_of(context_, fitted_.prepared, fitted_.cores.clustering);
    CoreStart bounded{step.centroids, CoreStart::Use::kStay};
    fitted_.cores = find_core_segments(context_, job_, spec_, fitted_.prepared, macros_, bounded);
    const double held = inertia_of(context_, fitted_.prepared, fitted_.cores.clustering);
    start.cost = free > 0.0 ? held / free - 1.0 : 0.0;
    start.inertia *= 1.0 + start.cost;
    if (step.step == 0.0) start.kind = StartKind::kKept;
    start.why = fmt::format(
        "{}; the centroids went {:.0f} % of their way{}, as no more than {} of the accounts of both "
        "nights may move for the model's reasons: {} do, and inertia is {:.3f} % higher",
        plan_.why, 100.0 * step.step, step.has_others ? ", and stayed where they are others in number" : "",
        job_.previous->max_moved_by_model, step.moved, 100.0 * start.cost);
    context_.journal.warn(fmt::format("segmentation \"{}\": {}", spec_.name, start.why));
  }

  /// By tonight's core segment: which of last night's it went on from; −1: none. Those of a macro segment that has
  /// another number of them tonight went on from none.
  [[nodiscard]] std::vector<std::int32_t> last_cores(const StoredModel& model) const {
    const std::vector<std::int32_t>& macro_of_core = fitted_.cores.macro_of_core;
    std::vector<std::int32_t> last(macro_of_core.size(), -1);
    if (!by_macro()) {
      if (fitted_.cores.clustering.k == model.k) std::iota(last.begin(), last.end(), 0);
      return last;
    }
    const std::vector<std::int32_t> stored = stored_macros(macros_, model);
    const std::vector<CoreRange> ranges = cores_by_macro(model);
    for (std::size_t first = 0, end = 0; first < last.size(); first = end) {
      while (end < last.size() && macro_of_core[end] == macro_of_core[first]) ++end;
      const std::int32_t row = stored[static_cast<std::size_t>(macro_of_core[first])];
      const CoreRange range = row < 0 ? CoreRange{} : ranges[static_cast<std::size_t>(row)];
      if (static_cast<std::size_t>(range.end - range.begin) != end - first) continue;
      for (std::size_t c = first; c < end; ++c) last[c] = range.begin + static_cast<std::int32_t>(c - first);
    }
    return last;
  }

  void fit_micro() {
    const StageClock::Scope scope(clock_, "refine");
    MicroStart start;
    if (plan_.model != nullptr && plan_.model->tree.n_micro > 0) start.core_of_tree = last_cores(*plan_.model);
    const auto is_here = [](std::int32_t core) { return core >= 0; };
    if (plan_.model != nullptr && std::ranges::any_of(start.core_of_tree, is_here)) {
      start.tree = &plan_.model->tree;
      if (plan_.model->micro_encoding.d() > 0) start.encoding = &plan_.model->micro_encoding;
    }
    fitted_.micro = micro_level(context_, job_, spec_, accounts_, fitted_.prepared, fitted_.cores.clustering, start);
    clock_.made(
        fmt::format("segmentation \"{}\": {} micro segments", spec_.name, fitted_.micro.refinement.tree.n_micro));
  }

  void tell_of_prepared() {
    clock_.made(fmt::format("segmentation \"{}\": {} accounts, {} encoded features", spec_.name,
                            fitted_.prepared.n_global, fitted_.prepared.encoding.d()));
  }

  void tell_of_cores() {
    const Clustering& clustering = fitted_.cores.clustering;
    clock_.made(
        fmt::format("segmentation \"{}\": k = {}, {} iterations", spec_.name, clustering.k, clustering.iterations));
  }

  const Context& context_;
  const Job& job_;
  const SegmentationSpec& spec_;
  const AccountTable& accounts_;
  const MacroSegments& macros_;
  const NightBefore& before_;
  const std::string& night_;
  StageClock& clock_;
  CoreProgress& progress_;
  StartPlan plan_;
  CoreStart begin_;
  bool fresh_is_refused_ = false;
  Fitted fitted_;
};

}  // namespace

Fitted fit_segments(const Context& context, const Job& job, const SegmentationSpec& spec, const AccountTable& accounts,
                    const MacroSegments& macros, const NightBefore& before, const std::string& night, StageClock& clock,
                    CoreProgress& progress) {
  return Fitting(context, job, spec, accounts, macros, before, night, clock, progress).fit();
}

}  // namespace tessera
