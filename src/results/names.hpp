#pragma once

#include <optional>
#include <string_view>

#include "tessera/drift.hpp"
#include "tessera/gate.hpp"
#include "tessera/ingest.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"
#include "tessera/model_start.hpp"

namespace tessera::results {

/// How the file calls the values of our enumerations.
[[nodiscard]] std::string_view name_of(Level level);
[[nodiscard]] std::string_view name_of(ColumnType type);
[[nodiscard]] std::string_view name_of(Transform transform);
[[nodiscard]] std::string_view name_of(DistributionBin::Kind kind);
[[nodiscard]] std::string_view name_of(Drift::Since since);
[[nodiscard]] std::string_view name_of(CheckResult result);
[[nodiscard]] std::string_view name_of(SpellingSuggestion::Kind kind);
[[nodiscard]] std::string_view name_of(StartKind kind);
[[nodiscard]] std::optional<StartKind> start_kind_of(std::string_view name);
[[nodiscard]] std::optional<SpellingSuggestion::Kind> suggestion_kind_of(std::string_view name);
[[nodiscard]] std::optional<Level> level_of(std::string_view name);
[[nodiscard]] std::optional<ColumnType> column_type_of(std::string_view name);

}  // namespace tessera::results
