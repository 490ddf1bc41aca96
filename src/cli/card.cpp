#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "cli/evolution.hpp"
#include "cli/level_name.hpp"
#include "cli/measures.hpp"
#include "cli/persona.hpp"
#include "cli/purpose.hpp"
#include "cli/summary.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"
#include "job/nearest.hpp"
#include "tessera/errors.hpp"

namespace tessera::cli {
namespace {

constexpr std::size_t kMostTraits = 12;

void print_numbers(std::ostream& out, const Insight& insight, std::int32_t row) {
  std::vector<NumberProfile> numbers;
  std::ranges::copy_if(insight.numbers, std::back_inserter(numbers),
                       [&](const NumberProfile& p) { return p.segment == row && p.count > 0; });
  if (numbers.empty()) return;
  const auto strength = [](const NumberProfile& p) { return std::isfinite(p.effect) ? std::abs(p.effect) : 0.0; };
  std::ranges::stable_sort(numbers, [&](const auto& a, const auto& b) { return strength(a) > strength(b); });
  out << "\nNumbers, the most telling first (effect: standard deviations from the whole population's mean)\n";
  TextTable table({"column", "median", "mean", "effect", "accounts"});
  for (const NumberProfile& p : std::span(numbers).first(std::min(kMostTraits, numbers.size())))
    table.add({p.column, words::number_in_words(p.median), words::number_in_words(p.mean),
               fmt::format("{:+.2f}", strength(p) == 0.0 ? 0.0 : p.effect),
               words::count_in_words(static_cast<std::uint64_t>(p.count))});
  table.print(out);
}

void print_categories(std::ostream& out, const Insight& insight, std::int32_t row) {
  std::vector<CategoryProfile> categories;
  std::ranges::copy_if(insight.categories, std::back_inserter(categories),
                       [&](const CategoryProfile& p) { return p.segment == row && p.count > 0; });
  if (categories.empty()) return;
  // What is common here and rarer elsewhere tells most.
  const auto strength = [](const CategoryProfile& p) { return p.lift > 0.0 ? p.share * (1.0 - 1.0 / p.lift) : 0.0; };
  std::ranges::stable_sort(categories, [&](const auto& a, const auto& b) { return strength(a) > strength(b); });
  out << "\nCategories, the most telling first (lift: share here over share in the whole population)\n";
  TextTable table({"column", "category", "share", "lift", "accounts"});
  table.keep_left(1);
  for (const CategoryProfile& p : std::span(categories).first(std::min(kMostTraits, categories.size())))
    table.add({p.column, p.category, words::share_in_words(p.share), fmt::format("{:.2f}", p.lift),
               words::count_in_words(static_cast<std::uint64_t>(p.count))});
  table.print(out);
}

void print_segment(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::int32_t row,
                   const std::string& population) {
  const Insight& insight = segmentation.insight;
  const Segment& s = insight.segments[static_cast<std::size_t>(row)];
  out << fmt::format("{}  {}\n{} segment of \"{}\"", s.id, s.name, level_name(s.level), segmentation.name);
  if (s.parent >= 0) out << " in " << insight.segments[static_cast<std::size_t>(s.parent)].name;
  out << fmt::format("\n{} accounts: {} customers, {} prospects; {} may be contacted; value {}\n",
                     words::count_in_words(static_cast<std::uint64_t>(s.accounts)),
                     words::count_in_words(static_cast<std::uint64_t>(s.customers)),
                     words::count_in_words(static_cast<std::uint64_t>(s.prospects)),
                     words::count_in_words(static_cast<std::uint64_t>(s.contactable)), words::number_in_words(s.value));
  print_segment_memory(out, segmentation, row);
  print_measures(out, insight, row);
  print_segment_purpose(out, segmentation, row);
  print_persona(out, insight, row, population);
  print_numbers(out, insight, row);
  print_categories(out, insight, row);
}

}  // namespace

void print_card(std::ostream& out, const ResultsSummary& summary, const std::string& wanted) {
  std::vector<std::string> known;
  bool found = false;
  for (const auto& segmentation : summary.segmentations)
    for (std::size_t row = 0; row < segmentation.insight.segments.size(); ++row) {
      const Segment& s = segmentation.insight.segments[row];
      known.push_back(s.id);
      known.push_back(s.name);
      if (s.id != wanted && s.name != wanted) continue;
      if (found) out << "\n";
      print_segment(out, segmentation, static_cast<std::int32_t>(row),
                    summary.sources.empty() ? "" : summary.sources.front().name);
      found = true;
    }
  if (found) return;
  const std::string near = nearest(wanted, known);
  throw Error(ExitCode::kUsage,
              fmt::format("{} has no segment \"{}\"{}; 'tessera show {}' lists them", summary.path, wanted,
                          near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near), summary.path));
}

}  // namespace tessera::cli
