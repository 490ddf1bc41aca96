#pragma once

#include <vector>

#include "prepare/block_pass.hpp"
#include "prepare/feature_columns.hpp"
#include "prepare/fitted_column.hpp"

namespace tessera {

/// Fits numbers, dates (as day numbers) and flags (as 0 and 1) together, so that a matrix is read a few times, not once
/// a column. Missing cells are filled first; transform, winsorising, means, deviations and quantiles are then of the
/// filled column. Collective. Throws Error(kBadData) for a column that is infinite somewhere, or too wide for double.
///
/// | scale    | offset                   | scale                             | clip        |
/// | standard | mean                     | standard deviation                | ±8          |
/// | robust   | median                   | interquartile range / 1.349, or the standard deviation where that is 0 | ±8
/// | | minmax   | least, so it runs 0 … 1  | greatest − least                  | ±2          | | none     | about the
/// mean           | 1                                 | none        | Flags have the scale of flag_scale(), are centred
/// by their share of yes, and are not clipped.
[[nodiscard]] std::vector<FittedColumn> fit_numbers(const FitScope& scope, const std::vector<FeatureColumn>& columns,
                                                    Scale scale);

}  // namespace tessera
