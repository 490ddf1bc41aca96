#include "cli/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "cli/best_customers.hpp"
#include "cli/choice.hpp"
#include "cli/cleaning.hpp"
#include "cli/evolution.hpp"
#include "cli/gate.hpp"
#include "cli/lookalikes.hpp"
#include "cli/measures.hpp"
#include "cli/moves.hpp"
#include "cli/persona.hpp"
#include "cli/purpose.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using words::count_in_words;

void print_sources(std::ostream& out, const ResultsSummary& summary) {
  TextTable table({"source", "rows read", "used", "duplicates", "unmatched", "forgotten", "quarantined"});
  for (const SourceReport& source : summary.sources)
    table.add({source.name, count_in_words(source.rows_read), count_in_words(source.used),
               count_in_words(source.duplicates), count_in_words(source.unmatched), count_in_words(source.forgotten),
               count_in_words(source.quarantined)});
  table.print(out);
  if (summary.forget)
    out << fmt::format("{} of {} ids to be forgotten were met; {} match nobody\n",
                       count_in_words(summary.forget->ids - summary.forget->unknown),
                       count_in_words(summary.forget->ids), count_in_words(summary.forget->unknown));
  for (const Freshness& source : summary.freshness)
    if (source.is_older)
      out << fmt::format("{} is {:.1f} days old, more than the {:.1f} that the job allows\n", source.source,
                         source.age_days, *source.max_age_days);
}

/// "employees is missing for 12 % of accounts; knowing it could move 3.1 % of all accounts".
void print_to_buy(std::ostream& out, const ResultsSummary& summary) {
  constexpr std::size_t kMost = 8;
  if (summary.to_buy.empty() || summary.accounts == 0) return;
  out << "\nWhat to buy next\n";
  for (const MissingColumn& column : std::span(summary.to_buy).first(std::min(kMost, summary.to_buy.size())))
    out << fmt::format(
        "  {} is missing for {} of accounts; knowing it could move {}{} of all accounts\n", column.column,
        words::share_in_words(static_cast<double>(column.missing) / static_cast<double>(summary.accounts)),
        column.is_estimate ? "about " : "", words::share_in_words(column.share));
  if (summary.to_buy.size() > kMost) out << fmt::format("  … and {} columns more\n", summary.to_buy.size() - kMost);
}

const char* title_of(Level level) {
  switch (level) {
    case Level::kMacro:
      return "Macro segments";
    case Level::kCore:
      return "Core segments";
    case Level::kMicro:
      return "Micro segments";
  }
  return "";
}

void print_level(std::ostream& out, const ResultsSummary::Segmentation& segmentation, Level level, std::size_t most) {
  const Insight& insight = segmentation.insight;
  std::vector<std::int32_t> rows;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < insight.segments.size(); ++i)
    if (insight.segments[i].level == level) {
      rows.push_back(static_cast<std::int32_t>(i));
      total += insight.segments[i].accounts;
    }
  if (rows.empty()) return;
  const auto segment = [&](std::int32_t row) -> const Segment& {
    return insight.segments[static_cast<std::size_t>(row)];
  };
  std::ranges::stable_sort(rows, [&](auto a, auto b) { return segment(a).accounts > segment(b).accounts; });
  sort_by_objective(segmentation, rows);

  out << fmt::format("\n{} ({})\n", title_of(level), rows.size());
  std::vector<std::string> titles = {"id", "name", "accounts", "share", "customers", "value"};
  for (const std::string& kpi : kpi_titles(insight)) titles.push_back(kpi);
  TextTable table(std::move(titles));
  table.keep_left(1);
  for (const std::int32_t row : std::span(rows).first(std::min(most, rows.size()))) {
    const Segment& s = segment(row);
    std::vector<std::string> cells = {
        s.id,
        s.name,
        count_in_words(static_cast<std::uint64_t>(s.accounts)),
        words::share_in_words(static_cast<double>(s.accounts) / static_cast<double>(std::max<std::int64_t>(1, total))),
        count_in_words(static_cast<std::uint64_t>(s.customers)),
        words::number_in_words(s.value)};
    for (std::string& kpi : kpi_cells(insight, row)) cells.push_back(std::move(kpi));
    table.add(std::move(cells));
  }
  table.print(out);
  print_rules(out, insight, std::span(rows).first(std::min(most, rows.size())));
  if (rows.size() > most) out << fmt::format("  … and {} more\n", rows.size() - most);
}

}  // namespace

void print_summary(std::ostream& out, const ResultsSummary& summary, std::size_t most) {
  out << fmt::format("{}: {} accounts in the night of {}, by Tessera {} on {} rank{} × {} thread{}\n{}\ndigest {}\n\n",
                     summary.job_name, count_in_words(summary.accounts), summary.night, summary.engine_version,
                     summary.ranks, summary.ranks == 1 ? "" : "s", summary.threads_per_rank,
                     summary.threads_per_rank == 1 ? "" : "s", summary.path, summary.digest);
  if (!summary.scored_by.empty())
    out << fmt::format("These are scored accounts, not a night: their segments are those of {}\n\n",
                       summary.scored_by.substr(summary.scored_by.find(' ') + 1));
  print_sources(out, summary);
  print_cleaning(out, summary, most);
  std::map<std::string, NightStory> stories = read_night_stories(summary.path);
  for (const auto& segmentation : summary.segmentations) {
    out << fmt::format("\nSegmentation \"{}\"", segmentation.name);
    if (segmentation.k > 0)
      out << fmt::format(": k = {}, {} iterations, inertia {:.6g}", segmentation.k, segmentation.iterations,
                         segmentation.inertia);
    out << "\n";
    print_choice(out, segmentation);
    print_moves(out, stories[segmentation.name]);
    print_goal(out, segmentation);
    print_evolution(out, segmentation, most);
    for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) print_level(out, segmentation, level, most);
    print_purpose(out, segmentation, most);
    print_measures(out, segmentation.insight);
    print_drift(out, segmentation.drift);
  }
  print_best_customers(out, summary, most);
  print_lookalikes(out, summary, most);
  print_to_buy(out, summary);
  print_gate(out, summary.gate);
  if (!summary.warnings.empty()) out << "\nWarnings\n";
  for (const std::string& warning : summary.warnings) out << "  " << warning << "\n";
  out << "\nSeconds by stage (slowest rank), peak memory\n";
  for (const StageTime& stage : summary.stages)
    out << fmt::format("  {:<9} {:>8.2f}  {:>8}\n", stage.stage, stage.seconds_max,
                       words::bytes_in_words(stage.peak_memory_bytes));
}

}  // namespace tessera::cli
