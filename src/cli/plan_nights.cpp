#include "cli/plan_nights.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "evolve/previous_file.hpp"
#include "evolve/previous_trouble.hpp"
#include "evolve/stored_accounts.hpp"
#include "start_plan.hpp"
#include "storage/results_file.hpp"
#include "tessera/errors.hpp"
#include "tessera/stored_model.hpp"

namespace tessera::cli {
namespace {

double accounts_of(const std::string& path) {
  return storage::naming(path, [&] {
    const storage::FileReader reader = storage::open_results(path);
    return static_cast<double>(evolve::StoredAccounts(reader).rows());
  });
}

void note_start(const StartPlan& start, plan::SegmentationWork& one, plan::Workload& work) {
  one.is_warm = start.model != nullptr;
  work.notes.push_back(fmt::format("segmentation \"{}\": a {} start is counted: {}", one.spec->name,
                                   one.is_warm ? "warm" : "fresh", start.why));
}

void go_on_from(const Job& job, const std::string& night, const std::string& path, plan::Workload& work) {
  const StoredModels models = read_stored_models(path);
  work.before.last_accounts = accounts_of(path);
  work.notes.push_back(fmt::format("tonight goes on from {}, whose {:.0f} accounts are counted in evolve", path,
                                   work.before.last_accounts));
  for (plan::SegmentationWork& one : work.segmentations) {
    one.was_there = models.find(one.spec->name) != nullptr;
    note_start(plan_start(job, *one.spec, nullptr, &models, night), one, work);
  }
}

void look_at_last_night(const Job& job, const std::string& night, plan::Workload& work) try {
  const evolve::PreviousFile file = evolve::find_previous_file(job, night);
  if (!file.path.empty() && !file.is_gone) return go_on_from(job, night, file.path, work);
  work.notes.push_back(fmt::format("a first night is counted: {}",
                                   !file.lost.empty()  ? file.lost
                                   : file.path.empty() ? file.found
                                                       : fmt::format("the night before {} is gone", file.path)));
} catch (const Error& error) {
  throw evolve::trouble_with_previous(error, job);
}

void look_at_baseline(const std::string& path, plan::Workload& work) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    work.notes.push_back(fmt::format("there is no baseline at {}: none is counted", path));
    return;
  }
  work.before.baseline_accounts = accounts_of(path);
  work.notes.push_back(
      fmt::format("the baseline's {:.0f} accounts are counted in evolve as well", work.before.baseline_accounts));
}

}  // namespace

void look_back(const Job& job, const std::string& night, plan::Workload& work) {
  if (job.previous) look_at_last_night(job, night, work);
  if (job.review) look_at_baseline(job.review->baseline, work);
}

}  // namespace tessera::cli
