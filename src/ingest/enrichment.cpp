#include "ingest/enrichment.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "ingest/enrichment_columns.hpp"

namespace tessera::intake {
namespace {

template <class T, class IsMissing>
std::vector<std::uint32_t> fill_values(std::vector<T>& target, const std::vector<T>& theirs, IsMissing is_missing) {
  std::vector<std::uint32_t> filled;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (!is_missing(target[i]) || is_missing(theirs[i])) continue;
    target[i] = theirs[i];
    filled.push_back(static_cast<std::uint32_t>(i));
  }
  return filled;
}

/// Codes of one dictionary in a larger one, both sorted.
std::vector<std::int32_t> codes_in(const std::vector<std::string>& categories, const std::vector<std::string>& all) {
  std::vector<std::int32_t> codes;
  codes.reserve(categories.size());
  for (const std::string& category : categories)
    codes.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(all, category) - all.begin()));
  return codes;
}

void translate(std::vector<std::int32_t>& codes, const std::vector<std::int32_t>& to) {
  for (std::int32_t& code : codes) {
    if (code >= 0) code = to[static_cast<std::size_t>(code)];
  }
}

std::vector<std::uint32_t> fill_categories(CategoryColumn& target, CategoryColumn theirs) {
  std::vector<std::string> all;
  std::ranges::set_union(target.categories, theirs.categories, std::back_inserter(all));
  translate(target.codes, codes_in(target.categories, all));
  translate(theirs.codes, codes_in(theirs.categories, all));
  target.categories = std::move(all);
  return fill_values(target.codes, theirs.codes, [](std::int32_t code) { return code < 0; });
}

std::vector<std::uint32_t> fill_texts(TextColumn& target, const TextColumn& theirs) {
  std::vector<std::uint32_t> filled;
  TextColumn both;
  both.ends.reserve(target.size());
  for (std::size_t i = 0; i < target.size(); ++i) {
    const bool fills = target.at(i).empty() && !theirs.at(i).empty();
    both.push_back(fills ? theirs.at(i) : target.at(i));
    if (fills) filled.push_back(static_cast<std::uint32_t>(i));
  }
  target = std::move(both);
  return filled;
}

}  // namespace

std::vector<std::uint32_t> fill_missing(Column& target, const Column& theirs) {
  switch (target.type) {
    case ColumnType::kNumber:
      return fill_values(std::get<NumberColumn>(target.data).values, std::get<NumberColumn>(theirs.data).values,
                         [](double x) { return std::isnan(x); });
    case ColumnType::kCategory:
      return fill_categories(std::get<CategoryColumn>(target.data), std::get<CategoryColumn>(theirs.data));
    case ColumnType::kFlag:
      return fill_values(std::get<FlagColumn>(target.data).values, std::get<FlagColumn>(theirs.data).values,
                         [](std::int8_t flag) { return flag < 0; });
    case ColumnType::kDate:
      return fill_values(std::get<DateColumn>(target.data).days, std::get<DateColumn>(theirs.data).days,
                         [](std::int32_t day) { return day == kMissingDate; });
    case ColumnType::kText:
      return fill_texts(std::get<TextColumn>(target.data), std::get<TextColumn>(theirs.data));
  }
  return {};
}

std::vector<ColumnFill> fill_from(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                                  std::vector<Column>& joined, std::vector<std::vector<Column>>& columns) {
  std::vector<ColumnFill> fills;
  for (const FillColumn& fill : fill_columns(job, heads, source)) {
    const auto theirs = std::ranges::find(joined, heads[source].columns[fill.own], &Column::name);
    std::vector<Column>& targets = columns[fill.target.source];
    const auto target =
        std::ranges::find(targets, heads[fill.target.source].columns[fill.target.column], &Column::name);
    if (theirs == joined.end()) continue;
    if (target != targets.end())
      fills.push_back({target->full_name(), heads[source].name, 0, fill_missing(*target, *theirs)});
    joined.erase(theirs);
  }
  return fills;
}

}  // namespace tessera::intake
