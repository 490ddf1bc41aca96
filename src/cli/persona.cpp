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
/// "employees"; of other sources than the population's "orders frequency".
std::string column_in_words(std::string_view column, bool is_own) {
  const std::string_view source = source_of(column);
  const std::string name = insight::spoken_column(column.substr(std::min(source.size() + 1, column.size())));
  return is_own ? name : fmt::format("{} {}", insight::spoken_column(source), name);
}

void add_numbers(const Insight& insight, std::int32_t segment, std::string_view population, bool is_own,
                 std::vector<Statement>& statements) {
  for (const NumberProfile& p : insight.numbers) {
    if (p.segment != segment || p.count == 0 || (source_of(p.column) == population) != is_own) continue;
    if (!std::isfinite(p.effect) || std::fabs(p.effect) < kWorthSaying) continue;
    const char* than_all = p.effect > 0.0 ? "above" : "below";
    statements.push_back(
        {std::fabs(p.effect), fmt::format("{} about {}, {} what is usual", column_in_words(p.column, is_own),
                                          words::number_in_words(p.median), than_all)});
  }
}

void add_categories(const Insight& insight, std::int32_t segment, std::string_view population, bool is_own,
                    std::vector<Statement>& statements) {
  for (const CategoryProfile& p : insight.categories) {
    if (p.segment != segment || p.share < kCommon || (source_of(p.column) == population) != is_own) continue;
    const double usual = p.lift > 0.0 ? p.share / p.lift : p.share;
    if (p.share - usual < 0.05) continue;
    const std::string_view name = std::string_view(p.column).substr(source_of(p.column).size() + 1);
    const std::string what = p.category == "(unknown)" ? column_in_words(p.column, is_own) + " unknown"
                                                       : insight::category_in_trait(name, p.category);
    statements.push_back({2.0 * (p.share - usual), fmt::format("{} {} (of all {})", words::share_in_words(p.share),
                                                               what, words::share_in_words(usual))});
  }
}

void print_statements(std::ostream& out, const char* title, std::vector<Statement> statements) {
  if (statements.empty()) return;
  std::ranges::stable_sort(statements, std::ranges::greater{}, &Statement::strength);
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
