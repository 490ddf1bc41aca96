#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "nights/run_record.hpp"

namespace tessera::nights {
namespace {

using Json = nlohmann::ordered_json;

Json stages_of(const RunRecord& record) {
  Json stages = Json::array();
  for (const StageTime& one : record.stages)
    stages.push_back({{"stage", one.stage},
                      {"seconds_min", one.seconds_min},
                      {"seconds_mean", one.seconds_mean},
                      {"seconds_max", one.seconds_max},
                      {"imbalance", imbalance_of(one).value_or(1.0)},
                      {"peak_memory_bytes", one.peak_memory_bytes}});
  return stages;
}

void add_results(Json& json, const RunFigures& results) {
  json["results"] = results.path;
  json["digest"] = results.digest;
  json["accounts"] = results.accounts;
  json["read_bytes"] = results.read_bytes;
  json["written_bytes"] = results.written_bytes;
  json["warnings"] = results.warnings;
  json["sources"] = Json::array();
  for (const SourceReport& one : results.sources)
    json["sources"].push_back({{"source", one.name},
                               {"rows_read", one.rows_read},
                               {"used", one.used},
                               {"duplicates", one.duplicates},
                               {"unmatched", one.unmatched},
                               {"forgotten", one.forgotten},
                               {"quarantined", one.quarantined}});
  json["segmentations"] = Json::array();
  for (const RunFigures::Segmentation& one : results.segmentations) {
    Json segmentation = {{"name", one.name},
                         {"k", one.k},
                         {"core_segments", one.core},
                         {"micro_segments", one.micro},
                         {"iterations", one.iterations},
                         {"inertia", one.inertia}};
    if (one.moved) segmentation["moved"] = *one.moved;
    json["segmentations"].push_back(segmentation);
  }
}

}  // namespace

std::optional<double> imbalance_of(const StageTime& stage) {
  if (stage.seconds_mean <= 0.0) return std::nullopt;
  return std::max(1.0, stage.seconds_max / stage.seconds_mean);
}

std::string json_line(const RunRecord& record) {
  Json json = {{"job", record.job},
               {"night", record.night},
               {"outcome", record.outcome},
               {"exit_code", static_cast<int>(record.exit_code)}};
  if (!record.message.empty()) json["message"] = record.message;
  json["run_id"] = record.owner.run_id;
  json["attempt"] = record.owner.attempt;
  if (!record.took_over_from.empty()) json["took_over_from"] = record.took_over_from;
  json["host"] = record.owner.host;
  if (!record.owner.slurm_job.empty()) json["slurm_job"] = record.owner.slurm_job;
  if (!record.owner.slurm_job.empty()) json["slurm_restart"] = record.owner.slurm_restart;
  json["started"] = record.started;
  json["finished"] = record.finished;
  for (const auto& [name, value] :
       {std::pair("released", &record.released), std::pair("released_by", &record.released_by),
        std::pair("released_because", &record.released_because)})
    if (!value->empty()) json[name] = *value;
  if (record.seconds) json["seconds"] = *record.seconds;
  json["ranks"] = record.ranks;
  json["threads_per_rank"] = record.threads_per_rank;
  json["peak_memory_bytes"] = record.peak_memory_bytes;
  json["stages"] = stages_of(record);
  if (record.results) add_results(json, *record.results);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::nights
