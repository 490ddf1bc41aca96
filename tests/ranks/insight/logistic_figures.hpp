#pragma once

#include <array>

/// Made by logistic_figures.py with scikit-learn 1.2.1, C = 1.
namespace tessera::figures {

inline constexpr int kAccounts = 900, kFeatures = 5, kOnes = 344;
inline constexpr double kIntercept = -1.150326753135251;
inline constexpr std::array<double, 5> kCoefficients = {1.2361916826003843, -0.709920966041171, 0.05044782368822511,
                                                        0.0503763016154888, 1.9080303692887837};
inline constexpr double kArea = 0.8867011042328928;

}  // namespace tessera::figures
