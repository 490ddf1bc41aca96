#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/objective/feature_sums.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera::insight {

/// A KPI account by account, as integers that add up exactly: 24 bits of what it lies above its mean.
class KpiByAccount {
 public:
  /// Collective. `rows`: the population.
  KpiByAccount(const Context& context, const AccountTable& accounts, const KpiSpec& kpi,
               std::span<const std::uint32_t> rows);

  /// Collective. Its correlation with an encoded feature of the same accounts; NaN where either is constant.
  [[nodiscard]] double correlation(const FeatureTiles& tiles, int feature) const;
  /// Collective. The share of its variance that lies between the categories or flags of a column (a missing cell is one
  /// more); NaN where it is constant.
  [[nodiscard]] double explained_by(const Column& column, std::span<const std::uint32_t> rows) const;

 private:
  const parallel::Communicator& comm_;
  std::vector<std::int32_t> units_;  ///< by account of the population
  std::vector<std::uint8_t> is_known_;
};

}  // namespace tessera::insight
