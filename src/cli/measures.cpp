#include "cli/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {

namespace {

constexpr std::int64_t kFewestToShow = 30;
constexpr std::size_t kMostWhiteSpace = 8;

using words::number_in_words;
using words::share_in_words;

/// "0.034, between 0.030 and 0.038 (5,000 accounts, 98 % of the segment)", or that it tells nothing.
std::string told(const KpiValue& kpi) {
  if (kpi.count == 0) return "nothing to tell it from";
  const std::string behind = fmt::format("{} accounts, {} of the segment", count(kpi.count), share_in_words(kpi.known));
  if (kpi.too_few)
    return std::isnan(kpi.low) ? fmt::format("too few to tell ({})", behind)
                               : fmt::format("too few to tell: anything between {} and {} ({})",
                                             number_in_words(kpi.low), number_in_words(kpi.high), behind);
  return fmt::format("{}, between {} and {} ({})", number_in_words(kpi.estimate), number_in_words(kpi.low),
                     number_in_words(kpi.high), behind);
}

std::string p_in_words(double p) {
  if (std::isnan(p)) return "–";
  return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p);
}

void print_variance(std::ostream& out, const Insight& insight) {
  if (insight.kpi_variance.empty()) return;
  out << "\nHow much of what differs between accounts lies between segments (p: adjusted for so many tests)\n";
  TextTable table({"KPI", "segments", "share", "p", "accounts"});
  table.keep_left(1);
  for (const KpiVariance& row : insight.kpi_variance)
    table.add({row.kpi, level_name(row.level), share_in_words(row.eta_squared), p_in_words(row.q_value),
               count(row.accounts)});
  table.print(out);
}

void print_penetration(std::ostream& out, const Penetration& row) {
  out << fmt::format("Penetration: {} of the accounts are customers, between {} and {}; {} reach {}",
                     share_in_words(row.share), share_in_words(row.low), share_in_words(row.high),
                     row.compared_with > 0 ? "the better comparable segments" : "all accounts",
                     share_in_words(row.reference));
  if (row.white_space > 0.0) out << fmt::format(", {} customers more", number_in_words(row.white_space));
  if (row.white_space > 0.0 && !std::isnan(row.worth))
    out << fmt::format(", worth {}, between {} and {}", number_in_words(row.worth), number_in_words(row.worth_low),
                       number_in_words(row.worth_high));
  out << "\n";
  if (!std::isnan(row.companies))
    out << fmt::format("Of the market: {} of its {} companies", share_in_words(row.share_of_companies),
                       number_in_words(row.companies));
  if (!std::isnan(row.spend))
    out << fmt::format("{}{} of the {} that it spends", std::isnan(row.companies) ? "Of the market: " : ", ",
                       share_in_words(row.share_of_spend), number_in_words(row.spend));
  if (!std::isnan(row.companies) || !std::isnan(row.spend)) out << "\n";
}

void print_return(std::ostream& out, const ExpectedReturn& row) {
  if (row.contacted == 0) return;
  const std::string behind = fmt::format("{} contacted, {} responded with {} each", count(row.contacted),
                                         share_in_words(row.response_rate), number_in_words(row.value_per_response));
  if (row.too_few)
    out << fmt::format("A contact brings: too few to tell ({})\n", behind);
  else
    out << fmt::format("A contact brings {}, between {} and {} ({}); what a campaign adds only a trial tells\n",
                       number_in_words(row.a_contact), number_in_words(row.low), number_in_words(row.high), behind);
}

/// The choices of a segment that are commoner in it than elsewhere; by the seniority of contacts where that is surely
/// more than the segment's own share.
void print_affinities(std::ostream& out, const Insight& insight, std::int32_t segment) {
  TextTable table({"what", "choice", "highest contact", "share", "lift", "between", "accounts"});
  table.keep_left(1);
  table.keep_left(2);
  bool any = false;
  std::map<std::pair<std::string, std::string>, double> shares;
  for (const Affinity& row : insight.affinities) {
    if (row.segment != segment) continue;
    double& share = shares[{row.affinity, row.choice}];
    if (row.seniority.empty()) share = row.share;
    if (row.count < kFewestToShow || !(row.lift_low > 1.0)) continue;
    if (!row.seniority.empty() && !(row.low > share)) continue;
    any = true;
    table.add({row.affinity, row.choice + (row.is_preferred ? " *" : ""), row.seniority.empty() ? "any" : row.seniority,
               share_in_words(row.share), fmt::format("{:.2f}", row.lift),
               fmt::format("{:.2f} and {:.2f}", row.lift_low, row.lift_high), count(row.count)});
  }
  if (!any) return;
  out << "\nWhat resonates here more than elsewhere (* preferred; lift: share over the whole population's)\n";
  table.print(out);
}

