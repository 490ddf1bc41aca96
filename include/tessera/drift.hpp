#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/kpis.hpp"

namespace tessera {

/// A part of what a feature can be, and how many accounts are in it.
struct DistributionBin {
  enum class Kind { kRange, kCategory, kOther, kMissing };  ///< kOther: any category that has no bin of its own
  Kind kind = Kind::kRange;
  /// Of a number or a date (days): low ≤ x < high. Where the two are equal, x is exactly that, and in no other bin.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::string category;  ///< of a flag "no" and "yes"
  std::int64_t accounts = 0;
};

/// How the accounts of a population lie in the bins of one feature: every account is in one bin.
struct FeatureDistribution {
  std::string column;  ///< source.column, or the number of a matrix column
  ColumnType type = ColumnType::kNumber;
  std::vector<DistributionBin> bins;  ///< ranges ascending, or categories by bytes and then the others; missing last
};

/// One feature, from one night to another.
struct FeatureDrift {
  std::string column;
  ColumnType type = ColumnType::kNumber;
  std::int64_t then = 0, now = 0;  ///< accounts
  double index = 0.0;              ///< population stability index; NaN: `why_not`
  double p_value = 0.0;  ///< chance to see such an index or more where nothing changed, were the nights two samples
  struct Bin {
    DistributionBin bin;   ///< `accounts`: then
    std::int64_t now = 0;  ///< accounts
    double part = 0.0;     ///< what it adds to the index
  };
  std::vector<Bin> bins;
  std::string why_not;  ///< why there is no index; empty: there is
};

/// One KPI of a segment, or of all accounts, from one night to another.
struct KpiDrift {
  std::int32_t segment = -1;  ///< row of tonight's segments table; −1: all accounts
  std::string kpi;
  KpiValue then, now;
  double change = 0.0;           ///< now − then; NaN where either is not known
  double low = 0.0, high = 0.0;  ///< 95 % interval of the change; NaN: not known
  double p_value = 0.0;          ///< that nothing changed, were the nights two samples; NaN: not known
  double q_value = 0.0;          ///< adjusted for the tests of all KPIs and segments (Benjamini–Hochberg)
};

/// How a segmentation's features and KPIs have changed since another night.
struct Drift {
  enum class Since { kLastNight, kBaseline };
  Since since = Since::kLastNight;
  std::string night;  ///< ISO date of that night
  std::vector<FeatureDrift> features;
  std::vector<KpiDrift> kpis;
};

/// Tonight's accounts in tonight's bins, and in those of other nights.
struct FeatureCounts {
  std::vector<FeatureDistribution> tonight;
  /// By night: its bins with tonight's counts, by feature of that night; no bins where the feature is not there, or is
  /// of another type.
  std::vector<std::vector<FeatureDistribution>> in_bins_of;
};

/// Counts the features of a segmentation, those of its micro level too, over `rows` (its population, local rows).
/// Numbers and dates have ten bins of equally many accounts (fewer where many have one value: that value is a bin of
/// its own), categories one each for the hundred commonest. Features of sensitive columns are left out, and of a matrix
/// all columns past the first 64. Collective; the same on every rank.
[[nodiscard]] FeatureCounts count_features(const Context& context, const AccountTable& accounts,
                                           const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows,
                                           std::span<const std::vector<FeatureDistribution>> nights = {});

/// The population stability index Σ (q − p) · ln(q / p) over the bins, p and q being the shares of the accounts then
/// and now. Half an account is added to each bin, so that an empty one has a logarithm; a bin without accounts on
/// either night is left out. Where nothing changed, the index over 1/then + 1/now is about χ² with one degree less than
/// bins (Yurdakul and Naranjo 2020): that is the p-value, cautious where both nights have the same accounts. `now` has
/// the bins of `then`, or none. Not collective.
[[nodiscard]] FeatureDrift feature_drift(const FeatureDistribution& then, const FeatureDistribution& now);

/// The changes of KPIs, which come in pairs of the same KPI; segments are those of the pairs' `now`. Intervals and
/// tests are made of both nights' intervals by adding squares of the sides that face each other (Zou and Donner 2008),
/// as if the nights were two samples: cautious, as they share accounts. Not collective.
[[nodiscard]] std::vector<KpiDrift> kpi_drift(std::vector<std::pair<KpiValue, KpiValue>> then_and_now);

}  // namespace tessera
