#pragma once

#include "storage/schema.hpp"

/// The names of what is measured of segments.
namespace tessera::storage::schema {

namespace kpi {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kKpi{"kpi", "", "name of the KPI in the job"};
inline constexpr ColumnName kCount{"count", "accounts", "accounts behind the estimate"};
inline constexpr ColumnName kEstimate{"estimate", "the KPI's", "estimate; NaN: no account behind it"};
inline constexpr ColumnName kLow{"low", "the KPI's", "lower end of the 95 % interval; NaN: none"};
inline constexpr ColumnName kHigh{"high", "the KPI's", "upper end of the 95 % interval; NaN: none"};
inline constexpr ColumnName kKnown{"known", "",
                                   "share of the segment's accounts behind the estimate; of an NPS the response rate"};
inline constexpr ColumnName kTooFew{"too_few", "", "1: too few accounts, or too wide an interval, to tell anything"};
}  // namespace kpi

/// How much of a KPI's variance lies between the segments of a level: see KpiVariance.
namespace kpi_variance {
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kKpi{"kpi", "", "name of the KPI in the job"};
inline constexpr ColumnName kSegments{"segments", "segments", "segments with any account that has the KPI"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "accounts that have the KPI and a segment"};
inline constexpr ColumnName kEtaSquared{"eta_squared", "", "share of the variance that lies between segments"};
inline constexpr ColumnName kF{"f", "", "F statistic: variance between over variance within"};
inline constexpr ColumnName kPValue{"p_value", "", "probability of such an F where segments make no difference"};
inline constexpr ColumnName kQValue{"q_value", "", "p_value adjusted for the tests of all KPIs and levels"};
}  // namespace kpi_variance

/// How much of a segment is won, and what more could bring: see Penetration.
namespace penetration {
inline constexpr Name kMoney = "as [value] column";
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kCustomers{"customers", "accounts", "accounts that are customers"};
inline constexpr ColumnName kProspects{"prospects", "accounts", "accounts that are none"};
inline constexpr ColumnName kShare{"share", "", "customers over both"};
inline constexpr ColumnName kLow{"low", "", "lower end of the share's 95 % interval"};
inline constexpr ColumnName kHigh{"high", "", "upper end of the share's 95 % interval"};
inline constexpr ColumnName kReference{"reference", "", "upper quartile of the share in comparable segments"};
inline constexpr ColumnName kComparedWith{"compared_with", "segments",
                                          "segments behind the reference; 0: it is the whole population's share"};
inline constexpr ColumnName kWhiteSpace{"white_space", "accounts", "customers lacking to the reference"};
inline constexpr ColumnName kCustomerValue{"customer_value", kMoney, "mean value of a customer; NaN: no value"};
inline constexpr ColumnName kWorth{"worth", kMoney, "white_space times customer_value"};
inline constexpr ColumnName kWorthLow{"worth_low", kMoney, "share and value at the cautious ends of their intervals"};
inline constexpr ColumnName kWorthHigh{"worth_high", kMoney, "share and value at the hopeful ends of their intervals"};
inline constexpr ColumnName kCustomersValue{"customers_value", kMoney, "sum of the value over customers"};
inline constexpr ColumnName kCompanies{"companies", "companies", "in the market, by a market source; NaN: not told"};
inline constexpr ColumnName kSpend{"spend", "as in the market source", "what the market spends; NaN: not told"};
inline constexpr ColumnName kShareOfCompanies{"share_of_companies", "", "customers over companies"};
inline constexpr ColumnName kShareOfSpend{"share_of_spend", "", "customers_value over spend"};
}  // namespace penetration

/// What resonates with whom: see Affinity.
namespace affinity {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kAffinity{"affinity", "", "line of [affinity] in the job, or the theme of feedback"};
inline constexpr ColumnName kSeniority{"seniority", "", "of the highest contact; empty: all accounts"};
inline constexpr ColumnName kChoice{"choice", "", "what was chosen"};
inline constexpr ColumnName kCount{"count", "accounts", "accounts that chose it"};
inline constexpr ColumnName kKnown{"known", "accounts", "accounts whose choice is known"};
inline constexpr ColumnName kShare{"share", "", "of the accounts whose choice is known"};
inline constexpr ColumnName kLow{"low", "", "lower end of the share's 95 % interval"};
inline constexpr ColumnName kHigh{"high", "", "upper end of the share's 95 % interval"};
inline constexpr ColumnName kLift{"lift", "", "share over the whole population's"};
inline constexpr ColumnName kLiftLow{"lift_low", "", "lower end of the lift's 95 % interval"};
inline constexpr ColumnName kLiftHigh{"lift_high", "", "upper end of the lift's 95 % interval"};
inline constexpr ColumnName kIsPreferred{"is_preferred", "", "1: what the segment is best reached with"};
}  // namespace affinity

/// What a contact brought: see ExpectedReturn.
namespace returns {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kContacted{"contacted", "accounts", "accounts that were sent something"};
inline constexpr ColumnName kResponses{"responses", "accounts", "of them, those that responded"};
inline constexpr ColumnName kResponseRate{"response_rate", "", "responses over contacted"};
inline constexpr ColumnName kRateLow{"rate_low", "", "lower end of the rate's 95 % interval"};
inline constexpr ColumnName kRateHigh{"rate_high", "", "upper end of the rate's 95 % interval"};
inline constexpr ColumnName kValuePerResponse{"value_per_response", "as the revenue", "mean revenue of a response"};
inline constexpr ColumnName kAContact{"a_contact", "as the revenue", "mean of revenue - cost over the contacted"};
inline constexpr ColumnName kLow{"low", "as the revenue", "lower end of a_contact's 95 % interval"};
inline constexpr ColumnName kHigh{"high", "as the revenue", "upper end of a_contact's 95 % interval"};
inline constexpr ColumnName kTooFew{"too_few", "", "1: too few contacted, or the interval holds 0"};
}  // namespace returns

}  // namespace tessera::storage::schema
