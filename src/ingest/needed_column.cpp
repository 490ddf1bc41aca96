#include "ingest/needed_column.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "job/nearest.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

std::optional<ColumnPlace> place_in(const std::vector<SourceHead>& heads, std::size_t source, std::string_view text) {
  const SourceHead& head = heads[source];
  for (const std::string& prefix : {std::string(), head.name + "."}) {
    for (std::size_t c = 0; c < head.columns.size(); ++c) {
      if (text == prefix + head.columns[c]) return ColumnPlace{source, c};
    }
  }
  return std::nullopt;
}

}  // namespace

NamedColumn named_column(const ColumnRef& ref, std::string purpose, ColumnType type, std::vector<std::size_t> sources) {
  NamedColumn named;
  named.use.ref = ref;
  named.use.purpose = std::move(purpose);
  named.use.need = type == ColumnType::kText ? "text" : fmt::format("a {}", type_name(type));
  named.use.allowed = TypeSet{type};
  if (type != ColumnType::kText) named.use.prefers = type;
  named.sources = std::move(sources);
  return named;
}

std::optional<ColumnPlace> place_of(const std::vector<SourceHead>& heads, const NamedColumn& named) {
  for (const std::size_t source : named.sources) {
    if (const auto place = place_in(heads, source, named.use.ref.text)) return place;
  }
  return std::nullopt;
}

const Column& column_of(const ArrivedRows& rows, const std::vector<SourceHead>& heads, const NamedColumn& named) {
  const ColumnPlace place = place_of(heads, named).value();
  const std::string& name = heads[place.source].columns[place.column];
  const auto at = std::ranges::find(rows.columns, name, &Column::name);
  if (at == rows.columns.end())
    throw Error(ExitCode::kInternal, fmt::format("column \"{}\" is needed, but was not stored", name));
  return *at;
}

void check_named(const Job& job, const std::vector<SourceHead>& heads, const std::vector<NamedColumn>& all,
                 std::vector<std::string>& mistakes) {
  for (const NamedColumn& named : all) {
    if (place_of(heads, named)) continue;
    std::vector<std::string> known;
    std::vector<std::string> names;
    for (const std::size_t s : named.sources) {
      known.insert(known.end(), heads[s].columns.begin(), heads[s].columns.end());
      names.push_back(heads[s].name);
    }
    const ColumnUse& use = named.use;
    mistakes.push_back(fmt::format("{}{}: \"{}\" is no column of {}{}", job_place(job, use.ref.line, use.ref.column),
                                   use.purpose, use.ref.text, fmt::join(names, " or "),
                                   did_you_mean(use.ref.text, known)));
  }
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? fmt::format("; there are: {}", fmt::join(known, ", "))
                      : fmt::format("; did you mean \"{}\"?", near);
}

}  // namespace tessera::intake
