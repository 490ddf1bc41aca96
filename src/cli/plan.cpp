#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/plan_nights.hpp"
#include "cli/text_table.hpp"
#include "core/iso_date.hpp"
#include "core/utc.hpp"
#include "ingest/source_head.hpp"
#include "insight/words.hpp"
#include "plan/layout.hpp"
#include "plan/rates.hpp"
#include "plan/workload.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::cli {
namespace {

namespace po = boost::program_options;
using nlohmann::ordered_json;
using plan::Plan;
using plan::SourceSample;
using plan::Workload;

struct PlanRequest {
  std::string job;
  std::vector<std::string> sets;
  std::string night;
  plan::Given given;
  plan::NodeSize node;
  std::string rates_path;
  bool as_json = false;
};

struct Planned {
  Job job;
  Workload work;  ///< points into the job
  Plan plan;
  plan::Rates rates;
  std::string sbatch;
  std::vector<std::string> notes;
};

const char* word_of(SourceSample::Count count) {
  switch (count) {
    case SourceSample::Count::kCounted:
      return "counted";
    case SourceSample::Count::kSampled:
      return "sampled";
    case SourceSample::Count::kGuessed:
      break;
  }
  return "guessed";
}

std::string memory_in_words(double bytes) {
  return words::bytes_in_words(static_cast<std::uint64_t>(bytes));
}

std::string seconds_in_words(double seconds) {
  return seconds < 99.5 ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.1f} min", seconds / 60.0);
}

/// 1234567 is 1,230,000: an estimate has no more than three digits.
std::string about(double n) {
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(std::max(n, 1.0))) - 2.0));
  std::string digits = fmt::format("{:.0f}", std::round(n / unit) * unit);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

void note_rates(const PlanRequest& request, Planned& planned) {
  const std::optional<plan::Rates> rates = plan::read_rates(request.rates_path);
  planned.rates = rates.value_or(plan::default_rates());
  if (!rates)
    planned.notes.emplace_back(
        "no rates of this machine are known, so times are those of a two-core Zen 4: tessera doctor --measure");
  else if (rates->host != plan::host_name())
    planned.notes.push_back(
        fmt::format("rates are those of {}, measured {}: this is {}; tessera doctor --measure there", rates->host,
                    rates->date.substr(0, 10), plan::host_name()));
  else if (rates->engine != TESSERA_VERSION)
    planned.notes.push_back(fmt::format("rates were measured by version {}: tessera doctor --measure", rates->engine));
}

Planned make_plan(const PlanRequest& request) {
  Planned planned;
  planned.job = load_job(request.job, request.sets);
  const Job& job = planned.job;
  std::vector<SourceHead> heads;
  for (const SourceSpec& spec : job.sources) heads.push_back(intake::read_head(spec));
  check_columns(job, heads);
  note_rates(request, planned);
  planned.work = plan::workload_of(job, heads);
  look_back(job, request.night, planned.work);
  for (const std::string& note : planned.work.notes) planned.notes.push_back(note);
  planned.plan = plan::cheapest_plan(planned.work, planned.rates, request.node, request.given);
  planned.sbatch = plan::sbatch_line(planned.plan, plan::nightly_script(), request.job);
  return planned;
}

void print_sources(const Workload& work) {
  TextTable table({"Source", "files", "size", "rows", ""});
  table.keep_left(4);
  for (const plan::SourceWork& source : work.sources) {
    const bool sampled = source.sample.count == SourceSample::Count::kSampled;
    table.add({source.spec->name, fmt::to_string(source.files), memory_in_words(source.bytes), about(source.rows),
               sampled ? fmt::format("sampled, ± {}", words::share_in_words(source.sample.rows_error))
                       : word_of(source.sample.count)});
  }
  table.print(std::cout);
}

