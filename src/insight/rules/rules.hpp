#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/membership.hpp"
#include "insight/rules/rule_column.hpp"
#include "insight/rules/rule_sample.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"

namespace tessera::insight {

/// Collects the columns that rules may speak of, one after the other, and then finds and measures the rules.
class RuleBook {
 public:
  /// What a column is, besides its cells.
  struct Role {
    bool is_feature = false;
    bool is_customer_flag = false;
    bool is_ambiguous = false;
    std::string spoken;
  };

  /// `sizes` is by segment, the whole last; all references outlive this.
  RuleBook(const Context& context, const AccountTable& accounts, const Membership& members,
           std::span<const std::int64_t> sizes, std::uint64_t seed);

  /// Number, date, category and flag columns; text says nothing that a rule could. Collective.
  void add_column(const Column& column, const Role& role);
  /// A column of the matrix; `values` by population row. Collective.
  void add_matrix_column(const std::string& source, std::size_t place, std::span<const double> values);

  /// Rules of all segments that have none yet, with their precision, recall and coverage over the whole population.
  /// A segment that none was found for keeps an empty rule and NaN. Given rules (macro segments: the criterion itself)
  /// have precision and recall 1. Collective.
  void find_rules(std::vector<Segment>& segments);

 private:
  void add_numbers(RuleColumn column, std::span<const double> sampled);
  void add_categories(RuleColumn column, const CategoryView& sampled);
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> bins_in_use(const std::vector<bool>& is_used) const;
  template <class T>
  [[nodiscard]] std::vector<T> of_sample(std::span<const T> by_row) const;

  const Context& context_;
  const AccountTable& accounts_;
  const Membership& members_;
  std::vector<std::int64_t> sizes_;
  RuleSample sample_;
  std::vector<std::uint32_t> sampled_rows_;  ///< of the account table
  std::vector<RuleColumn> columns_;
};

}  // namespace tessera::insight
