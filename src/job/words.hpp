#pragma once

#include <cstddef>
#include <string_view>

#include "tessera/job.hpp"

namespace tessera::job {

/// One word of the job file and what it means.
template <class E>
struct Choice {
  std::string_view word;
  E value;
};

inline constexpr Choice<SourceKind> kSourceKinds[] = {
    {"accounts", SourceKind::kAccounts}, {"matrix", SourceKind::kMatrix},         {"history", SourceKind::kHistory},
    {"lookup", SourceKind::kLookup},     {"enrichment", SourceKind::kEnrichment}, {"contacts", SourceKind::kContacts},
    {"feedback", SourceKind::kFeedback}, {"market", SourceKind::kMarket}};
inline constexpr Choice<Match> kMatches[] = {{"key", Match::kKey}, {"domain", Match::kDomain}};
inline constexpr Choice<Seniority> kSeniorityWords[] = {
    {"c_level", Seniority::kCLevel},  {"vp", Seniority::kVp},         {"director", Seniority::kDirector},
    {"manager", Seniority::kManager}, {"senior", Seniority::kSenior}, {"staff", Seniority::kStaff},
    {"junior", Seniority::kJunior}};
inline constexpr Choice<KeyFormat> kKeyFormats[] = {{"text", KeyFormat::kText},
                                                    {"integer", KeyFormat::kInteger},
                                                    {"trimmed", KeyFormat::kTrimmed},
                                                    {"upper", KeyFormat::kUpper}};
inline constexpr Choice<ColumnType> kColumnTypes[] = {{"number", ColumnType::kNumber},
                                                      {"category", ColumnType::kCategory},
                                                      {"flag", ColumnType::kFlag},
                                                      {"date", ColumnType::kDate},
                                                      {"text", ColumnType::kText}};
inline constexpr Choice<DecimalMark> kDecimalMarks[] = {{".", DecimalMark::kPoint}, {",", DecimalMark::kComma}};
inline constexpr Choice<DateOrder> kDateOrders[] = {{"dmy", DateOrder::kDayFirst}, {"mdy", DateOrder::kMonthFirst}};
/// Whether a bad cell becomes missing.
inline constexpr Choice<bool> kOnError[] = {{"quarantine", false}, {"missing", true}};
inline constexpr Choice<MissingPolicy> kMissingPolicies[] = {{"median", MissingPolicy::kMedian},
                                                             {"mean", MissingPolicy::kMean},
                                                             {"constant", MissingPolicy::kConstant},
                                                             {"unknown", MissingPolicy::kUnknown},
                                                             {"quarantine", MissingPolicy::kQuarantine}};
inline constexpr Choice<KpiKind> kKpiKinds[] = {
    {"ratio", KpiKind::kRatio}, {"rate", KpiKind::kRate}, {"mean", KpiKind::kMean}, {"nps", KpiKind::kNps}};
inline constexpr Choice<Transform> kTransforms[] = {{"none", Transform::kNone}, {"log1p", Transform::kLog1p}};
inline constexpr Choice<Population> kPopulations[] = {
    {"all", Population::kAll}, {"customers", Population::kCustomers}, {"prospects", Population::kProspects}};
inline constexpr Choice<Scale> kScales[] = {
    {"standard", Scale::kStandard}, {"robust", Scale::kRobust}, {"minmax", Scale::kMinMax}, {"none", Scale::kNone}};

inline constexpr Choice<Scope> kScopes[] = {{"all", Scope::kAll}, {"macro", Scope::kMacro}};
inline constexpr Choice<Quality> kQualities[] = {{"plain", Quality::kPlain}, {"best", Quality::kBest}};
inline constexpr Choice<SplitCriterion> kSplitCriteria[] = {{"bic", SplitCriterion::kBic},
                                                            {"variance", SplitCriterion::kVariance},
                                                            {"anderson_darling", SplitCriterion::kAndersonDarling}};

/// Whether the group may read results.
inline constexpr Choice<bool> kReaders[] = {{"owner", false}, {"group", true}};

/// The word of a value; every value has one.
template <class E, std::size_t N>
[[nodiscard]] constexpr std::string_view word_of(const Choice<E> (&choices)[N], E value) noexcept {
  for (const Choice<E>& choice : choices) {
    if (choice.value == value) return choice.word;
  }
  return {};
}

}  // namespace tessera::job
