#pragma once

#include <array>
#include <cstdint>

/// Made by value_figures.py with numpy and scipy.
namespace tessera::figures {

inline constexpr int kCustomers = 1000;
inline constexpr std::int64_t kKnown = 981;
inline constexpr double kTotal = 31777895.905;
inline constexpr double kGini = 0.5167922816616668;
inline constexpr double kBestFifthShare = 0.5010221746775528;
inline constexpr std::array<double, 10> kDecileShares = {
    0.2793860733429827,  0.2216361013345701,  0.17053010045725994,  0.1264512242413049,   0.08976328380983789,
    0.05782418057171868, 0.03361490471846896, 0.015759410393222505, 0.004846992024282042, 0.00018772910635223505};
struct Risk {
  std::int64_t best, n_best, rest, n_rest;
  double lift, low, high;
};
inline constexpr std::array<Risk, 4> kRisks = {{
    {120, 200, 300, 800, 1.5999999999999999, 1.3850748559024706, 1.848275556436973},
    {1, 200, 7, 800, 0.5714285714285714, 0.07071000092681295, 4.617884428864133},
    {199, 200, 400, 800, 1.99, 1.8554856697500703, 2.1342660116223997},
    {37, 1000, 5, 90000, 665.9999999999999, 262.30307774321557, 1691.005701558042},
}};

}  // namespace tessera::figures
