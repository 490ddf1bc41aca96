#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iostream>
#include <optional>
#include <string_view>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/held.hpp"
#include "cli/in_session.hpp"
#include "cli/options.hpp"
#include "cli/summary.hpp"
#include "core/iso_date.hpp"
#include "core/utc.hpp"
#include "parallel/agreement.hpp"
#include "parallel/session.hpp"
#include "parallel/stop_signal.hpp"
#include "run_book.hpp"
#include "tessera/errors.hpp"
#include "tessera/evolve.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"
#include "tessera/macro.hpp"
#include "tessera/pipeline.hpp"
#include "tessera/privacy.hpp"

namespace tessera::cli {
namespace {

namespace po = boost::program_options;

struct RunRequest {
  bool resume = false;
  std::optional<double> max_time_s;
  std::string job;
  std::vector<std::string> sets;
  std::string night;
  std::string forget;
  bool dry_run = false;
  bool where = false;
};

/// The job as rank 0 reads it must be the job of every rank: a file that differs between nodes would split the run's
/// mind.
Job load_together(const parallel::Communicator& comm, const RunRequest& request) {
  Job job = parallel::compute_together(comm, [&] { return load_job(request.job, request.sets); });
  const std::string first = comm.broadcast_text(job.resolved_toml);
  parallel::run_together(comm, [&] {
    if (job.resolved_toml != first)
      throw Error(ExitCode::kNoInput,
                  fmt::format("{}: rank {} reads another text than rank 0 does; all nodes must see one file system",
                              request.job, comm.rank()));
  });
  return job;
}

/// A job that cannot be read leaves its record too, if it says where. Collective.
Job load_or_record(const Context& context, const RunRequest& request) {
  try {
    return load_together(context.comm, request);
  } catch (const Error& error) {
    if (!request.dry_run && context.comm.is_root())
      record_bad_job(context, request.job, request.sets, request.night, error);
    throw;
  }
}

std::string already_published_text(const std::string& night, const Published& published) {
  return fmt::format(
      "The night of {} is already published, from the same job and the same bytes in all sources: {}, digest {}.\n"
      "Nothing was done. To build it again, remove its manifest {}.\n",
      night, published.path, published.digest, night_files(published.path).manifest);
}

/// A rank bound to fewer cores than it was told to use would crawl, and nobody would know why.
void tell_of_binding(const Context& context, const ThreadBudget& budget) {
  const auto bound = static_cast<std::int32_t>(budget.asked > budget.affinity);
  if (context.comm.all_reduce<parallel::Reduce::kMax>(bound) != 0)
    context.journal.warn(
        "a rank is bound to fewer cores than it was told to use (OMP_NUM_THREADS or SLURM_CPUS_PER_TASK): start "
        "mpirun with --bind-to none, or srun with --cpus-per-task");
}

int run_in_session(parallel::Session& session, const RunRequest& request) {
  const parallel::Communicator& comm = session.world();
  Journal journal(comm.is_root());
  const Context context{comm, journal, session.threads().threads};
  Job job = load_or_record(context, request);
  tell_of_binding(context, session.threads());
  job.forget_path = request.forget;
  RunOptions options{request.night, request.resume && !request.dry_run, request.max_time_s};
  options.night = settled_night(context, job, options);
  if (request.dry_run) {
    if (job.privacy.pseudonymise) (void)read_pseudonym_key(context, job.privacy);
    const std::vector<SourceHead> heads = read_heads(context, job);
    check_columns(job, heads);
    const std::string lost = lost_history(context, job, options.night);
    if (comm.is_root()) print_dry_run(job, heads, options.night, comm.size(), context.threads);
    if (!lost.empty()) journal.warn(lost);
    return 0;
  }
  RunOutcome outcome = run_job(context, job, options);
  if (outcome.published.is_from_before && request.night.empty()) {
    // The checkpoint that the night was taken from was left by a run that had published it: tonight is still to be
    // done.
    const std::string tonight = settled_night(context, job, {});
    if (tonight != options.night) {
      journal.info(
          fmt::format("the night of {} is published already: going on with that of {}", options.night, tonight));
      options.night = tonight;
      outcome = run_job(context, job, options);
    }
  }
  if (comm.is_root() && outcome.published.is_from_before)
    std::cout << already_published_text(options.night, outcome.published);
  else if (comm.is_root())
    print_summary(std::cout, outcome.summary, 12);
  if (comm.is_root() && outcome.published.is_held) {
    std::cout.flush();
    fmt::print(stderr, "\n{}", held_words(outcome.published, outcome.summary.gate.verdict()));
  }
  return static_cast<int>(outcome.published.is_held ? ExitCode::kHeld : ExitCode::kDone);
}

std::string night_of(const RunRequest& request) {
  return request.night.empty() ? utc_now().substr(0, 10) : request.night;
}

/// "5400", "90m", "1.5h".
double seconds_of(const std::string& text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double seconds = unit.empty() || unit == "s" ? 1.0 : unit == "m" ? 60.0 : unit == "h" ? 3600.0 : 0.0;
  if (error != std::errc() || !(number > 0.0) || !std::isfinite(number) || seconds == 0.0)
    throw po::error(fmt::format("--max-time takes a time such as 5400, 90m or 1.5h, not \"{}\"", text));
  return number * seconds;
}

RunRequest read_run(const po::variables_map& values) {
  RunRequest request;
  if (values.count("job") == 0) throw po::error("run needs a job file");
  request.job = values["job"].as<std::string>();
  if (values.count("set") != 0) request.sets = values["set"].as<std::vector<std::string>>();
  if (values.count("night") != 0) request.night = values["night"].as<std::string>();
  if (!request.night.empty() && !parse_iso_date(request.night))
    throw po::error(fmt::format("--night takes a date like 2026-01-31, not \"{}\"", request.night));
  if (values.count("forget") != 0) request.forget = values["forget"].as<std::string>();
  if (values.count("forget") != 0 && request.forget.empty())
    throw po::error("--forget takes the path of a list of ids");
  request.dry_run = values.count("dry-run") != 0;
  request.where = values.count("where") != 0;
  request.resume = values.count("resume") != 0;
  if (values.count("max-time") != 0) request.max_time_s = seconds_of(values["max-time"].as<std::string>());
  return request;
}

}  // namespace

int run_command(const std::vector<std::string>& words, int* argc, char*** argv) {
  po::options_description options("Options");
  options.add_options()("job", po::value<std::string>(), "the job file")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "key=value: overrides a key of the job file; may be repeated")(
      "night", po::value<std::string>(), "the night's date, yyyy-mm-dd (default: today, UTC; that of what is resumed)")(
      "resume", "go on from the checkpoint of this job, where there is one; at any number of ranks")(
      "max-time", po::value<std::string>(),
      "a time such as 5400, 90m or 1.5h: after it the run keeps a checkpoint and ends with 75, as after SIGUSR1")(
      "forget", po::value<std::string>(),
      "a list of account ids, one a line or under the key's name: their rows are left out everywhere")(
      "dry-run", "check the job and the heads of its sources, print the plan, write nothing")(
      "where", "print the path of the results of --night, for scripts, and nothing else; no source is looked at");
  po::positional_options_description positional;
  positional.add("job", 1);
  const Parsed parsed =
      parse(words, options, positional, "tessera run JOB [options], also under mpirun and srun",
            "mpirun -n 2 --bind-to none tessera run jobs/company.toml --set segmentation.expansion.k=8");
  if (parsed.help) return 0;
  const RunRequest request = read_run(parsed.values);
  if (request.where) {
    std::cout << result_path(load_job(request.job, request.sets), night_of(request)) << "\n";
    return 0;
  }
  if (request.dry_run) parallel::catch_stop_signals();  // a run takes stops once it can keep what it has

  return in_session(argc, argv, "the job file",
                    [&](parallel::Session& session) { return run_in_session(session, request); });
}

}  // namespace tessera::cli
