#include "insight/lookalike/logistic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/elementary.hpp"
#include "insight/lookalike/cholesky.hpp"
#include "insight/lookalike/derivatives.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr int kMostSteps = 60;
constexpr int kMostHalvings = 20;
constexpr double kSettled = 1e-7;         ///< of coefficients of features of deviation about 1
constexpr double kCurvatureHolds = 0.05;  ///< below it the curvature of the step before will do

/// The penalised objective around one model.
class Objective {
 public:
  Objective(const Context& context, const FeatureTiles& tiles, std::span<const std::uint8_t> is_one, double penalty)
      : context_(context), tiles_(tiles), is_one_(is_one), penalty_(penalty) {}

  /// Moves there; the curvature is kept from before where it is not asked for. Collective. Returns the objective.
  double look(const LogisticModel& model, bool with_curvature) {
    Derivatives found = derivatives(context_, tiles_, is_one_, model, with_curvature);
    if (with_curvature) curvature_ = std::move(found.curvature);
    gradient_ = std::move(found.gradient);
    double squares = 0.0;
    for (std::size_t f = 0; f < model.coefficients.size(); ++f) {
      squares += model.coefficients[f] * model.coefficients[f];
      gradient_[f + 1] += penalty_ * model.coefficients[f];
    }
    return context_.comm.broadcast(found.loss + 0.5 * penalty_ * squares);
  }

  /// The Newton step from there, the intercept's entry first. Found on rank 0. Collective.
  [[nodiscard]] std::vector<double> step() const {
    std::vector<double> towards = parallel::compute_together(context_.comm, [&] {
      if (!context_.comm.is_root()) return std::vector<double>(gradient_.size());
      std::vector<double> matrix = curvature_;
      // The intercept has no penalty, and where no account is in doubt no curvature either: this keeps its step finite.
      matrix[0] += 1e-6 * penalty_;
      for (std::size_t f = 1; f < gradient_.size(); ++f) matrix[packed(f, f)] += penalty_;
      return solve_positive(std::move(matrix), gradient_);
    });
    for (double& entry : towards) entry = -entry;
    context_.comm.broadcast(std::span(towards));
    return towards;
  }

 private:
  const Context& context_;
  const FeatureTiles& tiles_;
  std::span<const std::uint8_t> is_one_;
  double penalty_;
  std::vector<double> gradient_, curvature_;
};

LogisticModel moved(const LogisticModel& from, std::span<const double> step, double part) {
  LogisticModel to = from;
  to.intercept += part * step[0];
  for (std::size_t f = 0; f < to.coefficients.size(); ++f) to.coefficients[f] += part * step[f + 1];
  return to;
}

/// Log-odds that an account is a one, knowing nothing of it. Collective.
double prior_log_odds(const Context& context, std::span<const std::uint8_t> is_one, std::int64_t& n_global) {
  std::array<std::int64_t, 2> counts{};
  for (const std::uint8_t one : is_one) ++counts[one];
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  n_global = counts[0] + counts[1];
  return portable_log(static_cast<double>(counts[1]) / static_cast<double>(counts[0]));
}

}  // namespace

void log_odds(const LogisticModel& model, const FeatureTiles& tiles, std::size_t t, std::span<double> out) {
  std::ranges::fill(out, model.intercept);
  const float* x = tiles.tile(t);
  for (std::size_t f = 0; f < model.coefficients.size(); ++f, x += FeatureTiles::kTileAccounts)
    for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
      out[lane] += model.coefficients[f] * double{x[lane]};
}

LogisticModel fit_logistic(const Context& context, const FeatureTiles& tiles, std::span<const std::uint8_t> is_one,
                           double penalty) {
  LogisticModel model;
  model.coefficients.assign(static_cast<std::size_t>(tiles.d()), 0.0);
  std::int64_t n_global = 0;
  model.intercept = prior_log_odds(context, is_one, n_global);
  const double noise = std::ldexp(static_cast<double>(n_global), -20);  // of the rounded log-losses, at the most
  Objective objective(context, tiles, is_one, penalty);
  double height = objective.look(model, true);
  bool takes_curvature = true;
  while (model.steps < kMostSteps && !model.has_settled) {
    const std::vector<double> step = objective.step();
    double longest = 0.0;
    for (const double entry : step) longest = std::fmax(longest, std::fabs(entry));
    takes_curvature = longest > kCurvatureHolds;
    double part = 1.0;
    LogisticModel next = moved(model, step, part);
    double next_height = objective.look(next, takes_curvature);
    for (int halvings = 0; next_height > height + noise && halvings < kMostHalvings; ++halvings) {
      part *= 0.5;
      next = moved(model, step, part);
      next_height = objective.look(next, takes_curvature);
    }
    model = std::move(next);
    height = next_height;
    ++model.steps;
    model.has_settled = part == 1.0 && longest <= kSettled;
  }
  return model;
}

}  // namespace tessera::insight
