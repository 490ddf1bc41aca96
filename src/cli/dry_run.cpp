#include "cli/dry_run.hpp"

#include <fmt/format.h>

#include <iostream>

#include "evolve/previous_file.hpp"
#include "tessera/macro.hpp"

namespace tessera::cli {
namespace {

std::string planned_stages(const SegmentationSpec& spec) {
  if (is_macro_only(spec)) return fmt::format("  segmentation \"{}\": macro segments alone\n", spec.name);
  const std::string k =
      spec.auto_k ? fmt::format("the best from {} to {}", spec.k_min, spec.k_max) : fmt::format("{}", spec.k);
  return fmt::format("  segmentation \"{}\": prepare → k-means (k = {}{}, {} starts, at most {} iterations){}\n",
                     spec.name, k, spec.scope == Scope::kMacro ? " in each macro segment" : "", spec.starts,
                     spec.max_iterations,
                     spec.refine ? fmt::format(" → refine (at most {} micro segments of at least {} accounts)",
                                               spec.refine->max_micro, spec.refine->min_accounts)
                                 : "");
}

std::string with_name(std::string path, const std::string& name) {
  constexpr std::string_view kName = "{name}";
  for (std::size_t at = path.find(kName); at != std::string::npos; at = path.find(kName, at + name.size()))
    path.replace(at, kName.size(), name);
  return path;
}

/// What the night goes on from.
std::string before(const Job& job, const std::string& night) {
  if (!job.previous) return "  no [previous]: segments get new ids, and nothing is compared with another night\n";
  const evolve::PreviousFile file = evolve::find_previous_file(job, night);
  if (file.path.empty()) return fmt::format("  none: {}\n", file.found);
  if (file.is_gone)
    return fmt::format("  gone: {} is of a later night, and of it only the ids count, which are not used again\n",
                       file.path);
  return fmt::format("  {}: ids, names and notes go on from it{}\n", file.path,
                     job.previous->warm_start ? ", and so do features, centroids and tree" : "");
}

std::string publishing(const Job& job) {
  std::string text = job.gate ? "  gate: beyond the limits of [gate] the night is held, exit 79\n"
                              : "  no [gate]: every night is published\n";
  if (job.review)
    text += fmt::format("  review: slow drift is held to the same limits, since {}{}\n",
                        with_name(job.review->baseline, job.name), job.review->hold ? "" : ", as a warning");
  if (job.keep_nights)
    text += fmt::format("  {} night{} kept, beside month-ends and baselines\n", *job.keep_nights,
                        *job.keep_nights == 1 ? " is" : "s are");
  return text;
}

}  // namespace

void print_dry_run(const Job& job, const std::vector<SourceHead>& heads, const std::string& night, int ranks,
                   int threads) {
  std::cout << fmt::format("Job \"{}\" is valid; nothing was written.\n\nSources\n", job.name);
  const std::size_t population = population_source(job);
  for (std::size_t s = 0; s < heads.size(); ++s) {
    const SourceHead& head = heads[s];
    const std::string shape = job.sources[s].kind == SourceKind::kMatrix
                                  ? fmt::format("matrix {} × {}", head.matrix_rows, head.matrix_columns)
                                  : fmt::format("{} columns", head.columns.size());
    std::cout << fmt::format("  {:<14} {} in {} file{}, {:.1f} MB{}\n", head.name, shape, head.files.size(),
                             head.files.size() == 1 ? "" : "s", static_cast<double>(head.bytes) / 1e6,
                             s == population ? " (names the population)" : "");
  }
  std::cout << "\nStages\n  ingest → macro (" << job.macros.size()
            << (job.macros.size() == 1 ? " criterion)\n" : " criteria)\n");
  for (const SegmentationSpec& spec : job.segmentations) std::cout << planned_stages(spec);
  std::cout << "  insight → evolve → gate → results\n\nThe night before\n" << before(job, night);
  std::cout << "\nPublishing\n" << publishing(job);
  std::cout << fmt::format("\nOn {} rank{} × {} thread{}, to {}\n", ranks, ranks == 1 ? "" : "s", threads,
                           threads == 1 ? "" : "s", result_path(job, night));
}

}  // namespace tessera::cli
