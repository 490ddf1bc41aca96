#include "ingest/market.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "ingest/account_rows.hpp"
#include "ingest/wire.hpp"
#include "job/nearest.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/macro.hpp"

namespace tessera::intake {
namespace {

std::vector<std::string> labels_of(const MacroSpec& criterion) {
  std::vector<std::string> labels;
  for (const Band& band : criterion.bands) labels.push_back(band.name);
  for (const MacroSpec::Group& group : criterion.groups) labels.push_back(group.name);
  labels.emplace_back("Other");
  labels.emplace_back("Unknown");
  return labels;
}

/// Whether `name` is a label of each of the criteria from `first` on. Labels may hold the separator themselves.
bool is_macro(const std::vector<std::vector<std::string>>& labels, std::size_t first, std::string_view name) {
  return std::any_of(labels[first].begin(), labels[first].end(), [&](const std::string& label) {
    if (first + 1 == labels.size()) return name == label;
    return name.starts_with(label) && name.substr(label.size()).starts_with(kMacroSeparator) &&
           is_macro(labels, first + 1, name.substr(label.size() + kMacroSeparator.size()));
  });
}

/// The name with each of its labels swapped for the nearest; empty where that makes none.
std::string nearest_macro(const std::vector<std::vector<std::string>>& labels, std::string_view name) {
  std::vector<std::string> near;
  for (std::size_t c = 0; c < labels.size(); ++c) {
    const std::size_t end = c + 1 == labels.size() ? name.size() : name.find(kMacroSeparator);
    if (end == std::string_view::npos) return {};
    near.push_back(nearest(std::string(name.substr(0, end)), labels[c]));
    if (near.back().empty()) return {};
    name.remove_prefix(std::min(name.size(), end + kMacroSeparator.size()));
  }
  return fmt::format("{}", fmt::join(near, kMacroSeparator));
}

double number_at(const Column* column, std::size_t row) {
  return column == nullptr ? std::numeric_limits<double>::quiet_NaN()
                           : std::get<NumberColumn>(column->data).values[row];
}

std::vector<MarketSegment> gather(const parallel::Communicator& comm, const std::vector<MarketSegment>& mine) {
  std::vector<std::string> packed;
  for (const MarketSegment& one : mine) {
    WireWriter out;
    out.put_text(one.source);
    out.put_text(one.macro);
    out.put(one.companies);
    out.put(one.spend);
    packed.emplace_back(out.bytes());
  }
  std::vector<MarketSegment> all;
  for (const std::string& text : comm.all_gather_texts(packed)) {
    WireReader in(text);
    MarketSegment& one = all.emplace_back();
    one.source = in.get_text();
    one.macro = in.get_text();
    one.companies = in.get<double>();
    one.spend = in.get<double>();
  }
  std::ranges::sort(all, {}, &MarketSegment::macro);
  return all;
}

}  // namespace

std::vector<NamedColumn> named_by_market(const Job& job, std::size_t source) {
  const MarketSpec& market = job.sources[source].market;
  const std::string title = fmt::format("[[source]] \"{}\" ", job.sources[source].name);
  std::vector<NamedColumn> named;
  if (!market.companies.empty())
    named.push_back(named_column(market.companies, title + "companies", ColumnType::kNumber, {source}));
  if (!market.spend.empty())
    named.push_back(named_column(market.spend, title + "spend", ColumnType::kNumber, {source}));
  return named;
}

std::string why_no_macro(const std::vector<MacroSpec>& criteria, std::string_view name) {
  std::vector<std::vector<std::string>> labels;
  labels.reserve(criteria.size());
  for (const MacroSpec& criterion : criteria) labels.push_back(labels_of(criterion));
  if (is_macro(labels, 0, name)) return {};
  const std::string near = nearest_macro(labels, name);
  return "no macro segment of the job" + (near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
}

MarketRows take_market(const Context& context, const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                       const ArrivedRows& rows, UnmatchedKeys& unmatched) {
  MarketRows market;
  std::vector<MarketSegment> mine;
  parallel::run_together(context.comm, [&] {
    const MarketSpec& spec = job.sources[source].market;
    const std::vector<NamedColumn> named = named_by_market(job, source);
    const Column* companies = spec.companies.empty() ? nullptr : &column_of(rows, heads, named.front());
    const Column* spend = spec.spend.empty() ? nullptr : &column_of(rows, heads, named.back());
    const Winners winners = find_winners(rows, context.threads);
    for (std::size_t w = 0; w < winners.rows.size(); ++w) {
      const std::uint32_t row = winners.rows[w];
      const std::string_view name = rows.ids.at(row);
      const std::string why = why_no_macro(job.macros, name);
      if (!why.empty()) {
        market.unmatched += winners.copies[w];
        unmatched.add(source, name, winners.copies[w], why);
        continue;
      }
      ++market.used;
      market.duplicates += winners.copies[w] - 1;
      mine.push_back({heads[source].name, std::string(name), number_at(companies, row), number_at(spend, row)});
    }
  });
  market.segments = gather(context.comm, mine);
  return market;
}

}  // namespace tessera::intake
