#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "job/section.hpp"

namespace tessera::job {

/// The most core or micro segments that a job may ask for: more than people could look at.
inline constexpr std::int64_t kMostSegments = 1'000'000;

// Each reads one part of the job file from the top-level section into the job, and adds what is wrong to its mistakes.

/// [[source]]
void read_sources(Section& top, const std::filesystem::path& folder, Job& job);
/// `delimiter`, `header` and `widths` of a source of text files
void read_layout(Section& section, SourceSpec& source);
/// A span of time, such as "2 days": minutes, hours, days, weeks, months of 30 days, years of 365
[[nodiscard]] std::optional<TimeSpan> read_time_span(Section& section, std::string_view key,
                                                     Need need = Need::kOptional);
/// The keys of one [[source]] of kind = "history", but its key, key_format and delimiter
void read_history(Section& section, HistorySpec& history);
/// `as_of` of a source that has `time`
[[nodiscard]] std::optional<std::int32_t> read_as_of(Section& section);
/// The keys of further kinds of [[source]], and how they are matched with accounts
void read_match(Section& section, SourceSpec& source);
[[nodiscard]] std::vector<std::string> read_public_domains(Section& ingest);
void read_enrichment(Section& section, EnrichmentSpec& enrichment);
void read_contacts(Section& section, ContactsSpec& contacts);
void read_feedback(Section& section, FeedbackSpec& feedback);
void read_market(Section& section, MarketSpec& market);
/// Where parents, matching and markets have no meaning; after read_sources and read_macros
void check_kinds(Section& top, const Job& job);
/// What histories, lookups and the population are to each other; after all sources are read
void check_histories(Section& top, const Job& job);
/// [columns.X]; after read_sources, so that it can tell a source's name from a column's
void read_columns(Section& top, Job& job);
/// [[macro]]
void read_macros(Section& top, Job& job);
/// [value] and [kpi]
void read_value(Section& top, Job& job);
void read_kpis(Section& top, Job& job);
/// [affinity]
void read_affinities(Section& top, Job& job);
/// [privacy]; after read_sources
void read_privacy(Section& top, const std::filesystem::path& folder, Job& job);
/// [output]
void read_output(Section& top, const std::filesystem::path& folder, Job& job);
/// [duplicates]
void read_duplicates(Section& top, Job& job);
/// [trial]; after read_sources
void read_trial(Section& top, Job& job);
/// [previous]
void read_previous(Section& top, const std::filesystem::path& folder, Job& job);
/// [gate] and [review]
void read_gate(Section& top, Job& job);
void read_review(Section& top, const std::filesystem::path& folder, Job& job);
/// [[segmentation]]; after read_sources, read_value and read_kpis
void read_segmentations(Section& top, const std::filesystem::path& folder, Job& job);
/// `k`, `k_min`, `k_max` and `scope` of one segmentation; after read_macros. False: it has neither features nor k, and
/// stops at the macro segments.
[[nodiscard]] bool read_k(Section& section, const Job& job, SegmentationSpec& spec);
/// `refine` of one segmentation
void read_refine(Section& section, const Job& job, SegmentationSpec& spec);
/// `objective` of one segmentation; after read_kpis
void read_objective(Section& section, const Job& job, SegmentationSpec& spec);
/// `names` of one segmentation
void read_names(Section& section, SegmentationSpec& spec);
/// `features` of one segmentation
void read_features(Section& section, const Job& job, SegmentationSpec& spec);
/// A list of features, of a segmentation or of its micro level
[[nodiscard]] std::vector<FeatureSpec> read_feature_list(Section& section, const Array& list);

/// The tables of [[key]], and whether the file has any. What is no table is reported.
[[nodiscard]] const Array* tables_of(Section& top, std::string_view key, Need need);
/// `[[source]] "crm"`, or `[[source]] number 2` where it has no name.
[[nodiscard]] std::string title_of(std::string_view key, const Table& table, std::size_t index);
/// The name of a [[key]], claimed among `names`; empty and a mistake if it lacks one.
[[nodiscard]] std::string read_name(Section& section, Names& names);

}  // namespace tessera::job
