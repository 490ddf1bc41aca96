#include "insight/traits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "core/elementary.hpp"
#include "insight/number_bands.hpp"

namespace tessera::insight {

namespace {

constexpr double kBitsPerNat = 1.4426950408889634;
constexpr double kTypical = 0.5;          ///< a category: most accounts have it
constexpr double kClearlyTypical = 0.75;  ///< a flag, a yes or no: the other answer would be as easily said
constexpr double kDominant = 0.8;         ///< a macro criterion's label
constexpr double kDistinctive = 1.3;      ///< lift
constexpr double kOften = 0.3;            ///< "often Software"
constexpr double kOftenLift = 1.5;
constexpr double kUnknownWeight = 0.4;   ///< that a cell is missing tells little of an account
constexpr double kNegationWeight = 0.7;  ///< "no partner"
constexpr double kFillerWeight = 0.4;
/// More than a column has categories: a criterion's labels are told from those of the column that it is made of.
constexpr std::int32_t kWhatsOfColumn = 1 << 20;
constexpr double kApart = 0.5;  ///< standard deviations between a segment and its parent

/// Kullback–Leibler divergence in bits between having a trait with share p and with share q; 0 where p is not above q.
double divergence(double p, double q) {
  if (!(p > q) || q <= 0.0) return 0.0;
  double nats = p * portable_log(p / q);
  if (p < 1.0) nats += (1.0 - p) * portable_log((1.0 - p) / (1.0 - q));
  return nats * kBitsPerNat;
}

}  // namespace

TraitBook::TraitBook(const Membership& members, std::span<const std::int64_t> accounts)
    : members_(members),
      accounts_(accounts.begin(), accounts.end()),
      traits_(static_cast<std::size_t>(members.n_segments)),
      typical_(static_cast<std::size_t>(members.n_segments)) {}

double TraitBook::share(std::size_t segment, std::int64_t count) const noexcept {
  return accounts_[segment] == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(accounts_[segment]);
}

void TraitBook::weigh(std::size_t segment, const Claim& claim, std::int64_t count, std::int64_t baseline_count) {
  const double mine = share(segment, count);
  const double theirs = share(static_cast<std::size_t>(members_.baseline[segment]), baseline_count);
  columns_.try_emplace(claim.text, claim.key.column);
  if (mine < claim.typical) return;
  texts_.try_emplace(claim.key, claim.text);
  typical_[segment].push_back(claim.key);
  if (mine <= theirs) return;
  const bool strong = mine >= kDistinctive * theirs;
  const double score = claim.weight * divergence(mine, theirs) * (strong ? 1.0 : kFillerWeight);
  traits_[segment].push_back({claim.key, claim.kind, strong, mine, theirs, score, claim.text, claim.degree_length});
}

void TraitBook::add_often(std::size_t segment, const Claim& claim, std::int64_t count, std::int64_t baseline_count) {
  const double mine = share(segment, count);
  const double theirs = share(static_cast<std::size_t>(members_.baseline[segment]), baseline_count);
  if (mine < kOften || mine >= claim.typical || mine < kOftenLift * theirs) return;
  columns_.try_emplace("often " + claim.text, claim.key.column);
  traits_[segment].push_back({claim.key, claim.kind, false, mine, theirs,
                              claim.weight * kFillerWeight * divergence(mine, theirs), "often " + claim.text, 0});
}

void TraitBook::add_categories(const ColumnRole& role, const CategoryTable& table) {
  const bool is_criterion = role.criterion >= 0;
  const std::int32_t first_what = (role.criterion + 1) * kWhatsOfColumn;
  for (std::size_t category = 0; category < table.n_categories(); ++category) {
    const std::string& label = table.labels[category];
    const bool unknown = label == kUnknownCategory;
    if (!unknown && is_remainder(label)) continue;
    const int answer = yes_or_no(label);
    Claim claim{{role.column, first_what + static_cast<std::int32_t>(category)},
                answer == 0 ? Trait::Kind::kCategory : Trait::Kind::kFlag,
                answer == 0 ? kTypical : kClearlyTypical,
                role.weight * (answer < 0 ? kNegationWeight : 1.0),
                category_in_trait(role.name, label)};
    if (is_criterion) {
      claim.kind = Trait::Kind::kCategory;
      claim.typical = kDominant;
      claim.text = label;  // as in the macro segments' own names
    }
    if (role.is_customer_flag && answer != 0) {
      claim.text = answer > 0 ? "customers" : "prospects";
      claim.weight = role.weight;
    }
    if (unknown) {
      claim.kind = Trait::Kind::kFlag;
      claim.typical = kClearlyTypical;
      claim.weight = role.weight * kUnknownWeight;
      claim.text = number_in_trait(role.name, Degree::kUnknown);
    }
    for (std::size_t segment = 0; segment < traits_.size(); ++segment) {
      const std::int64_t count = table.count(segment, category);
      const std::int64_t baseline = table.count(static_cast<std::size_t>(members_.baseline[segment]), category);
      weigh(segment, claim, count, baseline);
      if (claim.kind == Trait::Kind::kCategory && !is_criterion) add_often(segment, claim, count, baseline);
    }
  }
}

void TraitBook::add_numbers(const ColumnRole& role, const NumberTable& table) {
  const auto whole = static_cast<std::size_t>(members_.whole());
  if (table.moments[whole].count == 0) return;
  for (const NumberBand& band : number_bands(table, whole, accounts_)) {
    Claim claim{{role.column, -1 - static_cast<std::int32_t>(band.degree)},
                band.is_flag() ? Trait::Kind::kFlag : Trait::Kind::kNumber,
                band.degree == Degree::kVeryLow || band.degree == Degree::kLow || band.degree == Degree::kHigh ||
                        band.degree == Degree::kVeryHigh
                    ? kTypical
                    : kClearlyTypical,
                role.weight * band.weight,
                number_in_trait(role.name, band.degree),
                degree_in_words(role.name, band.degree).size()};
    if (band.is_below_zero()) {
      claim.text = negative_in_trait(role.name);
      claim.degree_length = 0;
    }
    for (std::size_t segment = 0; segment < traits_.size(); ++segment)
      weigh(segment, claim, band.count(table, segment, accounts_),
            band.count(table, static_cast<std::size_t>(members_.baseline[segment]), accounts_));
  }
  for (std::size_t segment = 0; segment < traits_.size(); ++segment) add_comparison(segment, role, table);
}

void TraitBook::add_comparison(std::size_t segment, const ColumnRole& role, const NumberTable& table) {
  const auto baseline = static_cast<std::size_t>(members_.baseline[segment]);
  const parallel::Moments& mine = table.moments[segment];
  if (share(segment, mine.count) < kTypical) return;
  const double delta = glass_delta(mine, table.moments[baseline]);
  const double median_step = table.medians[segment] - table.medians[baseline];
  // Said only where mean and median agree: a mean alone may be the doing of one account.
  const bool higher = delta > 0.0 && median_step > 0.0;
  if (!higher && !(delta < 0.0 && median_step < 0.0)) return;
  const bool to_parent = baseline != static_cast<std::size_t>(members_.whole());
  const Degree degree = to_parent ? (higher ? Degree::kHigher : Degree::kLower)
                                  : (higher ? Degree::kAboveAverage : Degree::kBelowAverage);
  const double distance = std::min(std::fabs(delta), 2.0);
  const double score = role.weight * kFillerWeight * 0.5 * distance * distance * kBitsPerNat;
  if (distance < 0.1) return;
  columns_.try_emplace(number_in_trait(role.name, degree), role.column);
  traits_[segment].push_back({{role.column, -1 - static_cast<std::int32_t>(degree)},
                              Trait::Kind::kNumber,
                              to_parent && distance >= kApart,
                              0.0,
                              0.0,
                              score,
                              number_in_trait(role.name, degree),
                              degree_in_words(role.name, degree).size()});
}

std::vector<Trait> TraitBook::ranked(std::size_t segment) const {
  std::vector<Trait> traits = traits_[segment];
  std::ranges::sort(traits, [](const Trait& a, const Trait& b) {
    return std::tuple(!a.strong, -a.score, a.key) < std::tuple(!b.strong, -b.score, b.key);
  });
  return traits;
}

bool TraitBook::is_typical(std::size_t segment, Trait::Key key) const {
  return std::ranges::find(typical_[segment], key) != typical_[segment].end();
}

}  // namespace tessera::insight
