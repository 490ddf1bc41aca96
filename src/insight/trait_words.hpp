#pragma once

#include <string>
#include <string_view>

namespace tessera::insight {

/// What can be told of a segment's numbers. The first six are against the whole population's quantiles.
enum class Degree {
  kNone,
  kSome,
  kVeryLow,
  kLow,
  kMiddle,
  kHigh,
  kVeryHigh,
  kBelowAverage,
  kAboveAverage,
  kLower,
  kHigher,
  kUnknown
};

/// A column's name in people's words: "MonthlyCharges" and "monthly_charges_usd" are "monthly charges", "EBITDA" stays.
[[nodiscard]] std::string spoken_column(std::string_view name);

/// What a history gives, as people say it: "orders", "spend", "gap between orders", "share of Starter in
/// orders", "spend trend".
[[nodiscard]] std::string history_column(std::string_view source, std::string_view name);

/// Whether a spoken column counts things, so that a number comes before it ("3 orders").
[[nodiscard]] bool is_counted(std::string_view spoken);

/// "high revenue", "few employees", "long tenure", "founded recently", "no orders", "revenue unknown". `name` is the
/// column's.
[[nodiscard]] std::string number_in_trait(std::string_view name, Degree degree);

/// Where the accounts of a segment have numbers below zero: "loss-making", "negative balance".
[[nodiscard]] std::string negative_in_trait(std::string_view name);

/// What number_in_trait() says before the column ("high ", "many "), so that two columns may share it; empty where the
/// column does not come last.
[[nodiscard]] std::string degree_in_words(std::string_view name, Degree degree);

/// A category alone where it speaks for itself ("Urban"), with its column where it does not ("phase 3"); yes and no as
/// a flag's
/// ("partner", "no partner", "not converted").
[[nodiscard]] std::string category_in_trait(std::string_view name, std::string_view category);

/// Whether a category says yes (+1), no (−1) or neither (0).
[[nodiscard]] int yes_or_no(std::string_view category);

/// Whether a category is the rest that has no name of its own ("Other", "n/a"): no segment is named by it.
[[nodiscard]] bool is_remainder(std::string_view category);

/// Whether a column identifies an account or its place rather than describes it: ids, codes, addresses, ranks.
[[nodiscard]] bool is_identifier(std::string_view name);

/// ASCII letters in lower case, other bytes as they are.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace tessera::insight