void print_stages(const Plan& plan) {
  TextTable table({"Stage", "time", "memory a rank by then"});
  for (std::size_t i = 0; i < plan.time.size(); ++i) {
    const auto memory = std::ranges::find(plan.memory, plan.time[i].stage, &plan::StageMemory::stage);
    table.add({plan.time[i].stage, seconds_in_words(plan.time[i].seconds),
               memory == plan.memory.end() ? "" : memory_in_words(memory->peak_bytes)});
  }
  table.add({"all", seconds_in_words(plan.seconds), memory_in_words(plan.peak_bytes)});
  table.print(std::cout);
}

void print_checkpoint(const Planned& planned) {
  const plan::CheckpointCost& checkpoint = planned.plan.checkpoint;
  if (planned.work.is_matrix) return;
  std::cout << fmt::format(
      "A checkpoint keeps {}, in {} the first time, and takes no time worth counting after that; {}.\n",
      memory_in_words(checkpoint.bytes), seconds_in_words(checkpoint.seconds),
      checkpoint.is_due ? "one falls due, and is counted in the time of all"
                        : "none falls due, so only a run that is stopped keeps one");
}

void print_plan(const Planned& planned) {
  const Workload& work = planned.work;
  print_sources(work);
  std::cout << fmt::format("\nAbout {} accounts of {} columns, {:.0f} bytes each.\n", about(work.accounts),
                           work.columns, work.column_bytes);
  for (const plan::SegmentationWork& one : work.segmentations)
    if (one.d > 0)
      std::cout << fmt::format("Segmentation \"{}\": {} features, {} encoded.\n", one.spec->name, one.features, one.d);
  std::cout << "\n";
  print_stages(planned.plan);
  const plan::Layout& layout = planned.plan.layout;
  std::cout << fmt::format("\nCheapest: {} node{} × {} task{} × {} CPU{}, {} a task to ask for\n{}\n", layout.nodes,
                           layout.nodes == 1 ? "" : "s", layout.tasks_per_node, layout.tasks_per_node == 1 ? "" : "s",
                           layout.cpus_per_task, layout.cpus_per_task == 1 ? "" : "s",
                           memory_in_words(plan::asked_bytes(planned.plan)), planned.sbatch);
  print_checkpoint(planned);
  for (const std::string& note : planned.notes) std::cout << "Note: " << note << ".\n";
}

ordered_json json_of(const Planned& planned) {
  ordered_json sources = ordered_json::array(), segmentations = ordered_json::array(), stages = ordered_json::array();
  for (const plan::SourceWork& source : planned.work.sources) {
    ordered_json columns = ordered_json::array();
    for (const plan::HeldColumn& column : source.of_accounts) columns.push_back(column.name);
    sources.push_back({{"source", source.spec->name},
                       {"files", source.files},
                       {"bytes", source.bytes},
                       {"rows", source.rows},
                       {"rows_known_by", word_of(source.sample.count)},
                       {"rows_standard_error", source.sample.rows_error * source.rows},
                       {"columns_kept", columns}});
  }
  for (const plan::SegmentationWork& one : planned.work.segmentations)
    segmentations.push_back({{"name", one.spec->name},
                             {"features", one.features},
                             {"encoded", one.d},
                             {"k", one.k},
                             {"start", one.is_warm ? "warm" : "fresh"}});
  for (const plan::StageTime& time : planned.plan.time) {
    const auto memory = std::ranges::find(planned.plan.memory, time.stage, &plan::StageMemory::stage);
    ordered_json& stage = stages.emplace_back(ordered_json{{"stage", time.stage}, {"seconds", time.seconds}});
    if (memory != planned.plan.memory.end()) stage["peak_memory_bytes"] = memory->peak_bytes;
  }
  const plan::Layout& layout = planned.plan.layout;
  return {{"accounts", planned.work.accounts},
          {"columns", planned.work.columns},
          {"bytes_an_account", planned.work.column_bytes},
          {"sources", sources},
          {"segmentations", segmentations},
          {"stages", stages},
          {"seconds", planned.plan.seconds},
          {"peak_memory_bytes", planned.plan.peak_bytes},
          {"accounts_last_night", planned.work.before.last_accounts},
          {"accounts_of_baseline", planned.work.before.baseline_accounts},
          {"checkpoint",
           {{"bytes", planned.plan.checkpoint.bytes},
            {"seconds", planned.plan.checkpoint.seconds},
            {"falls_due", planned.plan.checkpoint.is_due}}},
          {"layout",
           {{"nodes", layout.nodes},
            {"tasks_per_node", layout.tasks_per_node},
            {"cpus_per_task", layout.cpus_per_task},
            {"memory_bytes_a_task", plan::asked_bytes(planned.plan)}}},
          {"sbatch", planned.sbatch},
          {"rates_measured_on", planned.rates.host},
          {"notes", planned.notes}};
}

