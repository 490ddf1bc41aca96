#include "insight/rules/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "insight/cells.hpp"
#include "insight/matrix_columns.hpp"
#include "insight/rules/rule_measure.hpp"
#include "insight/rules/rule_search.hpp"
#include "insight/rules/rule_words.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kMostRules = 4096;
constexpr std::size_t kQuantiles = RuleColumn::kMostCuts;

std::vector<double> evenly_spaced() {
  std::vector<double> probabilities(kQuantiles);
  for (std::size_t i = 0; i < kQuantiles; ++i)
    probabilities[i] = static_cast<double>(i + 1) / static_cast<double>(kQuantiles + 1);
  return probabilities;
}

std::vector<double> numbers_of_dates(const DateColumn& dates, std::span<const std::uint32_t> rows) {
  std::vector<double> numbers(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int32_t day = dates.days[rows[i]];
    numbers[i] = day == kMissingDate ? std::nan("") : day;
  }
  return numbers;
}

std::vector<double> ordered_cells(const Column& column, std::span<const std::uint32_t> rows) {
  const auto* dates = std::get_if<DateColumn>(&column.data);
  return dates != nullptr ? numbers_of_dates(*dates, rows) : numbers_of(column, rows);
}

RuleColumn::Kind kind_of(const Column& column) {
  if (column.type == ColumnType::kNumber) return RuleColumn::Kind::kNumber;
  return column.type == ColumnType::kDate ? RuleColumn::Kind::kDate : RuleColumn::Kind::kCategory;
}

}  // namespace

RuleBook::RuleBook(const Context& context, const AccountTable& accounts, const Membership& members,
                   std::span<const std::int64_t> sizes, std::uint64_t seed)
    : context_(context),
      accounts_(accounts),
      members_(members),
      sizes_(sizes.begin(), sizes.end()),
      sample_(rule_sample(accounts, members, sizes, seed)) {
  for (const std::uint32_t place : sample_.places) sampled_rows_.push_back(members.rows[place]);
}

template <class T>
std::vector<T> RuleBook::of_sample(std::span<const T> by_row) const {
  std::vector<T> sampled(sample_.places.size());
  std::ranges::transform(sample_.places, sampled.begin(), [&](std::uint32_t place) { return by_row[place]; });
  return sampled;
}

void RuleBook::add_column(const Column& cells, const Role& role) {
  RuleColumn column;
  column.kind = kind_of(cells);
  column.source = cells.source;
  column.name = cells.name;
  column.cells = &cells;
  column.is_feature = role.is_feature;
  column.is_customer_flag = role.is_customer_flag;
  column.is_ambiguous = role.is_ambiguous;
  column.spoken = role.spoken;
  column.missing_is_never = cells.missing_is_never;
  if (cells.type == ColumnType::kText) return;
  if (column.kind == RuleColumn::Kind::kCategory)
    add_categories(std::move(column), category_view(cells, sampled_rows_));
  else
    add_numbers(std::move(column), ordered_cells(cells, sampled_rows_));
}

void RuleBook::add_matrix_column(const std::string& source, std::size_t place, std::span<const double> values) {
  RuleColumn column;
  column.source = source;
  column.name = fmt::format("x{}", place);
  column.spoken = column.name;
  column.place = place;
  column.is_feature = true;
  add_numbers(std::move(column), of_sample(values));
}

void RuleBook::add_numbers(RuleColumn column, std::span<const double> sampled) {
  std::int64_t broken = 0, known = 0;
  for (const double value : sampled) {
    if (std::isnan(value)) continue;
    ++known;
    if (value != std::floor(value)) ++broken;
  }
  std::array<std::int64_t, 2> counts{broken, known};
  context_.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  if (counts[1] == 0) return;
  column.is_whole = counts[0] == 0;
  const std::vector<double> quantiles = parallel::grouped_quantiles(context_.comm, sampled, {}, 1, evenly_spaced());
  column.cuts =
      column.kind == RuleColumn::Kind::kDate ? readable_dates(quantiles) : readable_cuts(quantiles, column.is_whole);
  column.sampled = bins_of(column, sampled);
  columns_.push_back(std::move(column));
}

void RuleBook::add_categories(RuleColumn column, const CategoryView& sampled) {
  std::vector<std::int64_t> counts(sampled.labels.size(), 0);
  for (std::size_t i = 0; i < sampled.codes.size(); ++i)
    if (sampled.codes[i] >= 0) counts[static_cast<std::size_t>(sampled.codes[i])] += sample_.weights[i];
  context_.comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t code) { return counts[code] == 0; });
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t code) { return counts[code]; });
  order.resize(std::min(order.size(), RuleColumn::kMostCategories));
  column.bin_of_category.assign(counts.size(), static_cast<std::uint8_t>(order.size()));
  for (const std::size_t code : order) {
    column.bin_of_category[code] = static_cast<std::uint8_t>(column.labels.size());
    column.labels.push_back(sampled.labels[code]);
  }
  column.sampled = bins_of(column, sampled.codes);
  columns_.push_back(std::move(column));
}

std::vector<std::vector<std::uint8_t>> RuleBook::bins_in_use(const std::vector<bool>& is_used) const {
  std::vector<std::vector<std::uint8_t>> bins(columns_.size());
  bool uses_matrix = false;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (!is_used[c]) continue;
    const RuleColumn& column = columns_[c];
    if (column.cells == nullptr)
      uses_matrix = true;
    else if (column.kind == RuleColumn::Kind::kCategory)
      bins[c] = bins_of(column, category_view(*column.cells, members_.rows).codes);
    else
      bins[c] = bins_of(column, ordered_cells(*column.cells, members_.rows));
  }
  if (uses_matrix)
    for_each_matrix_column(context_, accounts_, members_.rows, [&](std::size_t place, std::span<const double> values) {
      for (std::size_t c = 0; c < columns_.size(); ++c)
        if (is_used[c] && columns_[c].cells == nullptr && columns_[c].place == place)
          bins[c] = bins_of(columns_[c], values);
    });
  return bins;
}

void RuleBook::find_rules(std::vector<Segment>& segments) {
  const auto whole = static_cast<double>(sizes_.back());
  std::vector<std::size_t> wanted;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (segments[s].rule.empty()) {
      wanted.push_back(s);
    } else {
      segments[s].rule_precision = segments[s].rule_recall = 1.0;
      segments[s].rule_coverage = static_cast<double>(segments[s].accounts) / whole;
    }
  }
  if (wanted.size() > kMostRules) {
    context_.journal.info(
        fmt::format("insight: {} segments are too many to find rules for (at most {})", wanted.size(), kMostRules));
    return;
  }
  const std::vector<Rule> rules = search_rules(context_, columns_, sample_, members_, wanted);
  std::vector<bool> is_used(columns_.size(), false);
  for (const Rule& rule : rules)
    for (const Condition& condition : rule.conditions) is_used[condition.column] = true;
  const std::vector<RuleCounts> counts = measure_rules(context_, bins_in_use(is_used), members_, wanted, rules, sizes_);
  for (std::size_t r = 0; r < rules.size(); ++r) {
    if (rules[r].conditions.empty()) continue;
    Segment& segment = segments[wanted[r]];
    segment.rule = rule_in_words(rules[r], columns_);
    segment.rule_precision = counts[r].precision();
    segment.rule_recall = counts[r].recall();
    segment.rule_coverage = static_cast<double>(counts[r].found) / whole;
  }
}

}  // namespace tessera::insight
