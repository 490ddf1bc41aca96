#include "cli/persona.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "cli/text_table.hpp"
#include "insight/trait_words.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

constexpr std::size_t kMostStatements = 5;
constexpr double kWorthSaying = 0.15;  ///< standard deviations from the mean of all, or as much in shares
constexpr double kCommon = 0.2;        ///< share of the segment from which on a category is typical of it

struct Statement {
  double strength = 0.0;
  std::string text;
};

std::string_view source_of(std::string_view column) {
  return column.substr(0, column.find('.'));
}
std::string_view name_of(std::string_view column) {
  return column.substr(std::min(source_of(column).size() + 1, column.size()));
}

/// A history always tells how often and how much came back, and nothing else has both.
bool is_history(const Insight& insight, std::string_view source) {
  const auto has = [&](const char* name) {
    return std::ranges::any_of(insight.numbers, [&](const NumberProfile& p) {
      return source_of(p.column) == source && name_of(p.column) == name;
    });
  };
  return has("frequency") && has("returns");
}

void add_numbers(const Insight& insight, std::int32_t segment, std::string_view population, bool is_own,
                 std::vector<Statement>& statements) {
  for (const NumberProfile& p : insight.numbers) {
    if (p.segment != segment || p.count == 0 || (source_of(p.column) == population) != is_own) continue;
    if (!std::isfinite(p.effect) || std::fabs(p.effect) < kWorthSaying) continue;
    if (insight::is_identifier(name_of(p.column))) continue;
    const std::string source(source_of(p.column));
    const bool in_history = is_history(insight, source);
    const std::string name =
        in_history ? insight::history_column(source, name_of(p.column)) : std::string(name_of(p.column));
    const auto degree = p.effect > 0.0 ? insight::Degree::kAboveAverage : insight::Degree::kBelowAverage;
    statements.push_back(
        {std::fabs(p.effect), fmt::format("{}{} (median {}{})", is_own || in_history ? "" : source + ": ",
                                          insight::number_in_trait(name, degree), words::number_in_words(p.median),
                                          name_of(p.column).ends_with("_days") ? " days" : "")});
  }
}

void add_categories(const Insight& insight, std::int32_t segment, std::string_view population, bool is_own,
                    std::vector<Statement>& statements) {
  for (const CategoryProfile& p : insight.categories) {
    if (p.segment != segment || p.share < kCommon || (source_of(p.column) == population) != is_own) continue;
    const double usual = p.lift > 0.0 ? p.share / p.lift : p.share;
    if (p.share - usual < 0.05) continue;
    const std::string_view name = name_of(p.column);
    const std::string what = p.category == "(unknown)" ? insight::number_in_trait(name, insight::Degree::kUnknown)
                                                       : insight::category_in_trait(name, p.category);
    statements.push_back({2.0 * (p.share - usual), fmt::format("{} {} (of all {})", words::share_in_words(p.share),
                                                               what, words::share_in_words(usual))});
  }
}

void print_statements(std::ostream& out, const char* title, std::vector<Statement> statements) {
  if (statements.empty()) return;
  std::ranges::stable_sort(statements, std::ranges::greater{}, &Statement::strength);
  // Two columns may say the same: the flag of customers, and the stage of the funnel that is called "customer".
  const auto says_the_same = [](const Statement& a, const Statement& b) { return a.text == b.text; };
  statements.erase(std::unique(statements.begin(), statements.end(), says_the_same), statements.end());
  statements.resize(std::min(statements.size(), kMostStatements));
  out << "\n" << title << "\n";
  for (const Statement& statement : statements) out << "  " << statement.text << "\n";
}

void print_rule(std::ostream& out, const Segment& s) {
  if (s.rule.empty()) return;
  out << "\nRule\n  " << s.rule << "\n";
  if (!std::isnan(s.rule_precision))
    out << fmt::format(
        "  {} of the accounts that it takes are in the segment, it takes {} of the segment, and {} of "
        "all accounts\n",
        words::share_in_words(s.rule_precision), words::share_in_words(s.rule_recall),
        words::share_in_words(s.rule_coverage));
}

}  // namespace

void print_persona(std::ostream& out, const Insight& insight, std::int32_t segment, const std::string& population) {
  print_rule(out, insight.segments[static_cast<std::size_t>(segment)]);
  for (const bool is_own : {true, false}) {
    std::vector<Statement> statements;
    add_numbers(insight, segment, population, is_own, statements);
    add_categories(insight, segment, population, is_own, statements);
    print_statements(out, is_own ? "Who they are" : "What they do, and what else is known of them",
                     std::move(statements));
  }
  bool has_title = false;
  for (const Neighbour& n : insight.neighbours) {
    if (n.segment != segment) continue;
    if (!has_title) out << "\nNeighbours, the nearest first\n";
    has_title = true;
    const Segment& other = insight.segments[static_cast<std::size_t>(n.neighbour)];
    out << fmt::format("  {}  {}", other.id, other.name);
    out << (n.trait.empty() ? "" : fmt::format("; set apart by: {}", n.trait)) << "\n";
  }
  std::string examples;
  for (const ExampleAccount& e : insight.examples)
    if (e.segment == segment) examples += (examples.empty() ? "" : ", ") + e.account_id;
  if (!examples.empty()) out << "\nAccounts near its centre\n  " << examples << "\n";
}

void print_rules(std::ostream& out, const Insight& insight, std::span<const std::int32_t> segments) {
  TextTable table({"", "rule", "right", "found"});
  table.keep_left(1);
  bool has_rules = false;
  for (const std::int32_t row : segments) {
    const Segment& s = insight.segments[static_cast<std::size_t>(row)];
    if (s.level == Level::kMacro || s.rule.empty() || std::isnan(s.rule_precision)) continue;
    table.add({s.id, s.rule, words::share_in_words(s.rule_precision), words::share_in_words(s.rule_recall)});
    has_rules = true;
  }
  if (!has_rules) return;
  out << "  Rules; right: share of the rule's accounts that are the segment's, found: share of the segment that it "
         "takes\n";
  table.print(out);
}

}  // namespace tessera::cli
