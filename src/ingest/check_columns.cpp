#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ingest/column_use.hpp"
#include "job/nearest.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera {
namespace {

using intake::ColumnPlace;
using intake::ColumnUse;

std::string full_name(const std::vector<SourceHead>& heads, ColumnPlace place) {
  return heads[place.source].name + "." + heads[place.source].columns[place.column];
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? fmt::format("; there are: {}", fmt::join(known, ", "))
                      : fmt::format("; did you mean \"{}\"?", near);
}

/// Bare names, and with their source, which is how the job may name them.
std::vector<std::string> known_columns(const std::string& text, const std::vector<SourceHead>& heads) {
  std::vector<std::string> known;
  const bool with_source = std::any_of(heads.begin(), heads.end(),
                                       [&](const SourceHead& head) { return text.starts_with(head.name + "."); });
  for (const SourceHead& head : heads) {
    for (const std::string& column : head.columns) known.push_back(with_source ? head.name + "." + column : column);
  }
  return known;
}

void check_key(const Job& job, const SourceSpec& spec, const SourceHead& head, std::vector<std::string>& mistakes) {
  if (std::find(head.columns.begin(), head.columns.end(), spec.key) != head.columns.end()) return;
  mistakes.push_back(fmt::format("{}source \"{}\": key \"{}\" is no column of {}{}",
                                 intake::job_place(job, spec.line, 0), spec.name, spec.key, head.files.front(),
                                 did_you_mean(spec.key, head.columns)));
}

void check_use(const Job& job, const ColumnUse& use, const std::vector<SourceHead>& heads,
               std::vector<std::string>& mistakes) {
  const std::vector<ColumnPlace> meant = intake::columns_meant(use.ref.text, heads);
  const std::string place = intake::job_place(job, use.ref.line, use.ref.column);
  if (meant.size() == 1) return;
  if (meant.empty()) {
    mistakes.push_back(fmt::format("{}{}: no source has a column \"{}\"{}", place, use.purpose, use.ref.text,
                                   did_you_mean(use.ref.text, known_columns(use.ref.text, heads))));
    return;
  }
  std::vector<std::string> candidates;
  candidates.reserve(meant.size());
  for (const ColumnPlace one : meant) candidates.push_back(full_name(heads, one));
  mistakes.push_back(fmt::format("{}{}: \"{}\" is in several sources: write {}", place, use.purpose, use.ref.text,
                                 fmt::join(candidates, " or ")));
}

/// Two tables that mean the same column, one by its bare name and one with its source.
void check_specs_differ(const Job& job, const std::vector<SourceHead>& heads, std::vector<std::string>& mistakes) {
  std::vector<ColumnPlace> seen;
  for (const ColumnSpec& spec : job.columns) {
    const std::vector<ColumnPlace> meant = intake::columns_meant(spec.column.text, heads);
    if (meant.size() != 1) continue;
    if (std::find(seen.begin(), seen.end(), meant.front()) != seen.end())
      mistakes.push_back(fmt::format("{}[columns.{}]: {} has a table of its own already: put both in one",
                                     intake::job_place(job, spec.column.line, spec.column.column), spec.column.text,
                                     full_name(heads, meant.front())));
    seen.push_back(meant.front());
  }
}

/// What a matrix cannot be part of yet.
void check_matrix(const Job& job, std::vector<std::string>& mistakes) {
  const bool matrix_population = job.sources.front().kind == SourceKind::kMatrix;
  for (std::size_t s = 1; s < job.sources.size(); ++s) {
    const SourceSpec& spec = job.sources[s];
    const std::string place = intake::job_place(job, spec.line, 0);
    if (spec.kind == SourceKind::kMatrix)
      mistakes.push_back(fmt::format("{}source \"{}\": a matrix can only be the first source", place, spec.name));
    if (matrix_population)
      mistakes.push_back(fmt::format(
          "{}source \"{}\": nothing can be joined to a matrix, as its rows have no account id", place, spec.name));
  }
  for (const SegmentationSpec& segmentation : job.segmentations) {
    const std::string place = intake::job_place(job, segmentation.line, 0);
    if (segmentation.all_features && !matrix_population)
      mistakes.push_back(
          fmt::format("{}segmentation \"{}\": features = \"all\" needs a matrix as the first source; "
                      "name the columns of \"{}\" instead",
                      place, segmentation.name, job.sources.front().name));
  }
}

}  // namespace

void check_columns(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<std::string> mistakes;
  check_matrix(job, mistakes);
  for (std::size_t s = 0; s < heads.size(); ++s) {
    if (job.sources[s].kind == SourceKind::kAccounts) check_key(job, job.sources[s], heads[s], mistakes);
  }
  const std::vector<ColumnUse> uses = intake::column_uses(job);
  if (job.sources.front().kind == SourceKind::kMatrix && !uses.empty()) {
    for (const ColumnUse& use : uses)
      mistakes.push_back(fmt::format("{}{}: \"{}\": the columns of a matrix have no names; use features = \"all\"",
                                     intake::job_place(job, use.ref.line, use.ref.column), use.purpose, use.ref.text));
  } else {
    for (const ColumnUse& use : uses) check_use(job, use, heads, mistakes);
    check_specs_differ(job, heads, mistakes);
  }
  if (!mistakes.empty()) throw Error(ExitCode::kBadJob, fmt::format("{}", fmt::join(mistakes, "\n")), true);
}

}  // namespace tessera
