#include "insight/value/shared_traits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/elementary.hpp"
#include "core/iso_date.hpp"
#include "core/special_numbers.hpp"
#include "insight/cells.hpp"
#include "insight/value/customers.hpp"
#include "insight/words.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

using parallel::Communicator;
using parallel::Reduce;

constexpr double kNormal975 = 1.959963984540054;
constexpr const char* kUnknown = "(unknown)";
constexpr std::size_t kMostCategories = 50;

double ratio(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// p·log2(p / q), 0 where p is.
double bits(double p, double q) {
  constexpr double kInverseLn2 = 1.4426950408889634;
  return p > 0.0 ? p * portable_log(p / q) * kInverseLn2 : 0.0;
}

/// Customers by slot among the best (even entries) and the rest (odd). Collective.
class SlotCounts {
 public:
  template <class SlotOf>
  SlotCounts(const Communicator& comm, const TwoGroups& groups, std::size_t slots, SlotOf slot_of)
      : counts_(2 * slots, 0) {
    for (std::size_t i = 0; i < groups.rows.size(); ++i)
      ++counts_[2 * slot_of(i) + static_cast<std::size_t>(1 - groups.is_best[i])];
    comm.all_reduce<Reduce::kSum>(std::span(counts_));
  }
  [[nodiscard]] std::int64_t best(std::size_t slot) const { return counts_[2 * slot]; }
  [[nodiscard]] std::int64_t rest(std::size_t slot) const { return counts_[2 * slot + 1]; }
  [[nodiscard]] std::int64_t both(std::size_t slot) const { return best(slot) + rest(slot); }

 private:
  std::vector<std::int64_t> counts_;
};

/// Walks the columns one by one.
class Traits {
 public:
  Traits(const Communicator& comm, const TwoGroups& groups) : comm_(comm), groups_(groups) {}

  void add(const Column& column) {
    if (const auto* category = std::get_if<CategoryColumn>(&column.data)) add_categories(column, *category);
    if (const auto* flag = std::get_if<FlagColumn>(&column.data)) add_flag(column, *flag);
    if (std::holds_alternative<NumberColumn>(column.data))
      add_ranges(column, numbers_of(column, groups_.rows), [](double x) { return words::number_in_words(x); });
    if (const auto* date = std::get_if<DateColumn>(&column.data)) {
      std::vector<double> days(groups_.rows.size());
      std::ranges::transform(groups_.rows, days.begin(), [&](std::uint32_t row) {
        return date->days[row] == kMissingDate ? kNaN : static_cast<double>(date->days[row]);
      });
      add_ranges(column, days, [](double day) { return iso_date(static_cast<std::int32_t>(std::ceil(day))); });
    }
  }

  [[nodiscard]] std::vector<SharedTrait> most_telling_first() && {
    std::ranges::stable_sort(traits_, [](const SharedTrait& a, const SharedTrait& b) { return a.tells > b.tells; });
    return std::move(traits_);
  }

 private:
  void put(const Column& column, std::string words, const SlotCounts& counts, std::size_t slot, double from = kNaN,
           double below = kNaN) {
    if (counts.both(slot) == 0) return;
    SharedTrait trait;
    trait.column = column.full_name();
    trait.trait = std::move(words);
    trait.from = from;
    trait.below = below;
    trait.best = counts.best(slot);
    trait.rest = counts.rest(slot);
    measure_lift(groups_.best, groups_.rest, trait);
    traits_.push_back(std::move(trait));
  }

  void add_categories(const Column& column, const CategoryColumn& data) {
    const std::size_t n = data.categories.size();
    const SlotCounts counts(comm_, groups_, n + 1, [&](std::size_t i) {
      const std::int32_t code = data.codes[groups_.rows[i]];
      return code < 0 ? n : static_cast<std::size_t>(code);
    });
    std::vector<std::size_t> codes(n);
    std::iota(codes.begin(), codes.end(), std::size_t{0});
    std::ranges::stable_sort(codes, [&](std::size_t a, std::size_t b) { return counts.both(a) > counts.both(b); });
    codes.resize(std::min(n, kMostCategories));
    for (const std::size_t code : codes) put(column, data.categories[code], counts, code);
    put(column, kUnknown, counts, n);
  }

  void add_flag(const Column& column, const FlagColumn& data) {
    const SlotCounts counts(comm_, groups_, 3, [&](std::size_t i) {
      const std::int8_t flag = data.values[groups_.rows[i]];
      return flag < 0 ? std::size_t{2} : static_cast<std::size_t>(flag);
    });
    put(column, "no", counts, 0);
    put(column, "yes", counts, 1);
    put(column, kUnknown, counts, 2);
  }

  template <class InWords>
  void add_ranges(const Column& column, const std::vector<double>& values, InWords in_words) {
    constexpr std::array kQuartiles{0.25, 0.5, 0.75};
    std::vector<double> cuts = parallel::grouped_quantiles(comm_, values, {}, 1, kQuartiles);
    std::erase_if(cuts, [](double cut) { return std::isnan(cut); });
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    const std::size_t n = cuts.size();
    if (n == 0) return;  // nobody has a value
    const SlotCounts counts(comm_, groups_, n + 2, [&](std::size_t i) {
      if (std::isnan(values[i])) return n + 1;
      return static_cast<std::size_t>(std::ranges::upper_bound(cuts, values[i]) - cuts.begin());
    });
    put(column, "below " + in_words(cuts[0]), counts, 0, kNaN, cuts[0]);
    for (std::size_t c = 0; c + 1 < n; ++c)
      put(column, fmt::format("{} to {}", in_words(cuts[c]), in_words(cuts[c + 1])), counts, c + 1, cuts[c],
          cuts[c + 1]);
    put(column, "from " + in_words(cuts[n - 1]), counts, n, cuts[n - 1]);
    put(column, kUnknown, counts, n + 1);
  }

  const Communicator& comm_;
  const TwoGroups& groups_;
  std::vector<SharedTrait> traits_;
};

}  // namespace

