#include "results/names.hpp"

#include "storage/schema_drift.hpp"

namespace tessera::results {

namespace segments = storage::schema::segments;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kMacro:
      return segments::kMacroLevel;
    case Level::kCore:
      return segments::kCoreLevel;
    case Level::kMicro:
      return segments::kMicroLevel;
  }
  return "";
}

std::string_view name_of(ColumnType type) {
  switch (type) {
    case ColumnType::kNumber:
      return "number";
    case ColumnType::kCategory:
      return "category";
    case ColumnType::kFlag:
      return "flag";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kText:
      return "text";
  }
  return "";
}

std::string_view name_of(Transform transform) {
  switch (transform) {
    case Transform::kNone:
      return "none";
    case Transform::kLog1p:
      return "log1p";
  }
  return "";
}

std::string_view name_of(DistributionBin::Kind kind) {
  namespace names = storage::schema::distribution;
  switch (kind) {
    case DistributionBin::Kind::kRange:
      return names::kRange;
    case DistributionBin::Kind::kCategory:
      return names::kOfCategory;
    case DistributionBin::Kind::kOther:
      return names::kOther;
    case DistributionBin::Kind::kMissing:
      return names::kMissing;
  }
  return "";
}

std::string_view name_of(Drift::Since since) {
  namespace names = storage::schema::drift;
  return since == Drift::Since::kLastNight ? names::kLastNight : names::kBaseline;
}

std::string_view name_of(CheckResult result) {
  return result == CheckResult::kPass ? "pass" : result == CheckResult::kWarning ? "warning" : "hold";
}

std::string_view name_of(SpellingSuggestion::Kind kind) {
  return kind == SpellingSuggestion::Kind::kGroup ? "group" : "category";
}

std::optional<SpellingSuggestion::Kind> suggestion_kind_of(std::string_view name) {
  for (const auto kind : {SpellingSuggestion::Kind::kCategory, SpellingSuggestion::Kind::kGroup})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

std::optional<Level> level_of(std::string_view name) {
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro})
    if (name_of(level) == name) return level;
  return std::nullopt;
}

std::optional<ColumnType> column_type_of(std::string_view name) {
  for (const ColumnType type :
       {ColumnType::kNumber, ColumnType::kCategory, ColumnType::kFlag, ColumnType::kDate, ColumnType::kText})
    if (name_of(type) == name) return type;
  return std::nullopt;
}

std::string_view name_of(StartKind kind) {
  switch (kind) {
    case StartKind::kFresh:
      return "fresh";
    case StartKind::kWarm:
      return "warm";
    case StartKind::kKept:
      return "kept";
  }
  return "";
}

std::optional<StartKind> start_kind_of(std::string_view name) {
  for (const StartKind kind : {StartKind::kFresh, StartKind::kWarm, StartKind::kKept})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

}  // namespace tessera::results
