#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "nights/run_record.hpp"

namespace tessera::nights {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

std::string value_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

/// Samples of one metric stand together under its own HELP and TYPE, as the format demands. Each is of one job.
class Page {
 public:
  explicit Page(const std::string& job) : job_(job) {}
  Page& metric(std::string_view name, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP tessera_{} {}\n# TYPE tessera_{} gauge\n", name, help, name);
    return *this;
  }
  Page& sample(double value, const Labels& labels = {}) {
    text_ += fmt::format("tessera_{}{{tessera_job=\"{}\"", name_, escaped(job_));
    for (const auto& [label, text] : labels) text_ += fmt::format(",{}=\"{}\"", label, escaped(text));
    text_ += fmt::format("}} {}\n", value_text(value));
    return *this;
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  const std::string& job_;
  std::string_view name_;
  std::string text_;
};

void add_stages(Page& page, const std::vector<StageTime>& stages) {
  page.metric("stage_seconds", "Wall time of a stage on the slowest rank.");
  for (const StageTime& one : stages) page.sample(one.seconds_max, {{"stage", one.stage}});
  page.metric("stage_imbalance_ratio", "Time of a stage on the slowest rank over the mean of all ranks.");
  for (const StageTime& one : stages)
    if (const auto imbalance = imbalance_of(one)) page.sample(*imbalance, {{"stage", one.stage}});
  page.metric("stage_peak_memory_bytes", "Highest resident set of any rank up to the stage's end.");
  for (const StageTime& one : stages) page.sample(static_cast<double>(one.peak_memory_bytes), {{"stage", one.stage}});
}

void add_rows(Page& page, const std::vector<SourceReport>& sources) {
  page.metric("source_rows", "Rows of a source by what became of them; they add up to those that were read.");
  for (const SourceReport& one : sources) {
    const std::pair<std::string_view, std::uint64_t> rows[] = {{"used", one.used},
                                                               {"duplicate", one.duplicates},
                                                               {"unmatched", one.unmatched},
                                                               {"forgotten", one.forgotten},
                                                               {"quarantined", one.quarantined}};
    for (const auto& [fate, count] : rows)
      page.sample(static_cast<double>(count), {{"source", one.name}, {"fate", fate}});
  }
}

void add_segmentations(Page& page, const std::vector<RunFigures::Segmentation>& segmentations) {
  page.metric("segments", "Segments by level.");
  for (const auto& one : segmentations) {
    page.sample(static_cast<double>(one.core), {{"segmentation", one.name}, {"level", "core"}});
    page.sample(static_cast<double>(one.micro), {{"segmentation", one.name}, {"level", "micro"}});
  }
  page.metric("iterations", "Iterations of k-means in the start that won.");
  for (const auto& one : segmentations) page.sample(one.iterations, {{"segmentation", one.name}});
  page.metric("inertia", "Sum of squared distances to the core segments' centres, in the features' own units.");
  for (const auto& one : segmentations) page.sample(one.inertia, {{"segmentation", one.name}});
  bool has_moved = false;
  for (const auto& one : segmentations) has_moved = has_moved || one.moved;
  if (!has_moved) return;
  page.metric("moved_ratio", "Share of the accounts of both nights that are in another core segment.");
  for (const auto& one : segmentations)
    if (one.moved) page.sample(*one.moved, {{"segmentation", one.name}});
}

void add_results(Page& page, const RunFigures& results) {
  page.metric("accounts", "Accounts of the population.").sample(static_cast<double>(results.accounts));
  add_rows(page, results.sources);
  add_segmentations(page, results.segmentations);
  page.metric("read_bytes", "Size of the sources.").sample(static_cast<double>(results.read_bytes));
  page.metric("written_bytes", "Size of the results.").sample(static_cast<double>(results.written_bytes));
  page.metric("warnings", "Warnings of the run.").sample(static_cast<double>(results.warnings));
}

}  // namespace

std::string exposition(const RunRecord& record, std::optional<double> last_published) {
  Page page(record.job);
  page.metric("run_info", "The last run; its value is always 1.")
      .sample(1, {{"night", record.night}, {"run_id", record.owner.run_id}, {"outcome", record.outcome}});
  page.metric("run_exit_code", "What the last run ended with; 0: published, 75: stopped, 79: held by the gate.")
      .sample(static_cast<int>(record.exit_code));
  if (record.seconds) page.metric("run_seconds", "Wall time of the last run.").sample(*record.seconds);
  page.metric("run_attempt", "Attempts that took the night over from one another, this one included.")
      .sample(static_cast<double>(record.owner.attempt));
  page.metric("run_ranks", "Ranks of the last run.").sample(record.ranks);
  page.metric("run_peak_memory_bytes", "Highest resident set of any rank.")
      .sample(static_cast<double>(record.peak_memory_bytes));
  if (last_published)
    page.metric("last_published_timestamp_seconds", "When a night of this job was last published.")
        .sample(*last_published);
  if (!record.stages.empty()) add_stages(page, record.stages);
  if (record.results) add_results(page, *record.results);
  return std::move(page).text();
}

}  // namespace tessera::nights
