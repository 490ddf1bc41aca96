#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/evolution.hpp"
#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/measures.hpp"
#include "cli/persona.hpp"
#include "cli/purpose.hpp"
#include "cli/retired.hpp"
#include "cli/segment_json.hpp"
#include "cli/summary.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"
#include "job/nearest.hpp"
#include "tessera/errors.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

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
               fmt::format("{:+.2f}", strength(p) == 0.0 ? 0.0 : p.effect), count(p.count)});
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
    table.add({p.column, p.category, words::share_in_words(p.share), fmt::format("{:.2f}", p.lift), count(p.count)});
  table.print(out);
}

void print_segment(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::int32_t row,
                   const std::string& population) {
  const Insight& insight = segmentation.insight;
  const Segment& s = insight.segments[static_cast<std::size_t>(row)];
  out << fmt::format("{}  {}\n{} segment of \"{}\"", s.id, s.name, level_name(s.level), segmentation.name);
  if (s.parent >= 0) out << " in " << insight.segments[static_cast<std::size_t>(s.parent)].name;
  out << fmt::format("\n{} accounts: {} customers, {} prospects; {} may be contacted; value {}\n", count(s.accounts),
                     count(s.customers), count(s.prospects), count(s.contactable), words::number_in_words(s.value));
  print_segment_memory(out, segmentation, row);
  print_measures(out, insight, row);
  print_segment_purpose(out, segmentation, row);
  print_persona(out, insight, row, population);
  print_numbers(out, insight, row);
  print_categories(out, insight, row);
}

/// A segment that is called so, in whatever segmentation.
struct Called {
  const ResultsSummary::Segmentation* segmentation = nullptr;
  std::int32_t row = 0;
};

std::vector<Called> called(const ResultsSummary& summary, const std::string& wanted) {
  std::vector<Called> found;
  for (const auto& segmentation : summary.segmentations)
    for (std::size_t row = 0; row < segmentation.insight.segments.size(); ++row) {
      const Segment& s = segmentation.insight.segments[row];
      if (s.id == wanted || s.name == wanted) found.push_back({&segmentation, static_cast<std::int32_t>(row)});
    }
  return found;
}

[[noreturn]] void refuse(const ResultsSummary& summary, const std::string& wanted) {
  std::vector<std::string> known;
  for (const auto& segmentation : summary.segmentations)
    for (const Segment& s : segmentation.insight.segments) {
      known.push_back(s.id);
      known.push_back(s.name);
    }
  const std::string near = nearest(wanted, known);
  throw Error(ExitCode::kUsage,
              fmt::format("{} has no segment \"{}\"{}; 'tessera show {}' lists them", summary.path, wanted,
                          near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near), summary.path));
}

ordered_json card_json(const ResultsSummary::Segmentation& segmentation, std::int32_t row) {
  const Insight& insight = segmentation.insight;
  ordered_json json = {{"segmentation", segmentation.name}};
  json.update(segment_json(insight, static_cast<std::size_t>(row)));
  const std::int32_t parent = insight.segments[static_cast<std::size_t>(row)].parent;
  json["parent_id"] = parent < 0 ? ordered_json() : ordered_json(insight.segments[static_cast<std::size_t>(parent)].id);
  json["since"] = segmentation.succession ? ordered_json(segmentation.succession->since) : ordered_json();
  if (segmentation.succession)
    for (const LedgerLine& line : segmentation.succession->ledger)
      if (line.segment == row) {
        json["fate"] = name_of(line.fate);
        json["story"] = line.story;
      }
  add_segment_purpose(segmentation, row, json);
  json["numbers"] = ordered_json::array();
  for (const NumberProfile& p : insight.numbers)
    if (p.segment == row)
      json["numbers"].push_back({{"column", p.column},
                                 {"count", p.count},
                                 {"mean", number(p.mean)},
                                 {"median", number(p.median)},
                                 {"sd", number(p.sd)},
                                 {"lift", number(p.lift)},
                                 {"effect", number(p.effect)}});
  json["categories"] = ordered_json::array();
  for (const CategoryProfile& p : insight.categories)
    if (p.segment == row)
      json["categories"].push_back({{"column", p.column},
                                    {"category", p.category},
                                    {"count", p.count},
                                    {"share", number(p.share)},
                                    {"lift", number(p.lift)}});
  return json;
}

}  // namespace

void print_card(std::ostream& out, const ResultsSummary& summary, const std::string& wanted) {
  const std::vector<Called> found = called(summary, wanted);
  for (const Called& one : found) {
    if (&one != found.data()) out << "\n";
    print_segment(out, *one.segmentation, one.row, summary.sources.empty() ? "" : summary.sources.front().name);
  }
  if (found.empty() && !print_retired(out, summary, wanted)) refuse(summary, wanted);
}

void print_card_json(std::ostream& out, const ResultsSummary& summary, const std::string& wanted) {
  ordered_json json = {{"path", summary.path},
                       {"night", summary.night},
                       {"digest", summary.digest},
                       {"segments", ordered_json::array()},
                       {"retired", ordered_json::array()}};
  for (const Called& one : called(summary, wanted)) json["segments"].push_back(card_json(*one.segmentation, one.row));
  if (json["segments"].empty()) json["retired"] = retired_json(summary, wanted);
  if (json["segments"].empty() && json["retired"].empty()) refuse(summary, wanted);
  out << json.dump(2) << "\n";
}

}  // namespace tessera::cli
