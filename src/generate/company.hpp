#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "generate/calendar.hpp"
#include "tessera/generate.hpp"

namespace tessera::generate {

/// Days since 1970-01-01 of night 0: 2026-01-01.
inline constexpr int kNightZero = 20454;

/// Rates of the dirt, as shares of the rows that could have it. The README of this folder states them to people.
inline constexpr double kDuplicateRate = 0.01;
inline constexpr double kBlankEmployeesRate = 0.02;
inline constexpr double kBlankRevenueRate = 0.04;
inline constexpr double kBlankIndustryRate = 0.015;
inline constexpr double kMisspeltIndustryRate = 0.012;
inline constexpr double kNegativeEmployeesRate = 0.001;
inline constexpr double kForeignDateRate = 0.03;
inline constexpr double kQuotedNameRate = 0.03;
inline constexpr double kUnicodeNameRate = 0.05;

/// What happens to accounts in a night.
inline constexpr double kJoinRate = 0.002;
inline constexpr double kLeaveRate = 0.0015;
inline constexpr double kChangeRate = 0.0025;

/// What a birth takes: joiners, as a share of the accounts of night 0, and movers, of those that are there.
inline constexpr double kBirthJoiners = 0.025;
inline constexpr double kBirthMovers = 0.01;
/// How many Local Retailers go online when they split.
inline constexpr double kOnlineShare = 0.4;

/// What a draw is for: each has its own numbers, so a new one changes none of the others. Append only.
enum class Trait : std::uint32_t {
  kSegment,
  kEmployees,
  kRevenue,
  kIndustry,
  kOtherIndustry,
  kRegion,
  kCityType,
  kFounded,
  kCustomer,
  kStage,
  kDoNotContact,
  kName,
  kDirt,
  kSent,
  kOpened,
  kClicks,
  kVisits,
  kLastTouch,
  kChannel,
  kAsset,
  kValue,
  kConverted,
  kChurned,
  kOrders,
  kContacts,
  kFeedback,
  kProvider,
  kCampaign,
  kNight,
  kDuplicate,
  kLeave,
  kBorn,
  kOnline,
};

/// Draws of one account. `epoch` counts its changes of segment, so that a changed account is drawn anew.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t account, std::uint32_t epoch = 0) : seed_(seed), key_{account, epoch} {}
  [[nodiscard]] std::uint64_t bits(Trait trait, std::uint64_t which = 0) const noexcept {
    return random_bits(seed_, RandomPurpose::kGenerate, key_, (static_cast<std::uint64_t>(trait) << 32) + which);
  }
  [[nodiscard]] double uniform(Trait trait, std::uint64_t which = 0) const noexcept {
    return tessera::uniform(bits(trait, which));
  }
  [[nodiscard]] double normal(Trait trait, std::uint64_t which = 0) const noexcept {
    return tessera::normal(bits(trait, which));
  }
  /// An index below `n`, all alike.
  [[nodiscard]] std::uint32_t below(std::uint32_t n, Trait trait, std::uint64_t which = 0) const noexcept {
    return static_cast<std::uint32_t>(((bits(trait, which) >> 32) * n) >> 32);
  }
  /// Sixteen bits of one draw, which = 0 … 3, as an index below `n`: four small choices for the price of one.
  [[nodiscard]] static std::uint32_t part_below(std::uint32_t n, std::uint64_t bits, int which) noexcept {
    return static_cast<std::uint32_t>(((bits >> (16 * which)) & 0xFFFFU) * n >> 16U);
  }
  /// `favourite` with twice the chance of any other index below `n`.
  [[nodiscard]] std::uint32_t favouring(int favourite, std::uint32_t n, Trait trait,
                                        std::uint64_t which = 0) const noexcept {
    const std::uint32_t drawn = below(n + 1, trait, which);
    return drawn == n ? static_cast<std::uint32_t>(favourite) : drawn;
  }

 private:
  std::uint64_t seed_;
  AccountKey key_;
};

/// The state of an account on a night.
struct Life {
  bool present = false;
  int segment = 0;          ///< as planted_segment() counts them
  std::uint32_t epoch = 0;  ///< changes of segment so far
};

/// Firmographics as they truly are, before any dirt.
struct Firmographics {
  std::int64_t employees = 1;
  std::int64_t revenue = 0;  ///< a year
  int industry = 0;          ///< index into kIndustries
  int region = 0, city_type = 0;
  int founded_days = 0;  ///< since 1970-01-01
  bool customer = false;
};

/// A believable company: a pure function of (options, account index). Thread-safe.
class Company {
 public:
  explicit Company(const GenerateOptions& options);

  /// Account indices that have ever existed by this night: [0, n_ever).
  [[nodiscard]] std::uint64_t n_ever() const noexcept { return n_ever_by_night_.back(); }
  [[nodiscard]] Life life(std::uint64_t account) const noexcept;
  [[nodiscard]] Draws draws(std::uint64_t account, const Life& life) const noexcept {
    return {seed_, account, life.epoch};
  }
  /// Draws that stay when the account changes its segment: its name, its dirt.
  [[nodiscard]] Draws lasting_draws(std::uint64_t account) const noexcept { return {seed_, account}; }
  [[nodiscard]] Firmographics firmographics(const Draws& draws, const Life& life) const noexcept;
  /// Lifetime value of a customer: log-normal, such that the best 20 % bring about 70 %; driven by size, engagement and
  /// segment.
  [[nodiscard]] double lifetime_value(const Draws& draws, const Life& life, const Firmographics& facts) const noexcept;
  [[nodiscard]] int today() const noexcept { return kNightZero + night_; }
  [[nodiscard]] const Calendar& calendar() const noexcept { return calendar_; }
  [[nodiscard]] int night() const noexcept { return night_; }

 private:
  struct Arrival {
    int night = 0;
    int segment = 0;
  };
  [[nodiscard]] Arrival arrival_of(std::uint64_t account) const noexcept;
  [[nodiscard]] int pick_segment(double u, int night) const noexcept;
  [[nodiscard]] int segment_tonight(int segment, const Draws& lasting) const noexcept;

  std::uint64_t seed_;
  int night_;
  Calendar calendar_;
  std::uint64_t joining_a_night_;
  std::uint64_t joining_a_birth_;
  std::vector<std::uint64_t> n_ever_by_night_;  ///< night_ + 1
};

/// log(1 + clicks), as engagement.csv rounds it; lifetime value is driven by it.
[[nodiscard]] double log_clicks(const Draws& draws, const Life& life) noexcept;

}  // namespace tessera::generate
