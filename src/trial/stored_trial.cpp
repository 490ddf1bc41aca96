#include "trial/stored_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "job/section.hpp"
#include "job/sections.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"
#include "trial/stored_job.hpp"

namespace tessera::trial {
namespace {

namespace schema = storage::schema;
using results::refuse;
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
    source.parent.text = section.text("parent", "a column").value_or("");
    source.history.population = section.flag("population").value_or(false);
    job.sources.push_back(std::move(source));
  }
}

StoredJob read_job(const FileReader& reader, const std::string& path) {
  Job job;
  StoredJob stored;
  read_stored_job(reader, path, [&](job::Section& top) {
    read_keys(top, job);
    job::read_trial(top, job);
    job::Section privacy(top.mistakes(), top.table("privacy", "a table"), {}, "privacy", "[privacy]");
    stored.pseudonymised = privacy.flag("pseudonymise").value_or(false);
  });
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
  stored.has_families = !job.sources[population_source(job)].parent.empty();
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

}  // namespace

StoredTrial read_stored_trial(const std::string& path) {
  ResultsSummary summary = read_summary(path);
  const FileReader reader = results::open_results(path);
  storage::refuse_scored_accounts(reader, path);
  StoredTrial stored;
  stored.night = summary.night;
  stored.job = read_job(reader, path);
  stored.account_ids = read_account_ids(reader);
  for (ResultsSummary::Segmentation& one : summary.segmentations) {
    const std::string group = child_path(schema::segmentation::kParent, one.name);
    StoredSegmentation segmentation;
    segmentation.segments = read_stored_segments(reader, std::move(one), stored.account_ids.size());
    segmentation.arm = read_arms(reader, child_path(group, schema::segmentation::kAssignment), stored.job.trial);
    if (segmentation.arm.size() != stored.account_ids.size()) refuse(group, "its arms are not as long as /accounts");
    stored.segmentations.push_back(std::move(segmentation));
  }
  return stored;
}

}  // namespace tessera::trial
