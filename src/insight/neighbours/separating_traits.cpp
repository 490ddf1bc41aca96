#include "insight/neighbours/separating_traits.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::insight {

namespace {

constexpr double kLeastScore = 0.1;  ///< shares that differ by less set nothing apart
constexpr double kMost = 0.5;

}  // namespace

SeparatingTraits::SeparatingTraits(std::vector<Neighbour>& neighbours, std::span<const std::int64_t> accounts)
    : neighbours_(neighbours), scores_(neighbours.size(), kLeastScore), accounts_(accounts) {}

void SeparatingTraits::offer(std::size_t pair, double score, std::string text) {
  if (score <= scores_[pair]) return;
  scores_[pair] = score;
  neighbours_[pair].trait = std::move(text);
}

void SeparatingTraits::add_numbers(const ColumnRole& role, const NumberTable& table) {
  std::vector<double> cuts{0.0};
  for (const double quantile : table.quantiles)
    if (!std::isnan(quantile)) cuts.push_back(quantile);
  for (std::size_t pair = 0; pair < neighbours_.size(); ++pair) {
    const auto mine = static_cast<std::size_t>(neighbours_[pair].segment);
    const auto theirs = static_cast<std::size_t>(neighbours_[pair].neighbour);
    const auto n = static_cast<double>(table.moments[mine].count), m = static_cast<double>(table.moments[theirs].count);
    if (n == 0.0 || m == 0.0) continue;
    for (const double cut : cuts) {
      const double above = static_cast<double>(table.counts.not_above(theirs, cut)) / m -
                           static_cast<double>(table.counts.not_above(mine, cut)) / n;
      offer(pair, role.weight * std::fabs(above),
            number_in_trait(role.name, above > 0.0 ? Degree::kHigher : Degree::kLower));
    }
  }
}

void SeparatingTraits::add_categories(const ColumnRole& role, const CategoryTable& table) {
  for (std::size_t category = 0; category < table.n_categories(); ++category) {
    const std::string& label = table.labels[category];
    if (label == kUnknownCategory || is_remainder(label)) continue;
    std::string text = role.criterion >= 0 ? label : category_in_trait(role.name, label);
    const int answer = yes_or_no(label);
    if (role.is_customer_flag && answer != 0) text = answer > 0 ? "customers" : "prospects";
    for (std::size_t pair = 0; pair < neighbours_.size(); ++pair) {
      const auto mine = static_cast<std::size_t>(neighbours_[pair].segment);
      const auto theirs = static_cast<std::size_t>(neighbours_[pair].neighbour);
      if (accounts_[mine] == 0 || accounts_[theirs] == 0) continue;
      const double share = table.share(mine, category);
      offer(pair, role.weight * (share - table.share(theirs, category)), share >= kMost ? text : "more often " + text);
    }
  }
}

}  // namespace tessera::insight
