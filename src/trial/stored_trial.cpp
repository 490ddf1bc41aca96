#include "trial/stored_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "job/document.hpp"
#include "job/mistakes.hpp"
#include "job/section.hpp"
#include "job/sections.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"

namespace tessera::trial {
namespace {

namespace schema = storage::schema;
using results::refuse;
using results::StoredTable;
using storage::child_path;
using storage::FileReader;

/// Names, kinds and keys of the sources: the job ran, so the rest was right.
void read_keys(job::Section& top, Job& job) {
  const job::Array* sources = job::tables_of(top, "source", job::Need::kRequired);
  if (sources == nullptr) return;
  for (const job::Value& value : *sources) {
    job::Section section(top.mistakes(), value.table(), value.place, "source", "[[source]]");
    SourceSpec source;
    source.name = section.text("name", "a name").value_or("");
    source.kind = section.choice("kind", job::kSourceKinds).value_or(SourceKind::kAccounts);
    source.key = section.text("key", "a column").value_or("");
    source.key_format = section.choice("key_format", job::kKeyFormats).value_or(KeyFormat::kText);
    source.history.population = section.flag("population").value_or(false);
    job.sources.push_back(std::move(source));
  }
}

StoredJob read_job(const std::string& text, const std::string& path) {
  auto parsed = job::parse_document(text);
  auto* document = std::get_if<job::Table>(&parsed);
  if (document == nullptr) refuse(path, "its job cannot be read");
  job::Mistakes mistakes(path + " (its job)", {});
  job::Section top(mistakes, document, {.line = 1, .column = 1}, "", "the job");
  Job job;
  read_keys(top, job);
  job::read_trial(top, job);
  job::Section privacy(mistakes, top.table("privacy", "a table"), {}, "privacy", "[privacy]");
  StoredJob stored;
  stored.pseudonymised = privacy.flag("pseudonymise").value_or(false);
  mistakes.throw_if_any();
  if (job.sources.empty()) refuse(path, "its job names no source");
  if (!job.trial)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: the job of that night has no [trial], so no account was given an arm; add [trial] to "
                            "the job before the campaign, and run a night",
                            path));
  stored.trial = std::move(*job.trial);
  const std::string wanted = stored.trial.results ? stored.trial.results->source : "";
  const auto named = std::ranges::find(job.sources, wanted, &SourceSpec::name);
  const SourceSpec& source = named != job.sources.end() ? *named : job.sources[population_source(job)];
  stored.key = source.key;
  stored.key_format = source.key_format;
  return stored;
}

std::vector<std::int32_t> read_arms(const FileReader& reader, const std::string& assignment, const TrialSpec& trial) {
  const std::string path = child_path(assignment, schema::assignment::kTrialArm.name);
  const storage::OwnedCells cells = reader.read(path, 0, reader.rows(path));
  const auto* column = std::get_if<CategoryColumn>(&cells);
  if (column == nullptr) refuse(path, "is no category");
  std::vector<std::int32_t> arm_of_code;
  for (const std::string& name : column->categories) {
    const auto arm = std::ranges::find(trial.arms, name, &TrialSpec::Arm::name);
    if (arm == trial.arms.end()) refuse(path, fmt::format("has the arm \"{}\", which the job does not know", name));
    arm_of_code.push_back(static_cast<std::int32_t>(arm - trial.arms.begin()));
  }
  std::vector<std::int32_t> arms;
  for (const std::int32_t code : column->codes)
    arms.push_back(code < 0 ? -1 : arm_of_code[static_cast<std::size_t>(code)]);
  return arms;
}

StoredSegmentation read_segmentation(const FileReader& reader, const std::string& path, std::vector<Segment> segments,
                                     const TrialSpec& trial) {
  StoredSegmentation segmentation;
  segmentation.segments = std::move(segments);
  const std::string assignment = child_path(path, schema::segmentation::kAssignment);
  const StoredTable table(reader, assignment, schema::assignment::kMacro);
  const std::size_t n = segmentation.segments.size();
  segmentation.macro = table.references(schema::assignment::kMacro, n, true);
  segmentation.core = table.references(schema::assignment::kCore, n, true);
  segmentation.micro = table.references(schema::assignment::kMicro, n, true);
  segmentation.arm = read_arms(reader, assignment, trial);
  return segmentation;
}

}  // namespace

StoredTrial read_stored_trial(const std::string& path) {
  ResultsSummary summary = read_summary(path);
  const FileReader reader(path, ExitCode::kBadData, results::kAdvice);
  StoredTrial stored;
  stored.night = summary.night;
  stored.job = read_job(reader.text(std::string(schema::run::kPath), std::string(schema::run::kJob)), path);
  const std::string ids = child_path(schema::accounts::kPath, schema::accounts::kAccountId.name);
  const storage::OwnedCells cells = reader.read(ids, 0, reader.rows(ids));
  if (const auto* texts = std::get_if<TextColumn>(&cells)) {
    for (std::size_t i = 0; i < texts->size(); ++i) stored.account_ids.emplace_back(texts->at(i));
  } else if (const auto* rows = std::get_if<std::vector<std::uint64_t>>(&cells)) {
    for (const std::uint64_t row : *rows) stored.account_ids.push_back(std::to_string(row));
  } else {
    refuse(ids, "is no column of ids");
  }
  for (ResultsSummary::Segmentation& one : summary.segmentations) {
    const std::string group = child_path(schema::segmentation::kParent, one.name);
    stored.segmentations.push_back(read_segmentation(reader, group, std::move(one.insight.segments), stored.job.trial));
    StoredSegmentation& segmentation = stored.segmentations.back();
    segmentation.name = one.name;
    for (const auto* column : {&segmentation.macro, &segmentation.core, &segmentation.micro, &segmentation.arm})
      if (column->size() != stored.account_ids.size()) refuse(group, "is not as long as /accounts");
  }
  return stored;
}

}  // namespace tessera::trial