PlanRequest read_request(const po::variables_map& values) {
  PlanRequest request;
  if (values.count("job") == 0) throw po::error("plan needs a job file");
  request.job = values["job"].as<std::string>();
  if (values.count("set") != 0) request.sets = values["set"].as<std::vector<std::string>>();
  request.night = values["night"].as<std::string>();
  if (!parse_iso_date(request.night)) throw po::error("--night takes a date such as 2026-01-31");
  if (values.count("nodes") != 0) request.given.nodes = values["nodes"].as<int>();
  if (values.count("tasks") != 0) request.given.tasks_per_node = values["tasks"].as<int>();
  request.node = plan::this_machine();
  if (values.count("cores") != 0) request.node.cores = values["cores"].as<int>();
  if (values.count("cores") != 0 || values.count("numa") != 0)
    request.node.numa_domains = values.count("numa") != 0 ? values["numa"].as<int>() : 1;
  if (values.count("memory") != 0) request.node.memory_bytes = values["memory"].as<double>() * 1024.0 * 1024.0 * 1024.0;
  if (request.given.nodes.value_or(1) < 1 || request.given.nodes.value_or(1) > plan::kMostNodes)
    throw po::error(fmt::format("--nodes takes a number from 1 to {}", plan::kMostNodes));
  const int tasks = request.given.tasks_per_node.value_or(1);
  if (tasks < 1 || tasks > request.node.cores) throw po::error("--tasks takes a number from 1 to the cores of a node");
  if (request.node.cores < 1) throw po::error("--cores must be at least 1");
  if (request.node.numa_domains < 1 || request.node.numa_domains > request.node.cores)
    throw po::error("--numa takes a number from 1 to the cores of a node");
  if (!(request.node.memory_bytes > 0.0)) throw po::error("--memory takes GiB, more than 0");
  request.rates_path = values["rates"].as<std::string>();
  request.as_json = values.count("json") != 0;
  return request;
}

}  // namespace

int plan_command(const std::vector<std::string>& words) {
  po::options_description options("Options");
  options.add_options()("job", po::value<std::string>(), "the job file")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "key=value: overrides a key of the job file; may be repeated")(
      "night", po::value<std::string>()->default_value(utc_now().substr(0, 10)),
      "the night that is planned: what it goes on from is counted (default: today's, UTC)")(
      "nodes", po::value<int>(), "on so many nodes (default: as few as will do)")(
      "tasks", po::value<int>(),
      "tasks on a node (default: one a NUMA domain or a node; more where that saves more than a minute)")(
      "cores", po::value<int>(), "cores of a node (default: this machine's)")(
      "numa", po::value<int>(), "NUMA domains of a node (default: this machine's; 1 with --cores)")(
      "memory", po::value<double>(), "memory of a node, GiB (default: this machine's)")(
      "rates", po::value<std::string>()->default_value(plan::rates_path()), "what tessera doctor --measure kept")(
      "json", "the same as JSON");
  po::positional_options_description positional;
  positional.add("job", 1);
  const Parsed parsed = parse(words, options, positional, "tessera plan JOB [options]",
                              "tessera plan jobs/company.toml --nodes 2 --cores 32 --memory 128");
  if (parsed.help) return 0;
  const PlanRequest request = read_request(parsed.values);
  const Planned planned = make_plan(request);
  if (request.as_json)
    std::cout << json_of(planned).dump(2) << "\n";
  else
    print_plan(planned);
  return 0;
}

}  // namespace tessera::cli
