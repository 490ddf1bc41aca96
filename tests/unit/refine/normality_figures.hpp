// Made by make_normality_figures.py with scipy 1.10.1.
#pragma once

#include <cstddef>

namespace tessera::refinement {

/// Anderson & Darling's A² with Stephens' factor for small samples.
struct NormalityFigure {
  int shape;
  std::size_t n;
  double statistic;
};

// clang-format off
inline constexpr NormalityFigure kNormalityFigures[] = {
    {0, 8, 0.3658463584},  // sum
    {0, 30, 0.4160230623},  // sum
    {0, 400, 0.5149921975},  // sum
    {0, 20000, 0.4352755655},  // sum
    {0, 300000, 5.766662742},  // sum
    {1, 8, 0.3421367308},  // uniform
    {1, 30, 0.7573187093},  // uniform
    {1, 400, 4.39445128},  // uniform
    {1, 20000, 227.8815614},  // uniform
    {1, 300000, 3336.097175},  // uniform
    {2, 8, 0.7335720262},  // cube
    {2, 30, 3.318630925},  // cube
    {2, 400, 27.25480048},  // cube
    {2, 20000, 1289.133449},  // cube
    {2, 300000, 19301.59187},  // cube
    {3, 8, 0.2091710386},  // halves
    {3, 30, 1.035557625},  // halves
    {3, 400, 8.519478056},  // halves
    {3, 20000, 509.8653792},  // halves
    {3, 300000, 7700.665305},  // halves
    {4, 8, 0.3423329365},  // outliers
    {4, 30, 0.2635910554},  // outliers
    {4, 400, 0.403709208},  // outliers
    {4, 20000, 10.89420394},  // outliers
    {4, 300000, 187.5551708},  // outliers
};
// clang-format on

}  // namespace tessera::refinement
