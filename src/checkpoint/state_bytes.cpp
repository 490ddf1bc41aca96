#include "checkpoint/state_bytes.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tessera::checkpoint {
namespace {

using nlohmann::json;

json of_start(const KmeansState::Start& start) {
  return {{"number", start.number},
          {"k", start.k},
          {"iterations", start.iterations},
          {"centroids", start.centroids},
          {"inertia_high", static_cast<std::int64_t>(start.inertia >> 64U)},
          {"inertia_low", static_cast<std::uint64_t>(start.inertia)},
          {"inertia_by_iteration", start.inertia_by_iteration}};
}

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

KmeansState::Start start_of(const json& from) {
  KmeansState::Start start;
  from.at("number").get_to(start.number);
  from.at("k").get_to(start.k);
  from.at("iterations").get_to(start.iterations);
  from.at("centroids").get_to(start.centroids);
  from.at("inertia_by_iteration").get_to(start.inertia_by_iteration);
  const auto high = static_cast<__int128>(from.at("inertia_high").get<std::int64_t>());
  start.inertia = high * (static_cast<__int128>(1) << 64U) + from.at("inertia_low").get<std::uint64_t>();
  require(start.k > 0 && start.centroids.size() % static_cast<std::size_t>(start.k) == 0 && start.inertia >= 0,
          "centroids that fit no k");
  require(start.iterations >= 0 && start.inertia_by_iteration.size() == static_cast<std::size_t>(start.iterations),
          "iterations without their inertia");
  return start;
}

json of_kmeans(const KmeansState& state) {
  json best = json::array();
  for (const KmeansState::Start& start : state.best) best.push_back(of_start(start));
  json all{{"best", std::move(best)}, {"starts_ended", state.starts_ended}, {"has_ended", state.has_ended}};
  if (state.running) all["running"] = of_start(*state.running);
  if (state.swaps) {
    all["swaps"] = {{"start", state.swaps->start},
                    {"tries_left", state.swaps->tries_left},
                    {"survey", state.swaps->survey},
                    {"pair", state.swaps->pair},
                    {"in_vain", state.swaps->in_vain}};
    if (state.swaps->trial) all["swaps"]["trial"] = of_start(*state.swaps->trial);
  }
  return all;
}

KmeansState kmeans_of(const json& from) {
  KmeansState state;
  for (const json& start : from.at("best")) state.best.push_back(start_of(start));
  from.at("starts_ended").get_to(state.starts_ended);
  from.at("has_ended").get_to(state.has_ended);
  if (from.contains("running")) state.running = start_of(from.at("running"));
  if (from.contains("swaps")) {
    const json& kept = from.at("swaps");
    KmeansState::Swaps swaps;
    kept.at("start").get_to(swaps.start);
    kept.at("tries_left").get_to(swaps.tries_left);
    kept.at("survey").get_to(swaps.survey);
    kept.at("pair").get_to(swaps.pair);
    kept.at("in_vain").get_to(swaps.in_vain);
    if (kept.contains("trial")) swaps.trial = start_of(kept.at("trial"));
    state.swaps = std::move(swaps);
  }
  require(state.starts_ended >= 0 && (!state.has_ended || state.best.size() == 1), "no answer");
  require(!state.swaps || (state.swaps->tries_left >= 0 && state.swaps->in_vain >= 0), "swaps that cannot be");
  return state;
}

json of_choice(const ChoiceOfK& choice) {
  json curve = json::array();
  for (const KCriteria& c : choice.curve)
    curve.push_back({c.macro, c.k, c.inertia, c.calinski_harabasz, c.davies_bouldin, c.silhouette_simplified, c.gap,
                     c.gap_error, c.bic, c.stability, c.place});
  return {{"k", choice.k}, {"curve", std::move(curve)}, {"accounts_seen", choice.accounts_seen}, {"why", choice.why}};
}

ChoiceOfK choice_of(const json& from) {
  ChoiceOfK choice;
  from.at("k").get_to(choice.k);
  from.at("accounts_seen").get_to(choice.accounts_seen);
  from.at("why").get_to(choice.why);
  require(choice.k > 0, "a choice of no segments");
  for (const json& one : from.at("curve"))
    choice.curve.push_back({one.at(0), one.at(1), one.at(2), one.at(3), one.at(4), one.at(5), one.at(6), one.at(7),
                            one.at(8), one.at(9), one.at(10)});
  return choice;
}

json of_search(const SearchState& search) {
  json all = json::array();
  for (const GroupState& group : search) {
    json one{{"kmeans", of_kmeans(group.kmeans)}};
    if (group.choice) one["choice"] = of_choice(*group.choice);
    all.push_back(std::move(one));
  }
  return all;
}

SearchState search_of(const json& from) {
  SearchState search;
  for (const json& one : from) {
    GroupState& group = search.emplace_back();
    group.kmeans = kmeans_of(one.at("kmeans"));
    if (one.contains("choice")) group.choice = choice_of(one.at("choice"));
  }
  return search;
}

json of_segmentations(const std::vector<SegmentationState>& segmentations) {
  json all = json::array();
  for (const SegmentationState& searches : segmentations) {
    json of_searches = json::array();
    for (const SearchState& search : searches) of_searches.push_back(of_search(search));
    all.push_back(std::move(of_searches));
  }
  return all;
}

std::vector<SegmentationState> segmentations_of(const json& from) {
  std::vector<SegmentationState> all;
  for (const json& searches : from) {
    SegmentationState& state = all.emplace_back();
    for (const json& search : searches) state.push_back(search_of(search));
  }
  return all;
}

}  // namespace

std::string bytes_of(const State& state) {
  json inputs = json::array(), stages = json::array();
  for (const InputState& input : state.inputs)
    inputs.push_back({input.what, input.path, input.bytes, input.modified_ns, input.content_hash});
  for (const StageTime& stage : state.stages)
    stages.push_back({stage.stage, stage.seconds_min, stage.seconds_max, stage.peak_memory_bytes, stage.seconds_mean});
  json all{{"generation", state.generation},
           {"night", state.night},
           {"started", state.started},
           {"attempt", state.attempt},
           {"job", state.job},
           {"inputs", std::move(inputs)},
           {"ingest_warnings", state.ingest_warnings},
           {"stages", std::move(stages)},
           {"segmentations", of_segmentations(state.segmentations)}};
  if (state.accounts) all["accounts"] = {{"n", state.accounts->n_global}, {"checksum", state.accounts->checksum}};
  std::string bytes;
  json::to_cbor(all, bytes);
  return bytes;
}

State state_of(std::string_view bytes) {
  const json from = json::from_cbor(bytes.begin(), bytes.end());
  State state;
  from.at("generation").get_to(state.generation);
  from.at("night").get_to(state.night);
  from.at("started").get_to(state.started);
  from.at("attempt").get_to(state.attempt);
  from.at("job").get_to(state.job);
  from.at("ingest_warnings").get_to(state.ingest_warnings);
  for (const json& one : from.at("inputs"))
    state.inputs.push_back({one.at(0), one.at(1), one.at(2), one.at(3), one.at(4)});
  for (const json& one : from.at("stages"))
    state.stages.push_back({one.at(0), one.at(1), one.at(2), one.at(3), one.at(4)});
  if (from.contains("accounts"))
    state.accounts = StoredAccounts{from.at("accounts").at("n"), from.at("accounts").at("checksum")};
  state.segmentations = segmentations_of(from.at("segmentations"));
  return state;
}

}  // namespace tessera::checkpoint
