#include "nights/manifest.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "nights/small_file.hpp"
#include "storage/durable_file.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"

namespace tessera::nights {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kManifestFormat = "tessera-manifest";
constexpr int kVersion = 1;

const char* word_of(GateDecision decision) {
  switch (decision) {
    case GateDecision::kPublish:
      return "publish";
    case GateDecision::kPublishWithWarnings:
      return "publish with warnings";
    case GateDecision::kHold:
      break;
  }
  return "hold";
}

GateDecision decision_of(const std::string& word) {
  if (word == word_of(GateDecision::kPublish)) return GateDecision::kPublish;
  return word == word_of(GateDecision::kHold) ? GateDecision::kHold : GateDecision::kPublishWithWarnings;
}

/// JSON has no NaN: a limit that there is none of is null.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json written(const std::vector<GateFinding>& findings) {
  Json all = Json::array();
  for (const GateFinding& one : findings)
    all.push_back({{"check", one.check},
                   {"subject", one.subject},
                   {"since", one.since},
                   {"value", number(one.value)},
                   {"limit", number(one.limit)},
                   {"message", one.message}});
  return all;
}

/// Manifests of earlier versions have none.
std::vector<GateFinding> findings_of(const nlohmann::json& json, const char* name) {
  std::vector<GateFinding> findings;
  if (!json.contains(name)) return findings;
  const auto number_of = [](const nlohmann::json& value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
  };
  for (const auto& one : json.at(name))
    findings.push_back({one.at("check").get<std::string>(), one.at("subject").get<std::string>(),
                        one.at("since").get<std::string>(), number_of(one.at("value")), number_of(one.at("limit")),
                        one.at("message").get<std::string>()});
  return findings;
}

bool is_bare_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

Manifest from(const nlohmann::json& json) {
  Manifest manifest;
  json.at("job").get_to(manifest.job);
  json.at("night").get_to(manifest.night);
  manifest.is_held = json.at("state") == "held";
  manifest.verdict.decision = decision_of(json.at("verdict").get<std::string>());
  json.at("reasons").get_to(manifest.verdict.reasons);
  manifest.verdict.holds = findings_of(json, "holds");
  manifest.verdict.warnings = findings_of(json, "warnings");
  const auto& results = json.at("results");
  results.at("file").get_to(manifest.results_file);
  results.at("bytes").get_to(manifest.bytes);
  results.at("digest").get_to(manifest.digest);
  json.at("job_hash").get_to(manifest.job_hash);
  for (const auto& one : json.at("inputs"))
    manifest.inputs.push_back({one.at("name").get<std::string>(), one.at("bytes").get<std::uint64_t>(),
                               one.at("content_hash").get<std::string>()});
  json.at("accounts").get_to(manifest.accounts);
  for (const auto& one : json.at("segmentations"))
    manifest.segmentations.push_back({one.at("name").get<std::string>(), one.at("core_segments").get<std::uint64_t>(),
                                      one.at("micro_segments").get<std::uint64_t>()});
  json.at("run_id").get_to(manifest.owner.run_id);
  json.at("attempt").get_to(manifest.owner.attempt);
  json.at("host").get_to(manifest.owner.host);
  json.at("slurm_job").get_to(manifest.owner.slurm_job);
  json.at("slurm_restart").get_to(manifest.owner.slurm_restart);
  json.at("engine_version").get_to(manifest.engine_version);
  json.at("ranks").get_to(manifest.ranks);
  json.at("threads_per_rank").get_to(manifest.threads_per_rank);
  json.at("started").get_to(manifest.started);
  json.at("finished").get_to(manifest.finished);
  for (const auto& [name, member] :
       {std::pair("metrics", &manifest.metrics), std::pair("released", &manifest.released),
        std::pair("released_by", &manifest.released_by), std::pair("released_because", &manifest.released_because)})
    if (json.contains(name)) json.at(name).get_to(*member);
  return manifest;
}

}  // namespace

std::string hash_of_job(const std::string& resolved_toml) {
  const XXH128_hash_t hash = XXH3_128bits(resolved_toml.data(), resolved_toml.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string written(const Manifest& manifest) {
  Json inputs = Json::array(), segmentations = Json::array();
  for (const InputBytes& one : manifest.inputs)
    inputs.push_back({{"name", one.name}, {"bytes", one.bytes}, {"content_hash", one.content_hash}});
  for (const Manifest::Segmentation& one : manifest.segmentations)
    segmentations.push_back({{"name", one.name}, {"core_segments", one.core}, {"micro_segments", one.micro}});
  Json json = {{"format", kManifestFormat},
               {"format_version", kVersion},
               {"job", manifest.job},
               {"night", manifest.night},
               {"state", manifest.is_held ? "held" : "published"},
               {"verdict", word_of(manifest.verdict.decision)},
               {"reasons", manifest.verdict.reasons},
               {"holds", written(manifest.verdict.holds)},
               {"warnings", written(manifest.verdict.warnings)},
               {"results", {{"file", manifest.results_file}, {"bytes", manifest.bytes}, {"digest", manifest.digest}}},
               {"accounts", manifest.accounts},
               {"segmentations", segmentations},
               {"job_hash", manifest.job_hash},
               {"inputs", inputs},
               {"run_id", manifest.owner.run_id},
               {"attempt", manifest.owner.attempt},
               {"host", manifest.owner.host},
               {"slurm_job", manifest.owner.slurm_job},
               {"slurm_restart", manifest.owner.slurm_restart},
               {"engine_version", manifest.engine_version},
               {"ranks", manifest.ranks},
               {"threads_per_rank", manifest.threads_per_rank},
               {"started", manifest.started},
               {"finished", manifest.finished}};
  for (const auto& [name, value] :
       {std::pair("metrics", &manifest.metrics), std::pair("released", &manifest.released),
        std::pair("released_by", &manifest.released_by), std::pair("released_because", &manifest.released_because)})
    if (!value->empty()) json[name] = *value;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Manifest> read_manifest(const std::string& path) {
  const std::optional<std::string> text = read_small_file(path);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    if (json.at("format") != kManifestFormat || json.at("format_version") != kVersion) return std::nullopt;
    Manifest manifest = from(json);
    if (!is_bare_name(manifest.results_file)) return std::nullopt;
    return manifest;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

bool has_its_results(const Manifest& manifest, const std::string& manifest_path) {
  namespace schema = storage::schema;
  const std::string path = fs::path(storage::folder_of(manifest_path)) / manifest.results_file;
  std::error_code reason;
  if (fs::file_size(path, reason) != manifest.bytes || reason) return false;
  try {
    const storage::FileReader reader(path, ExitCode::kBadData, "");
    return reader.text(std::string(schema::root::kPath), std::string(schema::root::kDigest)) == manifest.digest &&
           reader.text(std::string(schema::run::kPath), std::string(schema::run::kRunId)) == manifest.owner.run_id;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace tessera::nights
