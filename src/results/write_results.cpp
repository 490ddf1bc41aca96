#include <fmt/format.h>

#include <filesystem>
#include <random>

#include "core/utc.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "results/content.hpp"
#include "results/content_sums.hpp"
#include "storage/file_writer.hpp"
#include "storage/publish.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"

namespace tessera {
namespace {

using results::Content;
using results::ContentSum;
using results::RunFacts;

constexpr const char* kNewest = "latest.h5";

/// Names the run, and its staging file: two runs, or two attempts at one, never write to the same file.
std::string new_run_id() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

RunFacts agree_on_facts(const Context& context) {
  RunFacts facts;
  facts.run_id = context.comm.broadcast_text(new_run_id());
  facts.finished = context.comm.broadcast_text(utc_now());
  return facts;
}

void write(const Context& context, const Content& content, const std::string& digest, const std::string& path) {
  storage::FileWriter writer(context.comm, path);
  for (const storage::Attribute& attribute : content.attributes()) writer.write(attribute);
  writer.write(storage::Attribute{std::string(storage::schema::root::kPath),
                                  std::string(storage::schema::root::kDigest), digest});
  for (const results::Entry& entry : content.tables()) writer.write(entry.table);
  writer.close();
}

/// The sums are the same on every rank, so all ranks throw or none.
void compare(const std::vector<ContentSum>& written, const std::vector<ContentSum>& read_back,
             const std::string& path) {
  for (std::size_t i = 0; i < written.size(); ++i)
    if (!(written[i].sum == read_back[i].sum))
      throw Error(
          ExitCode::kCannotWrite,
          fmt::format("{}: {} reads back otherwise than it was written. The disk or file system loses data: give "
                      "another [output] path; what was published before is untouched.",
                      path, written[i].path),
          true);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

bool is_by_night(const Job& job) {
  return job.output_path.find("{night}") != std::string::npos;
}

}  // namespace

std::string result_path(const Job& job, const std::string& night) {
  std::string path = job.output_path;
  replace_all(path, "{name}", job.name);
  replace_all(path, "{night}", night);
  return path;
}

std::string digest(const Context& context, const RunResults& results) {
  const Content content(context, results, {});
  return digest_of(results::sums_of(context, content));
}

Published write_results(const Context& context, const RunResults& results) {
  const RunFacts facts = agree_on_facts(context);
  const Content content(context, results, facts);
  const std::vector<ContentSum> sums = results::sums_of(context, content);

  Published published;
  const NightFiles files = night_files(result_path(results.job, results.night));
  published.is_held = results.verdict.decision == GateDecision::kHold;
  published.path = published.is_held ? files.held : files.results;
  published.digest = digest_of(sums);
  storage::Staging staging(context.comm, published.path, facts.run_id);
  write(context, content, published.digest, staging.path());
  staging.sync();
  compare(sums, results::sums_of_file(context, content, staging.path()), staging.path());
  published.bytes = parallel::compute_together(
      context.comm, [&] { return static_cast<std::uint64_t>(std::filesystem::file_size(staging.path())); });
  parallel::take_no_more_stops();  // who gives results their name goes on to the end
  staging.publish();

  const bool is_newest = std::filesystem::path(published.path).filename() == kNewest;
  if (is_by_night(results.job) && !is_newest && !published.is_held)
    if (const auto trouble = storage::link_to_newest(context.comm, published.path, kNewest, facts.run_id))
      context.journal.warn(*trouble);
  return published;
}

}  // namespace tessera
