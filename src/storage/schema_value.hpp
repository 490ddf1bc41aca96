#pragma once

#include "storage/schema.hpp"

/// The names of /value: who brings how much.
namespace tessera::storage::schema {

/// Attributes of /value: numbers of customers, values in the unit of the column that [value] names.
namespace value {
inline constexpr Name kPath = kValueCurve;
inline constexpr Name kCustomers = "customers", kContactable = "contactable", kUnknown = "unknown", kValue = "value",
                      kGini = "gini", kBestFifthShare = "best_fifth_share", kBest = "best",
                      kBestContactable = "best_contactable", kBestValue = "best_value",
                      kBestShareOfValue = "best_share_of_value", kLeastBestValue = "least_best_value";
inline constexpr Name kCurve = "curve", kDeciles = "deciles", kTraits = "traits";
}  // namespace value

/// A row a point of the Pareto curve.
namespace pareto {
inline constexpr ColumnName kShareOfCustomers{"share_of_customers", "", "those of highest value"};
inline constexpr ColumnName kCustomers{"customers", "accounts", "that share of the customers, to the nearest"};
inline constexpr ColumnName kValue{"value", "of the column that [value] names", "what they bring together"};
inline constexpr ColumnName kShareOfValue{"share_of_value", "", "over the value of all; NaN: that is not above 0"};
}  // namespace pareto

namespace deciles {
inline constexpr ColumnName kDecile{"decile", "", "1: the tenth of the customers with the highest value"};
inline constexpr ColumnName kCustomers{"customers", "accounts", "customers in it"};
inline constexpr ColumnName kValue{"value", "of the column that [value] names", "what they bring together"};
inline constexpr ColumnName kShareOfValue{"share_of_value", "", "over the value of all; NaN: that is not above 0"};
inline constexpr ColumnName kLeast{"least", "of the column that [value] names", "value of its last customer"};
}  // namespace deciles

/// A row a category, or a range of numbers or dates, of the customers; the most telling first.
namespace shared_traits {
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kTrait{"trait", "", "the category, or the range in words"};
inline constexpr ColumnName kFrom{"from", "the column's", "of a range: from <= x; NaN: open, or a category"};
inline constexpr ColumnName kBelow{"below", "the column's", "of a range: x < below; NaN: open, or a category"};
inline constexpr ColumnName kBest{"best", "accounts", "the best customers that have it"};
inline constexpr ColumnName kRest{"rest", "accounts", "the other customers that have it"};
inline constexpr ColumnName kShareOfBest{"share_of_best", "", "over the best customers"};
inline constexpr ColumnName kShareOfRest{"share_of_rest", "", "over the other customers"};
inline constexpr ColumnName kLift{"lift", "", "share_of_best / share_of_rest; NaN: none of the others has it"};
inline constexpr ColumnName kLow{"low", "", "lower end of the 95 % interval of the lift"};
inline constexpr ColumnName kHigh{"high", "", "upper end of the 95 % interval of the lift"};
inline constexpr ColumnName kTells{"tells", "bits", "what it tells the best from the rest by; 0: not surely commoner"};
}  // namespace shared_traits

}  // namespace tessera::storage::schema
