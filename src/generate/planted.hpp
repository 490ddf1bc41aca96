#pragma once

#include <array>
#include <span>
#include <string_view>

namespace tessera::generate {

inline constexpr std::array<std::string_view, 8> kIndustries = {
    "Retail", "Software", "Manufacturing", "Healthcare", "Financial Services", "Logistics", "Education", "Hospitality"};
inline constexpr std::array<std::string_view, 4> kRegions = {"North", "South", "East", "West"};
inline constexpr std::array<std::string_view, 3> kCityTypes = {"Urban", "Suburban", "Rural"};
inline constexpr std::array<std::string_view, 5> kChannels = {"email", "webinar", "phone", "event", "social"};
inline constexpr std::array<std::string_view, 5> kAssets = {"case study", "white paper", "demo video", "price list",
                                                            "blog"};
inline constexpr std::array<std::string_view, 6> kProducts = {"Starter",  "Team",     "Business",
                                                              "Platform", "Services", "Support"};
inline constexpr std::array<std::string_view, 6> kThemes = {"price",       "support",  "usability",
                                                            "reliability", "features", "onboarding"};

/// One segment planted in the company: what its accounts have in common. Sizes are in natural logarithms.
struct PlantedSegment {
  std::string_view name;
  double share;  ///< of all accounts; of a segment that is born later, of those that join or change once it is there
  double log_employees, log_employees_sd;
  double log_revenue_per_head;    ///< in thousands a year
  double log_clicks, log_visits;  ///< means of log(1 + count); spread kEngagementSpread
  int industry;                   ///< index of its own industry, which kOwnIndustryShare of its accounts are in
  std::array<double, 4> regions;  ///< shares by kRegions
  std::array<double, 3> city_types;
  double customers;                    ///< share that buys already
  double value_lift;                   ///< added to the logarithm of lifetime value: a planted driver
  int channel, asset, product, theme;  ///< planted affinities: twice as likely as any other
};

inline constexpr double kOwnIndustryShare = 0.95;
inline constexpr double kEngagementSpread = 0.35;

/// The segments of night 0, the largest first; shares add up to 1.
[[nodiscard]] std::span<const PlantedSegment> planted_segments() noexcept;
/// By index: those of night 0, and behind them those that events bring.
[[nodiscard]] const PlantedSegment& planted_segment(int index) noexcept;

}  // namespace tessera::generate
