#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "job/parquet_support.hpp"
#include "job/paths.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// What a source of this kind has no use for, and is therefore a mistake rather than ignored.
void refuse(Section& section, std::string_view key, std::string_view why) {
  if (section.has(key)) section.wrong(key, fmt::format("has no meaning here; {}; remove it", why));
}

/// A key of some kinds only.
struct OwnKey {
  std::string_view key;
  std::array<SourceKind, 2> kinds;  ///< whose it is; one of them twice where there is no other
};
constexpr OwnKey of(std::string_view key, SourceKind kind) {
  return {key, {kind, kind}};
}
constexpr std::array kOwnKeys = {
    of("dataset", SourceKind::kMatrix),
    of("via", SourceKind::kHistory),
    OwnKey{"time", {SourceKind::kHistory, SourceKind::kFeedback}},
    of("amount", SourceKind::kHistory),
    of("category", SourceKind::kHistory),
    OwnKey{"as_of", {SourceKind::kHistory, SourceKind::kFeedback}},
    of("returns", SourceKind::kHistory),
    of("population", SourceKind::kHistory),
    of("parent", SourceKind::kAccounts),
    OwnKey{"match", {SourceKind::kAccounts, SourceKind::kEnrichment}},
    OwnKey{"match_column", {SourceKind::kAccounts, SourceKind::kEnrichment}},
    of("fills", SourceKind::kEnrichment),
    of("title", SourceKind::kContacts),
    of("email", SourceKind::kContacts),
    of("opt_out", SourceKind::kContacts),
    of("titles", SourceKind::kContacts),
    of("decision_makers", SourceKind::kContacts),
    of("score", SourceKind::kFeedback),
    of("theme", SourceKind::kFeedback),
    of("companies", SourceKind::kMarket),
    of("spend", SourceKind::kMarket),
};

void refuse_keys_of_other_kinds(Section& section, SourceKind kind) {
  for (const OwnKey& own : kOwnKeys) {
    const auto [one, other] = own.kinds;
    if (kind == one || kind == other) continue;
    section.value(own.key, "", Need::kOptional);
    const std::string second = other == one ? "" : fmt::format(" or \"{}\"", word_of(kSourceKinds, other));
    refuse(section, own.key, fmt::format("only kind = \"{}\"{} has one", word_of(kSourceKinds, one), second));
  }
}

/// Whether this build reads the format, and what keys the format has no use for.
void check_format(Section& section, const SourceSpec& source) {
  const std::string& path = source.path_as_written;
  const bool is_parquet = path.ends_with(".parquet");
  if (is_parquet && parquet_library().empty())
    section.wrong("path", fmt::format("cannot be read, as this build of Tessera reads no Parquet; got {}; {}",
                                      shown(path), kHowToReadParquet));
  if (!has_columns_of_its_own(path)) return;
  for (const std::string_view key : {"delimiter", "header", "widths"})
    refuse(section, key, "the file names and parts its columns itself");
}

void read_keys_of_kind(Section& section, SourceSpec& source) {
  switch (source.kind) {
    case SourceKind::kAccounts:
      source.parent = section.column("parent");
      return read_match(section, source);
    case SourceKind::kHistory:
      return read_history(section, source.history);
    case SourceKind::kEnrichment:
      read_match(section, source);
      return read_enrichment(section, source.enrichment);
    case SourceKind::kContacts:
      return read_contacts(section, source.contacts);
    case SourceKind::kFeedback:
      return read_feedback(section, source.feedback);
    case SourceKind::kMarket:
      return read_market(section, source.market);
    case SourceKind::kMatrix:
    case SourceKind::kLookup:
      return;
  }
}

/// What all kinds but matrices have in common: rows with a key.
void read_rows(Section& section, SourceSpec& source) {
  source.key = section.column("key", Need::kRequired).text;
  source.key_format = section.choice("key_format", kKeyFormats).value_or(KeyFormat::kText);
  read_layout(section, source);
  check_format(section, source);
}

void read_matrix(Section& section, SourceSpec& source) {
  source.dataset =
      section.text("dataset", "the data set's path in the HDF5 file, such as \"X\"", Need::kRequired).value_or("");
  for (const std::string_view key : {"key", "key_format", "delimiter", "header", "widths"}) {
    section.value(key, "", Need::kOptional);
    refuse(section, key, "the row number is the key of a matrix");
  }
}

void read_source(Section& section, const std::filesystem::path& folder, Names& names, Job& job) {
  SourceSpec source;
  source.line = section.place().line;
  source.name = read_name(section, names);
  check_safe_in_path(section.mistakes(), source.name, section.place("name"), "name of " + section.title());
  if (source.name.find('.') != std::string::npos) {
    section.wrong("name", fmt::format("has a dot in it; got {}; expected a name without, as columns are source.column",
                                      shown(source.name)));
  }
  const auto kind = section.choice("kind", kSourceKinds);
  // Of a kind that this version does not know, nothing else can be judged.
  if (section.has("kind") && !kind) return job.sources.push_back(std::move(source));
  source.kind = kind.value_or(SourceKind::kAccounts);
  if (const auto path = section.text("path", "the path of a file, or a pattern with *", Need::kRequired)) {
    const auto resolved =
        resolve_path(section.mistakes(), *path, section.place("path"), "path of " + section.title(), folder);
    source.path_as_written = *path;
    source.path = resolved ? resolved->absolute : "";
  }
  source.max_age = read_time_span(section, "max_age");
  if (source.kind == SourceKind::kMatrix) {
    read_matrix(section, source);
  } else {
    read_rows(section, source);
  }
  read_keys_of_kind(section, source);
  refuse_keys_of_other_kinds(section, source.kind);
  section.finish();
  job.sources.push_back(std::move(source));
}

void check_matrices(Section& top, const Array& sources, const Job& job) {
  const bool has_matrix = std::any_of(job.sources.begin(), job.sources.end(),
                                      [](const auto& one) { return one.kind == SourceKind::kMatrix; });
  if (!has_matrix) return;
  const bool matrix_is_first = job.sources.front().kind == SourceKind::kMatrix;
  for (std::size_t i = 1; i < job.sources.size(); ++i) {
    const std::string title = title_of("source", *sources[i].table(), i);
    if (job.sources[i].kind == SourceKind::kMatrix) {
      top.mistakes().add(sources[i].place,
                         title +
                             " is a matrix after the first source; a matrix may only be the population in "
                             "this version; make it the only [[source]] or remove it");
    } else if (matrix_is_first) {
      top.mistakes().add(sources[i].place,
                         title +
                             " joins a matrix; a matrix may only be the population, alone, in this version; "
                             "remove this [[source]]");
    }
  }
}

}  // namespace

void read_sources(Section& top, const std::filesystem::path& folder, Job& job) {
  const Array* sources = tables_of(top, "source", Need::kRequired);
  if (sources == nullptr) return;
  Names names(top.mistakes(), "two sources have one name");
  for (std::size_t i = 0; i < sources->size(); ++i) {
    const Value& item = (*sources)[i];
    if (item.table() == nullptr) continue;
    Section section(top.mistakes(), item.table(), item.place, "source", title_of("source", *item.table(), i));
    read_source(section, folder, names, job);
  }
  if (job.sources.size() == sources->size()) check_matrices(top, *sources, job);
  check_histories(top, job);
}

}  // namespace tessera::job
