#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "core/iso_date.hpp"
#include "job/arithmetic.hpp"
#include "job/nearest.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// Where in its line the byte at `offset` of a text stands that is written as "…" from `place` on.
int column_in_line(Place place, std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(offset);
  return place.column + 1 +
         static_cast<int>(std::count_if(text.begin(), end, [](char c) { return (c & 0xC0) != 0x80; }));
}

void read_amount(Section& section, HistorySpec& history) {
  const auto text = section.text("amount", "arithmetic on columns, such as \"quantity * unit_price\"");
  if (!text) return;
  const Place place = section.place("amount");
  auto parsed = parse_arithmetic(*text);
  if (const auto* mistake = std::get_if<ArithmeticMistake>(&parsed)) {
    Place there = place;
    if (place.line > 0) there.column = column_in_line(place, *text, std::min(mistake->offset, text->size()));
    section.mistakes().add(there, fmt::format("amount of {} {}", section.title(), mistake->what));
    return;
  }
  history.amount = std::move(std::get<Arithmetic>(parsed));
  for (ColumnRef& column : history.amount.columns) {
    const auto offset = static_cast<std::size_t>(column.column);
    column.line = place.line;
    column.column = place.line > 0 ? column_in_line(place, *text, offset) : 0;
  }
}

void read_via(Section& outer, HistorySpec& history) {
  const Table* table = outer.table("via", "{ source = \"NAME\", key = \"COLUMN\" }");
  if (table == nullptr) return;
  Section section(outer.mistakes(), table, outer.place("via"), "source.via", "via of " + outer.title());
  HistorySpec::Via via;
  const auto name = section.text("source", "the name of a [[source]] of kind = \"lookup\"", Need::kRequired);
  const Place place = section.place("source");
  if (name) via.source = {*name, place.line, place.column};
  via.key = section.column("key", Need::kRequired);
  section.finish();
  history.via = std::move(via);
}

void read_returns(Section& outer, HistorySpec& history) {
  const Table* table = outer.table("returns", "{ column = \"COLUMN\", prefix = \"TEXT\" }");
  if (table == nullptr) return;
  Section section(outer.mistakes(), table, outer.place("returns"), "source.returns", "returns of " + outer.title());
  HistorySpec::Returns returns;
  returns.column = section.column("column", Need::kRequired);
  returns.prefix = section.text("prefix", "what the cells of returns start with", Need::kRequired).value_or("");
  section.finish();
  history.returns = std::move(returns);
}

void check_via(Mistakes& mistakes, const Job& job, const SourceSpec& source) {
  const ColumnRef& meant = source.history.via->source;
  if (meant.empty()) return;
  std::vector<std::string> lookups;
  for (const SourceSpec& other : job.sources) {
    if (other.kind == SourceKind::kLookup) lookups.push_back(other.name);
  }
  if (std::find(lookups.begin(), lookups.end(), meant.text) != lookups.end()) return;
  const std::string near = nearest(meant.text, lookups);
  mistakes.add({.line = meant.line, .column = meant.column},
               fmt::format("source in via of [[source]] {} is no lookup; got {}; expected the name of a [[source]] of "
                           "kind = \"lookup\"{}",
                           shown(source.name), shown(meant.text),
                           near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

bool is_used(const Job& job, const std::string& lookup) {
  return std::any_of(job.sources.begin(), job.sources.end(), [&](const SourceSpec& source) {
    return source.history.via && source.history.via->source.text == lookup;
  });
}

/// Somebody has to say who the accounts are, and only one may.
void check_population(Section& top, const Job& job) {
  const auto count = [&](auto is) { return std::count_if(job.sources.begin(), job.sources.end(), is); };
  const auto named = count([](const SourceSpec& source) {
    return source.kind == SourceKind::kAccounts || source.kind == SourceKind::kMatrix;
  });
  const auto histories = count([](const SourceSpec& source) { return source.history.population; });
  const Place place{.line = job.sources.front().line, .column = 1};
  if (named > 0 && histories > 0) {
    top.mistakes().add(place,
                       "a history has population = true, but there is a [[source]] of accounts, which names the "
                       "population; remove one of the two");
  } else if (histories > 1) {
    top.mistakes().add(place, "two histories have population = true; expected one, which names the population");
  } else if (named == 0 && histories == 0) {
    top.mistakes().add(place,
                       "no [[source]] names the population; expected one of kind = \"accounts\", or population "
                       "= true in a history");
  }
}

}  // namespace

std::optional<std::int32_t> read_as_of(Section& section) {
  const auto text = section.text("as_of", "a date such as \"2026-01-31\"");
  if (!text) return std::nullopt;
  const std::optional<std::int32_t> day = parse_iso_date(*text);
  if (!day)
    section.wrong("as_of", fmt::format("is no date; got {}; expected one such as \"2026-01-31\"", shown(*text)));
  if (!section.has("time"))
    section.wrong("as_of",
                  "has no meaning here; it goes with time, the column of the rows' dates; add that or remove it");
  return day;
}

void read_history(Section& section, HistorySpec& history) {
  read_via(section, history);
  history.time = section.column("time");
  read_amount(section, history);
  history.category = section.column("category");
  history.as_of = read_as_of(section);
  read_returns(section, history);
  history.population = section.flag("population").value_or(false);
}

void check_histories(Section& top, const Job& job) {
  for (const SourceSpec& source : job.sources) {
    if (source.history.via) check_via(top.mistakes(), job, source);
    if (source.kind == SourceKind::kLookup && !source.name.empty() && !is_used(job, source.name))
      top.mistakes().add(
          {.line = source.line, .column = 1},
          fmt::format("[[source]] {} is a lookup that no history goes by; expected via = {{ source = {}, "
                      "key = \"COLUMN\" }} in a history, or remove it",
                      shown(source.name), shown(source.name)));
  }
  if (!job.sources.empty()) check_population(top, job);
}

}  // namespace tessera::job