void measure_lift(std::int64_t n_best, std::int64_t n_rest, SharedTrait& trait) {
  trait.share_of_best = ratio(trait.best, n_best);
  trait.share_of_rest = ratio(trait.rest, n_rest);
  trait.lift = trait.rest > 0 ? trait.share_of_best / trait.share_of_rest : kNaN;
  // Where one of the two has nobody, half a customer is added to each count, or there would be no logarithm.
  const double added = trait.best == 0 || trait.rest == 0 ? 0.5 : 0.0;
  const double a = static_cast<double>(trait.best) + added;
  const double b = static_cast<double>(trait.rest) + added;
  const double p = a / (static_cast<double>(n_best) + added);
  const double q = b / (static_cast<double>(n_rest) + added);
  const double error = std::sqrt((1.0 - p) / a + (1.0 - q) / b);
  const double log_lift = portable_log(p / q);
  trait.low = portable_exp(log_lift - kNormal975 * error);
  trait.high = portable_exp(log_lift + kNormal975 * error);
  trait.tells = trait.low > 1.0 ? bits(p, q) + bits(1.0 - p, 1.0 - q) : 0.0;
}

std::vector<SharedTrait> shared_traits(const Communicator& comm, const AccountTable& accounts, const Job& job,
                                       const TwoGroups& groups) {
  if (groups.best == 0 || groups.rest == 0) return {};
  Traits traits(comm, groups);
  for (const Column& column : accounts.columns) {
    const bool is_customer_flag = &column == accounts.find(job.value.customer.text);
    if (!column.is_sensitive && !is_customer_flag && behind_value(job, accounts, column).empty()) traits.add(column);
  }
  return std::move(traits).most_telling_first();
}

}  // namespace tessera::insight
