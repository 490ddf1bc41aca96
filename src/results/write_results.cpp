#include <fmt/format.h>

#include <filesystem>
#include <future>

#include "core/placeholder.hpp"
#include "core/utc.hpp"
#include "nights/newest.hpp"
#include "nights/publishing.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "results/content.hpp"
#include "results/content_sums.hpp"
#include "results/manifest_of.hpp"
#include "storage/file_writer.hpp"
#include "storage/publish.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"

namespace tessera {
namespace {

using results::Content;
using results::RunFacts;

RunFacts facts_of(const Context& context, const NightLock& lock) {
  return {lock.run_id(), lock.attempt(), context.comm.broadcast_text(utc_now())};
}

/// Writes all of it and gives the digest. Other threads work that out meanwhile, as HDF5 writes with one.
std::string write(const Context& context, const Content& content, const std::string& path) {
  results::ContentSums sums(context, content);
  const bool has_others = context.threads > 1;
  if (!has_others) parallel::run_together(context.comm, [&] { sums.add_mine(1); });
  std::future<void> beside;  // waits for its thread, whatever becomes of the writing
  if (has_others)
    parallel::run_together(
        context.comm, [&] { beside = std::async(std::launch::async, [&] { sums.add_mine(context.threads - 1); }); });

  storage::FileWriter writer(context.comm, path);
  for (const storage::Attribute& attribute : content.attributes()) writer.write(attribute);
  for (const results::Entry& entry : content.tables()) writer.write(entry.table);
  if (has_others) parallel::run_together(context.comm, [&] { beside.get(); });
  std::string digest = digest_of(sums.over_ranks(context));
  writer.write(storage::Attribute{std::string(storage::schema::root::kPath),
                                  std::string(storage::schema::root::kDigest), digest});
  writer.close();
  return digest;
}

/// All ranks throw or none.
void check_read_back(const Context& context, const Content& content, const std::string& path) {
  const std::string what = results::what_differs(context, content, path);
  if (what.empty()) return;
  throw Error(ExitCode::kCannotWrite,
              fmt::format("{}: {} reads back otherwise than it was written. The disk or file system loses data: give "
                          "another [output] path; what was published before is untouched.",
                          path, what),
              true);
}

/// Results that the job refers to are kept, however old; and those that the night went on from, as it is built again
/// from them where a source is delivered again.
nights::Retention retention_of(const Job& job, const std::string& previous_path) {
  nights::Retention retention{job.keep_nights.value_or(0), job.name, {}};
  if (!previous_path.empty()) retention.stays.push_back(previous_path);
  if (job.previous) retention.stays.push_back(job.previous->path);
  if (job.review) retention.stays.push_back(job.review->baseline);
  return retention;
}

bool is_by_night(const Job& job) {
  return job.output_path.find(kNightPlaceholder) != std::string::npos;
}

}  // namespace

std::string result_path(const Job& job, const std::string& night) {
  return filled_in(filled_in(job.output_path, kNamePlaceholder, job.name), kNightPlaceholder, night);
}

std::string metrics_path(const Job& job) {
  return filled_in(job.metrics_path, kNamePlaceholder, job.name);
}

std::string digest(const Context& context, const RunResults& results) {
  const Content content(context, results, {});
  results::ContentSums sums(context, content);
  sums.add_mine(context.threads);
  return digest_of(sums.over_ranks(context));
}

Published write_results(const Context& context, const RunResults& results, const NightLock& lock) {
  const RunFacts facts = facts_of(context, lock);
  const Content content(context, results, facts);

  Published published;
  const NightFiles files = night_files(lock.results_path());
  published.is_held = results.verdict.decision == GateDecision::kHold;
  published.path = published.is_held ? files.held : files.results;
  storage::Staging staging(context.comm, published.path, lock.staged_path("h5"));
  published.digest = write(context, content, staging.path());
  if (results.job.group_may_read && results.scored_by.empty()) staging.let_group_read();
  staging.sync();
  check_read_back(context, content, staging.path());
  published.bytes = parallel::compute_together(
      context.comm, [&] { return static_cast<std::uint64_t>(std::filesystem::file_size(staging.path())); });

  parallel::take_no_more_stops();    // who gives results their name goes on to the end
  if (!results.scored_by.empty()) {  // no night of its own
    staging.publish([&] { lock.check(); });
    return published;
  }
  const bool has_link = is_by_night(results.job) && std::filesystem::path(files.results).filename() != nights::kNewest;
  nights::publish_staged(context, lock, staging, results::manifest_of(context, results, facts, published),
                         has_link && !published.is_held);
  if (results.job.keep_nights && !published.is_held)
    nights::remove_old_nights(context, published.path, retention_of(results.job, results.previous_path));
  return published;
}

Published write_results(const Context& context, const RunResults& results) {
  const NightLock lock(context, result_path(results.job, results.night));
  return write_results(context, results, lock);
}

}  // namespace tessera
