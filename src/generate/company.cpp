#include "generate/company.hpp"

#include <algorithm>
#include <cmath>

#include "core/elementary.hpp"
#include "generate/planted.hpp"

namespace tessera::generate {
namespace {

template <std::size_t n>
int pick(const std::array<double, n>& shares, double u) {
  for (std::size_t i = 0; i + 1 < n; ++i) {
    if (u < shares[i]) return static_cast<int>(i);
    u -= shares[i];
  }
  return static_cast<int>(n) - 1;
}

}  // namespace

Company::Company(const GenerateOptions& options)
    : seed_(options.seed),
      night_(options.night),
      calendar_(options.events),
      joining_a_night_(
          std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(options.accounts) * kJoinRate))),
      joining_a_birth_(static_cast<std::uint64_t>(static_cast<double>(options.accounts) * kBirthJoiners)),
      n_ever_by_night_{options.accounts} {
  for (int night = 1; night <= night_; ++night) {
    const auto births = static_cast<std::uint64_t>(std::ranges::count(calendar_.births, night));
    n_ever_by_night_.push_back(n_ever() + joining_a_night_ + births * joining_a_birth_);
  }
}

/// Whoever joins does so in the order of the numbers: a night's joiners, then those of its births.
Company::Arrival Company::arrival_of(std::uint64_t account) const noexcept {
  const auto later = std::ranges::upper_bound(n_ever_by_night_, account);
  const auto night = static_cast<int>(later - n_ever_by_night_.begin());
  if (night > 0) {
    const std::uint64_t place = account - *(later - 1);
    std::uint64_t end = joining_a_night_;
    for (std::size_t b = 0; b < calendar_.births.size(); ++b) {
      if (calendar_.births[b] != night) continue;
      end += joining_a_birth_;
      if (place >= end - joining_a_birth_ && place < end) return {night, Calendar::born(b)};
    }
  }
  return {night, pick_segment(Draws(seed_, account).uniform(Trait::kSegment), night)};
}

/// Of the segments that there are on a night, before any split or merge.
int Company::pick_segment(double u, int night) const noexcept {
  double born = 0.0;
  for (std::size_t b = 0; b < calendar_.births.size(); ++b) {
    if (calendar_.births[b] > night) continue;
    const double share = planted_segment(Calendar::born(b)).share;
    if (u < born + share) return Calendar::born(b);
    born += share;
  }
  u = (u - born) / (1.0 - born);
  const auto segments = planted_segments();
  for (std::size_t s = 0; s + 1 < segments.size(); ++s) {
    if (u < segments[s].share) return static_cast<int>(s);
    u -= segments[s].share;
  }
  return static_cast<int>(segments.size()) - 1;
}

int Company::segment_tonight(int segment, const Draws& lasting) const noexcept {
  if (segment == Calendar::kSplitFrom && calendar_.split <= night_ && lasting.uniform(Trait::kOnline) < kOnlineShare)
    return Calendar::kSplitInto;
  if (segment == Calendar::kMergedFrom && calendar_.merge <= night_) return Calendar::kMergedInto;
  return segment;
}

Life Company::life(std::uint64_t account) const noexcept {
  const Draws lasting(seed_, account);
  const Arrival arrival = arrival_of(account);
  Life life{true, arrival.segment, 0};
  const auto change_to = [&life](int segment) { life = {true, segment, life.epoch + 1}; };
  for (int night = arrival.night + 1; night <= night_; ++night) {
    const double u = lasting.uniform(Trait::kNight, static_cast<std::uint64_t>(night));
    if (u < kLeaveRate) {
      life.present = false;
      return life;
    }
    if (u < kLeaveRate + kChangeRate)
      change_to(pick_segment(Draws(seed_, account, life.epoch + 1).uniform(Trait::kSegment), night));
    for (std::size_t b = 0; b < calendar_.births.size(); ++b) {
      if (calendar_.births[b] == night && lasting.uniform(Trait::kBorn, b) < kBirthMovers) change_to(Calendar::born(b));
    }
  }
  life.segment = segment_tonight(life.segment, lasting);
  return life;
}

Firmographics Company::firmographics(const Draws& draws, const Life& life) const noexcept {
  const PlantedSegment& segment = planted_segment(life.segment);
  Firmographics facts;
  const double log_employees = segment.log_employees + segment.log_employees_sd * draws.normal(Trait::kEmployees);
  const double log_revenue = log_employees + segment.log_revenue_per_head + 0.35 * draws.normal(Trait::kRevenue);
  facts.employees = std::max<std::int64_t>(1, std::llround(portable_exp(log_employees)));
  facts.revenue = std::max<std::int64_t>(1, std::llround(portable_exp(log_revenue))) * 1000;
  facts.industry = draws.uniform(Trait::kIndustry) < kOwnIndustryShare
                       ? segment.industry
                       : static_cast<int>(draws.below(kIndustries.size(), Trait::kOtherIndustry));
  facts.region = pick(segment.regions, draws.uniform(Trait::kRegion));
  facts.city_type = pick(segment.city_types, draws.uniform(Trait::kCityType));
  // Larger companies are older, in the mean.
  const double age_years = 2.0 + 5.0 * log_employees * draws.uniform(Trait::kFounded);
  facts.founded_days = kNightZero - static_cast<int>(365.25 * age_years);
  facts.customer = draws.uniform(Trait::kCustomer) < segment.customers;
  return facts;
}

double log_clicks(const Draws& draws, const Life& life) noexcept {
  return std::max(0.0, planted_segment(life.segment).log_clicks + kEngagementSpread * draws.normal(Trait::kClicks));
}

double Company::lifetime_value(const Draws& draws, const Life& life, const Firmographics& facts) const noexcept {
  // The logarithm's standard deviation over all customers is about 1.37: then the best fifth brings Φ(1.37 − 0.84) = 70
  // %.
  const double size = portable_log(static_cast<double>(facts.employees)) - 4.0;
  return portable_exp(8.5 + 0.25 * size + 0.15 * log_clicks(draws, life) + planted_segment(life.segment).value_lift +
                      0.70 * draws.normal(Trait::kValue));
}

}  // namespace tessera::generate
