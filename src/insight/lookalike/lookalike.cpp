#include "tessera/lookalike.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "insight/lookalike/alone.hpp"
#include "insight/lookalike/closest.hpp"
#include "insight/lookalike/factors.hpp"
#include "insight/lookalike/levels.hpp"
#include "insight/lookalike/likeness_columns.hpp"
#include "insight/lookalike/likeness_encoding.hpp"
#include "insight/lookalike/logistic.hpp"
#include "insight/lookalike/training.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera {

namespace {

using insight::Examples;
using insight::LevelCounts;
using insight::LogisticModel;
using insight::Training;

constexpr double kTooGood = 0.995;

/// A model, and how accounts are encoded for it.
struct Fitted {
  FeatureEncoding encoding;
  LogisticModel model;
};

/// The encoded training customers. Collective.
FeatureTiles encoded(const Context& context, const FeatureEncoding& encoding, const AccountTable& accounts,
                     const Examples& customers) {
  return parallel::compute_together(context.comm,
                                    [&] { return encode(encoding, accounts, customers.rows, context.threads); });
}

/// Collective. The columns that are used without leaks among them; none where there is nothing to go by.
std::optional<Fitted> fit(const Context& context, const AccountTable& accounts, const Training& training,
                          Lookalike& found) {
  Fitted fitted;
  fitted.encoding = insight::likeness_encoding(context.comm, accounts, training.fitted, found.columns);
  FeatureTiles tiles = encoded(context, fitted.encoding, accounts, training.fitted);
  insight::measure_alone(context, fitted.encoding, tiles, training.fitted, found.columns);
  if (insight::drop_leaks(context.journal, found.columns)) {
    std::erase_if(fitted.encoding.features, [&](const EncodedFeature& feature) {
      return !std::ranges::find(found.columns, feature.column, &LikenessColumn::column)->is_used;
    });
    tiles = encoded(context, fitted.encoding, accounts, training.fitted);
  }
  if (fitted.encoding.features.empty()) return std::nullopt;
  fitted.model = insight::fit_logistic(context, tiles, training.fitted.is_best, found.penalty);
  found.factors = insight::likeness_factors(context, accounts, fitted.encoding, tiles, fitted.model, found.columns);
  found.intercept = fitted.model.intercept;
  found.steps = fitted.model.steps;
  if (!fitted.model.has_settled)
    context.journal.warn(fmt::format("lookalikes: the model had not settled after {} steps", found.steps));
  return fitted;
}

/// Levels of some accounts, encoded a piece at a time, so that memory stays bounded. Collective.
std::vector<std::int32_t> levels_of(const Context& context, const Fitted& fitted, const AccountTable& accounts,
                                    std::span<const std::uint32_t> rows) {
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  constexpr std::size_t kLanes = FeatureTiles::kTileAccounts;
  std::vector<std::int32_t> levels(rows.size());
  parallel::run_together(context.comm, [&] {
    for (std::size_t begin = 0; begin < rows.size(); begin += kPiece) {
      const auto piece = rows.subspan(begin, std::min(kPiece, rows.size() - begin));
      const FeatureTiles tiles = encode(fitted.encoding, accounts, piece, context.threads);
#pragma omp parallel for schedule(static) num_threads(context.threads)
      for (std::size_t t = 0; t < tiles.n_tiles(); ++t) {
        std::array<double, kLanes> odds{};
        insight::log_odds(fitted.model, tiles, t, odds);
        for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane)
          levels[begin + t * kLanes + lane] = insight::level_of(odds[lane]);
      }
    }
  });
  return levels;
}

/// Entries of `levels` whose flag is `wanted`.
template <class Flag>
std::vector<std::int32_t> those(std::span<const std::int32_t> levels, Flag has_it) {
  std::vector<std::int32_t> chosen;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (has_it(i)) chosen.push_back(levels[i]);
  return chosen;
}

void try_on_held_out(const Context& context, const Fitted& fitted, const AccountTable& accounts,
                     const Examples& held_out, Lookalike& found) {
  const std::vector<std::int32_t> levels = levels_of(context, fitted, accounts, held_out.rows);
  const LevelCounts best =
      insight::count_levels(context.comm, those(levels, [&](std::size_t i) { return held_out.is_best[i] == 1; }));
  const LevelCounts rest =
      insight::count_levels(context.comm, those(levels, [&](std::size_t i) { return held_out.is_best[i] == 0; }));
  insight::measure_area(best, rest, found);
  found.calibration = insight::calibration(best, rest);
  found.threshold = insight::middle_likeness(best);
  if (found.auc > kTooGood)
    context.journal.warn(fmt::format(
        "lookalikes: the model tells customers that it has not seen apart with an area of {:.4f}, which is too good to "
        "be true: look among the top factors for columns that are made of what customers bring",
        found.auc));
}

void score_prospects(const Context& context, const Fitted& fitted, const AccountTable& accounts,
                     const Training& training, Lookalike& found) {
  const std::vector<std::int32_t> levels = levels_of(context, fitted, accounts, training.prospects);
  for (std::size_t i = 0; i < levels.size(); ++i)
    found.likeness[training.prospects[i]] = insight::likeness_at(levels[i]);
  const LevelCounts all = insight::count_levels(context.comm, levels);
  const LevelCounts contactable = insight::count_levels(
      context.comm, those(levels, [&](std::size_t i) { return training.is_contactable[training.prospects[i]] != 0; }));
  found.reach = insight::reach_curve(all, contactable);
  for (std::size_t level = 0; level < insight::kLevels; ++level) {
    if (all[level] == 0 || !(insight::likeness_at(static_cast<std::int32_t>(level)) >= found.threshold)) continue;
    found.above += all[level];
    found.above_contactable += contactable[level];
  }
  found.closest = insight::closest_prospects(context.comm, accounts, training, levels);
}

}  // namespace

std::optional<Lookalike> find_lookalikes(const Context& context, const AccountTable& accounts, const Job& job,
                                         const BestCustomers& best) {
  if (job.value.column.empty() || job.value.customer.empty()) return std::nullopt;
  Lookalike found;
  found.likeness.assign(accounts.n_local, std::numeric_limits<double>::quiet_NaN());
  found.auc = found.auc_low = found.auc_high = found.threshold = std::numeric_limits<double>::quiet_NaN();
  const Training training = insight::split(context.comm, accounts, job, best, found);
  if (found.why_not.empty()) {
    found.columns = insight::likeness_columns(context.comm, accounts, job, training);
    if (const std::optional<Fitted> fitted = fit(context, accounts, training, found)) {
      try_on_held_out(context, *fitted, accounts, training.held_out, found);
      score_prospects(context, *fitted, accounts, training, found);
    } else {
      found.why_not = "no column that prospects have tells customers apart without telling what they bring";
    }
  }
  if (!found.why_not.empty()) context.journal.warn(fmt::format("there are no lookalikes: {}", found.why_not));
  return found;
}

}  // namespace tessera
