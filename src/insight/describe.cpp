#include <fmt/format.h>

#include <algorithm>

#include "insight/affinity/affinities.hpp"
#include "insight/category_table.hpp"
#include "insight/cells.hpp"
#include "insight/criteria.hpp"
#include "insight/kpi/kpis.hpp"
#include "insight/matrix_columns.hpp"
#include "insight/membership.hpp"
#include "insight/names.hpp"
#include "insight/neighbours/separating_traits.hpp"
#include "insight/number_table.hpp"
#include "insight/penetration/expected_returns.hpp"
#include "insight/penetration/penetration.hpp"
#include "insight/rules/rules.hpp"
#include "insight/sizes.hpp"
#include "insight/trait_words.hpp"
#include "insight/traits.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/insight.hpp"

namespace tessera {

namespace {

using insight::CategoryTable;
using insight::CategoryView;
using insight::ColumnRole;
using insight::Membership;
using insight::NumberTable;
using insight::TraitBook;

constexpr double kFeatureWeight = 1.0;
constexpr double kCriterionWeight = 0.9;
constexpr double kOtherWeight = 0.6;

/// One segmentation on its way to being described.
class Description {
 public:
  Description(const Context& context, const AccountTable& accounts, const Job& job,
              const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows,
              const std::vector<SegmentSeed>& seeds, const SegmentAssignment& assignment, SegmentGeometry geometry)
      : context_(context),
        accounts_(accounts),
        job_(job),
        segmentation_(segmentation),
        members_(insight::membership(rows, seeds, assignment)),
        segments_(segments_of(seeds)),
        counts_(measured_sizes()),
        book_(members_, counts_),
        rules_(context, accounts, members_, counts_, job.seed),
        geometry_(std::move(geometry)),
        apart_(geometry_.neighbours, counts_) {}

  Insight finish() && {
    for (std::size_t c = 0; c < accounts_.columns.size(); ++c) describe_column(c);
    describe_matrix();
    describe_criteria();
    Insight result;
    insight::KpiTables kpis = insight::measure_kpis(context_.comm, accounts_, job_.kpis, members_, counts_);
    result.kpis = std::move(kpis.values);
    result.whole_kpis = std::move(kpis.whole);
    result.kpi_variance = std::move(kpis.variance);
    parallel::stop_together(context_.comm);
    result.penetration = insight::measure_penetration(context_.comm, accounts_, job_.value, segmentation_.population,
                                                      members_, segments_);
    parallel::stop_together(context_.comm);
    result.affinities = insight::measure_affinities(context_.comm, accounts_, job_, members_);
    result.returns = insight::measure_returns(context_.comm, accounts_, job_, members_);
    parallel::stop_together(context_.comm);
    rules_.find_rules(segments_);
    parallel::stop_together(context_.comm);
    insight::name_segments(book_, segments_);
    for (const std::string& warning : insight::give_names(segmentation_.names, segments_))
      context_.journal.warn(fmt::format("segmentation \"{}\": {}", segmentation_.name, warning));
    result.segments = std::move(segments_);
    // Columns came one by one; readers look segments up.
    std::ranges::stable_sort(numbers_, {}, &NumberProfile::segment);
    std::ranges::stable_sort(categories_, {}, &CategoryProfile::segment);
    result.numbers = std::move(numbers_);
    result.categories = std::move(categories_);
    result.neighbours = std::move(geometry_.neighbours);
    result.examples = std::move(geometry_.examples);
    result.map = std::move(geometry_.map);
    return result;
  }

 private:
  static std::vector<Segment> segments_of(const std::vector<SegmentSeed>& seeds) {
    std::vector<Segment> segments(seeds.size());
    for (std::size_t s = 0; s < seeds.size(); ++s) {
      segments[s].id = seeds[s].id;
      segments[s].parent = seeds[s].parent;
      segments[s].level = seeds[s].level;
      segments[s].name = seeds[s].name;
      segments[s].rule = seeds[s].rule;
      segments[s].is_outliers = seeds[s].is_outliers;
      segments[s].memory = seeds[s].memory;
    }
    return segments;
  }

  /// Accounts by segment, the whole last.
  std::vector<std::int64_t> measured_sizes() {
    insight::measure_sizes(context_.comm, accounts_, job_.value, members_, segments_);
    std::vector<std::int64_t> counts;
    for (const Segment& segment : segments_) counts.push_back(segment.accounts);
    counts.push_back(context_.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::int64_t>(members_.rows.size())));
    return counts;
  }

