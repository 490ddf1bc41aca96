#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "insight/numbers/few_values.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

/// How many accounts of each segment lie below, at and above some cut values.
class CutCounts {
 public:
  /// `cuts` ascending without twins. Collective.
  CutCounts(const parallel::Communicator& comm, std::span<const double> values, const Membership& members,
            std::vector<double> cuts);
  /// The same of a column of few values. Not collective.
  CutCounts(const FewValues& column, std::size_t table_size, std::vector<double> cuts);

  [[nodiscard]] std::int64_t below(std::size_t segment, double cut) const noexcept { return up_to(segment, cut, 0); }
  [[nodiscard]] std::int64_t not_above(std::size_t segment, double cut) const noexcept {
    return up_to(segment, cut, 1);
  }

 private:
  /// 2c holds what lies between cuts c − 1 and c, 2c + 1 what equals cut c.
  [[nodiscard]] std::size_t slot_of(double value) const noexcept;
  /// Values in slots up to the cut's own.
  [[nodiscard]] std::int64_t up_to(std::size_t segment, double cut, std::size_t with_cut) const noexcept;

  std::vector<double> cuts_;
  std::size_t slots_;
  std::vector<std::int64_t> counts_;  ///< table_size() × slots_
};

/// One number column by segment; vectors have the whole as their last entry.
struct NumberTable {
  /// The whole's quantiles that separate very low, low, middle, high and very high.
  static constexpr std::array<double, 5> kProbabilities{0.10, 0.25, 0.50, 0.75, 0.90};
  std::vector<parallel::Moments> moments;
  std::vector<double> medians;
  std::array<double, 5> quantiles{};  ///< of the whole; NaN: no account has a value
  CutCounts counts;                   ///< at the quantiles and at 0
};

/// Collective. `values` is by population row, NaN: missing.
[[nodiscard]] NumberTable number_table(const parallel::Communicator& comm, std::span<const double> values,
                                       const Membership& members);

/// The profile of one segment: statistics, lift and effect against the whole.
[[nodiscard]] NumberProfile number_profile(const NumberTable& table, const Membership& members, std::int32_t segment,
                                           const std::string& column);

/// (mean − baseline's mean) / baseline's standard deviation: Glass's delta (Glass 1976). 0 where the baseline does not
/// vary, NaN where either has no values.
[[nodiscard]] double glass_delta(const parallel::Moments& segment, const parallel::Moments& baseline) noexcept;

}  // namespace tessera::insight
