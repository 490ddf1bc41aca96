#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "tessera/results.hpp"

namespace tessera::cli {

/// What the gate said: one line on the night, and every check that is no pass; nothing where the job has no gate.
void print_gate(std::ostream& out, const GateReport& report);
/// Features and KPIs that changed since other nights, the most first; nothing where there was no other night.
void print_drift(std::ostream& out, const std::vector<Drift>& drifts);
/// The same of one, which `title` introduces.
void print_drift(std::ostream& out, const std::string& title, const Drift& drift);

/// null: the job has no gate.
[[nodiscard]] nlohmann::ordered_json gate_json(const GateReport& report);
[[nodiscard]] nlohmann::ordered_json drift_json(const std::vector<Drift>& drifts);

}  // namespace tessera::cli