  [[nodiscard]] bool is_feature(const Column& column) const {
    const auto is_column = [&](const FeatureSpec& feature) { return accounts_.find(feature.column.text) == &column; };
    return std::ranges::any_of(segmentation_.features, is_column) ||
           (segmentation_.refine && std::ranges::any_of(segmentation_.refine->features, is_column));
  }
  [[nodiscard]] bool may_name(const Column& column) const {
    if (&column == accounts_.find(job_.value.suppress.text)) return false;
    return is_feature(column) || column.type == ColumnType::kFlag || !insight::is_identifier(column.name);
  }
  /// What a history gives has a name of ours, not of its owner's.
  [[nodiscard]] std::string spoken_name(const Column& column) const {
    return is_history(column) ? insight::history_column(column.source, column.name) : column.name;
  }
  [[nodiscard]] bool is_history(const Column& column) const {
    return std::ranges::any_of(job_.sources, [&](const SourceSpec& source) {
      return source.name == column.source && source.kind == SourceKind::kHistory;
    });
  }
  [[nodiscard]] ColumnRole role_of(std::size_t c) const {
    const Column& column = accounts_.columns[c];
    ColumnRole role{spoken_name(column), static_cast<std::int32_t>(c),
                    is_feature(column) ? kFeatureWeight : kOtherWeight, false, -1};
    role.is_customer_flag = &column == accounts_.find(job_.value.customer.text);
    return role;
  }

  [[nodiscard]] insight::RuleBook::Role rule_role_of(const Column& column) const {
    insight::RuleBook::Role role;
    role.is_feature = is_feature(column);
    role.is_customer_flag = &column == accounts_.find(job_.value.customer.text);
    role.spoken = is_history(column) ? spoken_name(column) : insight::spoken_column(column.name);
    role.is_ambiguous = column.source != job_.sources.front().name &&
                        std::ranges::count(accounts_.columns, column.name, &Column::name) > 1;
    return role;
  }

  void describe_column(std::size_t c) {
    parallel::stop_together(context_.comm);
    const Column& column = accounts_.columns[c];
    if (column.is_sensitive) return;
    if (may_name(column)) rules_.add_column(column, rule_role_of(column));
    if (column.type == ColumnType::kNumber) {
      const NumberTable table =
          insight::number_table(context_.comm, insight::numbers_of(column, members_.rows), members_);
      append_numbers(table, column.full_name());
      if (may_name(column)) add_numbers(role_of(c), table);
    } else if (column.type == ColumnType::kCategory || column.type == ColumnType::kFlag) {
      const CategoryTable table =
          insight::category_table(context_.comm, insight::category_view(column, members_.rows), members_, counts_);
      for (std::int32_t segment = 0; segment < members_.n_segments; ++segment)
        insight::append_category_profiles(table, members_, segment, column.full_name(), categories_);
      if (may_name(column)) add_categories(role_of(c), table);
    }
  }

  void add_numbers(const ColumnRole& role, const NumberTable& table) {
    book_.add_numbers(role, table);
    apart_.add_numbers(role, table);
  }
  void add_categories(const ColumnRole& role, const CategoryTable& table) {
    book_.add_categories(role, table);
    apart_.add_categories(role, table);
  }

  void append_numbers(const NumberTable& table, const std::string& column) {
    for (std::int32_t segment = 0; segment < members_.n_segments; ++segment)
      numbers_.push_back(insight::number_profile(table, members_, segment, column));
  }

  void describe_matrix() {
    if (!accounts_.is_matrix()) return;
    insight::for_each_matrix_column(
        context_, accounts_, members_.rows, [&](std::size_t c, std::span<const double> values) {
          const NumberTable table = insight::number_table(context_.comm, values, members_);
          append_numbers(table, fmt::format("{}.{}", job_.sources.front().name, c));
          rules_.add_matrix_column(job_.sources.front().name, c, values);
          add_numbers({fmt::format("x{}", c), static_cast<std::int32_t>(accounts_.columns.size() + c), kFeatureWeight,
                       false, -1},
                      table);
        });
  }

  /// Each macro criterion is a column of labels: the parts of the macro segments' names.
  void describe_criteria() {
    if (members_.levels.empty() || segments_.front().level != Level::kMacro) return;
    const insight::LevelMembers& macro = members_.levels.front();
    const std::vector<std::vector<std::string>> labels = insight::criterion_labels(segments_, job_.macros.size());
    for (std::size_t criterion = 0; criterion < labels.size(); ++criterion) {
      const CategoryView view = insight::criterion_view(labels[criterion], macro);
      const MacroSpec& spec = job_.macros[criterion];
      const Column* origin = accounts_.find(spec.column.text);
      if (origin == nullptr) continue;
      const auto column = static_cast<std::int32_t>(origin - accounts_.columns.data());
      add_categories({spec.name, column, kCriterionWeight, false, static_cast<std::int32_t>(criterion)},
                     insight::category_table(context_.comm, view, members_, counts_));
    }
  }

  const Context& context_;
  const AccountTable& accounts_;
  const Job& job_;
  const SegmentationSpec& segmentation_;
  Membership members_;
  std::vector<Segment> segments_;
  std::vector<std::int64_t> counts_;
  TraitBook book_;
  insight::RuleBook rules_;
  SegmentGeometry geometry_;
  insight::SeparatingTraits apart_;
  std::vector<NumberProfile> numbers_;
  std::vector<CategoryProfile> categories_;
};

}  // namespace

Insight describe(const Context& context, const AccountTable& accounts, const Job& job,
                 const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows,
                 const std::vector<SegmentSeed>& seeds, const SegmentAssignment& assignment, SegmentGeometry geometry) {
  return Description(context, accounts, job, segmentation, rows, seeds, assignment, std::move(geometry)).finish();
}

}  // namespace tessera
