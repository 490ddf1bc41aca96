#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ingest/column_use.hpp"
#include "ingest/sensitive_columns.hpp"
#include "ingest/source_columns.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera {
namespace {

using intake::ColumnPlace;
using intake::ColumnUse;
using intake::did_you_mean;

std::string full_name(const std::vector<SourceHead>& heads, ColumnPlace place) {
  return heads[place.source].name + "." + heads[place.source].columns[place.column];
}

/// Bare names, and with their source, which is how the job may name them.
std::vector<std::string> known_columns(const std::string& text, const std::vector<SourceHead>& heads) {
  std::vector<std::string> known;
  const bool with_source = std::any_of(heads.begin(), heads.end(),
                                       [&](const SourceHead& head) { return text.starts_with(head.name + "."); });
  for (const SourceHead& head : heads) {
    for (const std::string& column : head.columns) {
      if (!column.empty()) known.push_back(with_source ? head.name + "." + column : column);
    }
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

/// What a history derives is worked out, not read: only what stands for a missing value can be said of it.
void check_derived_specs(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourceHead>& described,
                         std::vector<std::string>& mistakes) {
  for (const ColumnSpec& spec : job.columns) {
    const std::vector<ColumnPlace> meant = intake::columns_meant(spec.column.text, described);
    if (meant.size() != 1 || meant.front().column < heads[meant.front().source].columns.size()) continue;
    const bool about_cells = spec.type || spec.min || spec.max || spec.bad_cell_becomes_missing ||
                             !spec.merge.empty() || spec.missing == MissingPolicy::kQuarantine;
    if (about_cells)
      mistakes.push_back(
          fmt::format("{}[columns.{}]: the run works this column out, no cell is read: only \"missing\" (but "
                      "quarantine) and \"constant\" have a meaning here; remove the other keys",
                      intake::job_place(job, spec.column.line, spec.column.column), spec.column.text));
  }
}

/// A column of a folded source's or lookup's files that no source needs is read past, so nothing that is said of it
/// would hold. For jobs without other mistakes.
void check_specs_are_needed(const Job& job, const std::vector<SourceHead>& heads,
                            const std::vector<SourceHead>& described, std::vector<std::string>& mistakes) {
  std::vector<ColumnPlace> needed;
  for (std::size_t s = 0; s < heads.size(); ++s) {
    for (const intake::NeededColumn& one : intake::needed_columns(job, heads, s)) needed.push_back(one.place);
  }
  for (const ColumnSpec& spec : job.columns) {
    const ColumnPlace meant = intake::columns_meant(spec.column.text, described).front();
    if (!intake::is_folded(job.sources[meant.source].kind) || meant.column >= heads[meant.source].columns.size() ||
        std::find(needed.begin(), needed.end(), meant) != needed.end())
      continue;
    mistakes.push_back(fmt::format("{}[columns.{}]: no source needs {}, so it is not read: remove this table",
                                   intake::job_place(job, spec.column.line, spec.column.column), spec.column.text,
                                   full_name(heads, meant)));
  }
}

/// What a matrix cannot be part of yet.
void check_matrix(const Job& job, std::vector<std::string>& mistakes) {
  const bool matrix_population = job.sources.front().kind == SourceKind::kMatrix;
  if (matrix_population && !job.privacy.sensitive.empty())
    mistakes.push_back(fmt::format("{}[privacy] sensitive: the columns of a matrix have no names; remove it",
                                   intake::job_place(job, job.privacy.sensitive.front().line, 0)));
  if (matrix_population && !job.forget_path.empty())
    mistakes.emplace_back(
        "--forget: the rows of a matrix have no account id, so there is nobody to forget; leave it out");
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
    const SourceKind kind = job.sources[s].kind;
    if (kind != SourceKind::kMatrix && kind != SourceKind::kHistory) check_key(job, job.sources[s], heads[s], mistakes);
    intake::check_source_columns(job, heads, s, mistakes);
  }
  const std::vector<ColumnUse> uses = intake::column_uses(job);
  if (job.sources.front().kind == SourceKind::kMatrix && !uses.empty()) {
    for (const ColumnUse& use : uses)
      mistakes.push_back(fmt::format("{}{}: \"{}\": the columns of a matrix have no names; use features = \"all\"",
                                     intake::job_place(job, use.ref.line, use.ref.column), use.purpose, use.ref.text));
  } else {
    const std::vector<SourceHead> of_accounts = intake::heads_of_accounts(job, heads);
    const std::vector<SourceHead> described = intake::heads_as_described(job, heads);
    for (const ColumnUse& use : uses) check_use(job, use, use.describes ? described : of_accounts, mistakes);
    check_specs_differ(job, described, mistakes);
    check_derived_specs(job, heads, described, mistakes);
    if (mistakes.empty()) check_specs_are_needed(job, heads, described, mistakes);
    if (mistakes.empty()) intake::check_sensitive(job, heads, mistakes);
  }
  if (!mistakes.empty()) throw Error(ExitCode::kBadJob, fmt::format("{}", fmt::join(mistakes, "\n")), true);
}

}  // namespace tessera
