#include "previous_check.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "evolve/previous_file.hpp"
#include "evolve/previous_trouble.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {
namespace {

void check_last_night(const Job& job, const std::string& night) try {
  const evolve::PreviousFile file = evolve::find_previous_file(job, night);
  if (file.path.empty() || file.is_gone) return;
  (void)read_stored_models(file.path);
  (void)read_summary(file.path);
} catch (const Error& error) {
  throw evolve::trouble_with_previous(error, job);
}

void check_baseline(const std::string& path) try {
  std::error_code none;
  if (std::filesystem::exists(path, none)) (void)read_summary(path);
} catch (const Error& error) {
  throw Error(error.code(), fmt::format("[review] baseline: {}", error.what()), error.everywhere());
}

}  // namespace

void check_nights_before(const Context& context, const Job& job, const std::string& night) {
  parallel::run_together(context.comm, [&] {
    if (!context.comm.is_root()) return;
    if (job.previous) check_last_night(job, night);
    if (job.review) check_baseline(job.review->baseline);
  });
}

}  // namespace tessera
