#include "core/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/special_numbers.hpp"
#include "statistics_figures.hpp"

namespace tessera::statistics {
namespace {

using Arguments = std::array<double, 3>;

std::int64_t whole(double x) {
  return static_cast<std::int64_t>(x);
}

const std::map<std::string, std::function<double(const Arguments&)>>& functions() {
  static const std::map<std::string, std::function<double(const Arguments&)>> kFunctions{
      {"log_gamma", [](const Arguments& a) { return log_gamma(a[0]); }},
      {"incomplete_beta", [](const Arguments& a) { return incomplete_beta(a[0], a[1], a[2], 1.0 - a[2]); }},
      {"upper_gamma", [](const Arguments& a) { return upper_gamma(a[0], a[1]); }},
      {"normal_cdf", [](const Arguments& a) { return normal_cdf(a[0]); }},
      {"normal_two_sided_p", [](const Arguments& a) { return normal_two_sided_p(a[0]); }},
      {"t_two_sided_p", [](const Arguments& a) { return t_two_sided_p(a[0], a[1]); }},
      {"t_quantile", [](const Arguments& a) { return t_quantile(a[0], a[1]); }},
      {"f_upper_tail", [](const Arguments& a) { return f_upper_tail(a[0], a[1], a[2]); }},
      {"chi_squared_upper_tail", [](const Arguments& a) { return chi_squared_upper_tail(a[0], a[1]); }},
      {"wilson_low", [](const Arguments& a) { return wilson_interval(whole(a[0]), whole(a[1])).low; }},
      {"wilson_high", [](const Arguments& a) { return wilson_interval(whole(a[0]), whole(a[1])).high; }},
      {"mean_low", [](const Arguments& a) { return mean_interval(a[0], a[1], whole(a[2])).low; }},
      {"mean_high", [](const Arguments& a) { return mean_interval(a[0], a[1], whole(a[2])).high; }}};
  return kFunctions;
}

TEST(Statistics, AgreeWithScipyAndStatsmodels) {
  for (const Figure& figure : kFigures) {
    const auto function = functions().find(figure.function);
    if (function == functions().end()) continue;
    const double got = function->second(figure.arguments);
    EXPECT_LE(std::fabs(got - figure.value), 1e-8 * std::fabs(figure.value) + 1e-300)
        << figure.function << " (" << figure.arguments[0] << ", " << figure.arguments[1] << ", " << figure.arguments[2]
        << ") is " << got << ", not " << figure.value;
  }
}

TEST(Statistics, EveryFunctionHasFigures) {
  for (const auto& [name, function] : functions())
    EXPECT_GE(std::ranges::count_if(kFigures, [&](const Figure& figure) { return figure.function == name; }), 3)
        << name;
}

TEST(Statistics, BenjaminiHochbergAgreesWithStatsmodelsAndSkipsWhatIsNoTest) {
  std::vector<double> p_values{kNaN}, expected{kNaN};
  for (const Figure& figure : kFigures)
    if (std::string(figure.function) == "benjamini_hochberg") {
      p_values.push_back(figure.arguments[0]);
      expected.push_back(figure.value);
    }
  ASSERT_EQ(p_values.size(), 7U);
  const std::vector<double> adjusted = benjamini_hochberg(p_values);
  EXPECT_TRUE(std::isnan(adjusted[0]));
  for (std::size_t i = 1; i < adjusted.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

TEST(Statistics, SayNothingWhereNothingWasMeasured) {
  EXPECT_TRUE(std::isnan(wilson_interval(0, 0).low));
  EXPECT_TRUE(std::isnan(mean_interval(3.0, 0.0, 1).high));
  EXPECT_TRUE(std::isnan(f_upper_tail(kNaN, 3, 10)));
  EXPECT_TRUE(std::isnan(f_upper_tail(2.0, 0, 10)));
  EXPECT_TRUE(std::isnan(t_two_sided_p(kNaN, 4)));
  EXPECT_TRUE(std::isnan(t_quantile(0.975, 0)));
  EXPECT_TRUE(std::isnan(normal_cdf(kNaN)));
}

TEST(Statistics, AtTheEnds) {
  EXPECT_EQ(f_upper_tail(std::numeric_limits<double>::infinity(), 3, 10), 0.0);
  EXPECT_EQ(f_upper_tail(1e9, 5, 1e8), 0.0);
  EXPECT_EQ(normal_two_sided_p(0.0), 1.0);
  EXPECT_EQ(normal_cdf(std::numeric_limits<double>::infinity()), 1.0);
  EXPECT_EQ(wilson_interval(0, 40).low, 0.0);
  EXPECT_EQ(wilson_interval(40, 40).high, 1.0);
  const Interval sure = mean_interval(7.0, 0.0, 50);
  EXPECT_EQ(sure.low, 7.0);
  EXPECT_EQ(sure.high, 7.0);
}

}  // namespace
}  // namespace tessera::statistics