/// Core segments, or macro segments where there are none.
std::vector<std::int32_t> main_segments(const Insight& insight) {
  std::vector<std::int32_t> rows;
  for (const Level level : {Level::kCore, Level::kMacro})
    for (std::size_t s = 0; s < insight.segments.size(); ++s)
      if (insight.segments[s].level == level &&
          (rows.empty() || insight.segments[static_cast<std::size_t>(rows[0])].level == level))
        rows.push_back(static_cast<std::int32_t>(s));
  return rows;
}

void print_white_space(std::ostream& out, const Insight& insight) {
  if (insight.penetration.empty()) return;
  std::vector<const Penetration*> rows;
  for (const std::int32_t segment : main_segments(insight))
    for (const Penetration& row : insight.penetration)
      if (row.segment == segment && row.white_space > 0.0) rows.push_back(&row);
  if (rows.empty()) return;
  const auto weight = [](const Penetration* row) { return std::isnan(row->worth) ? row->white_space : row->worth; };
  std::ranges::stable_sort(rows, [&](const auto* a, const auto* b) { return weight(a) > weight(b); });
  rows.resize(std::min(rows.size(), kMostWhiteSpace));
  out << "\nWhite space: customers lacking to what the better comparable segments reach\n";
  TextTable table({"segment", "customers", "they reach", "lacking", "worth", "between"});
  for (const Penetration* row : rows)
    table.add({insight.segments[static_cast<std::size_t>(row->segment)].name, share_in_words(row->share),
               share_in_words(row->reference), number_in_words(row->white_space), number_in_words(row->worth),
               fmt::format("{} and {}", number_in_words(row->worth_low), number_in_words(row->worth_high))});
  table.print(out);
}

void print_preferred(std::ostream& out, const Insight& insight) {
  std::vector<std::string> titles;
  for (const Affinity& row : insight.affinities)
    if (std::ranges::count(titles, row.affinity) == 0) titles.push_back(row.affinity);
  if (titles.empty()) return;
  out << "\nWhat segments are best reached with (lift over the whole population)\n";
  std::vector<std::string> head{"segment"};
  head.insert(head.end(), titles.begin(), titles.end());
  TextTable table(std::move(head));
  for (std::size_t column = 1; column <= titles.size(); ++column) table.keep_left(column);
  for (const std::int32_t segment : main_segments(insight)) {
    std::vector<std::string> cells(titles.size() + 1, "–");
    cells[0] = insight.segments[static_cast<std::size_t>(segment)].name;
    for (const Affinity& row : insight.affinities)
      if (row.segment == segment && row.is_preferred)
        cells[1 + static_cast<std::size_t>(std::ranges::find(titles, row.affinity) - titles.begin())] =
            fmt::format("{} ({:.1f} ×)", row.choice, row.lift);
    table.add(std::move(cells));
  }
  table.print(out);
}

}  // namespace

std::vector<std::string> kpi_cells(const Insight& insight, std::int32_t segment) {
  std::vector<std::string> cells;
  for (const KpiValue& kpi : insight.kpis)
    if (kpi.segment == segment)
      cells.push_back(kpi.count == 0 ? "–" : kpi.too_few ? "too few" : number_in_words(kpi.estimate));
  return cells;
}

std::vector<std::string> kpi_titles(const Insight& insight) {
  std::vector<std::string> titles;
  for (const KpiValue& kpi : insight.kpis)
    if (kpi.segment == insight.kpis.front().segment) titles.push_back(kpi.kpi);
  return titles;
}

void print_measures(std::ostream& out, const Insight& insight, std::int32_t segment) {
  for (const KpiValue& kpi : insight.kpis)
    if (kpi.segment == segment) out << fmt::format("{}: {}\n", kpi.kpi, told(kpi));
  for (const Penetration& row : insight.penetration)
    if (row.segment == segment) print_penetration(out, row);
  for (const ExpectedReturn& row : insight.returns)
    if (row.segment == segment) print_return(out, row);
  print_affinities(out, insight, segment);
}

void print_measures(std::ostream& out, const Insight& insight) {
  print_variance(out, insight);
  print_white_space(out, insight);
  print_preferred(out, insight);
}

}  // namespace tessera::cli
