#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

struct Insight;
struct MarketSegment;

/// How much of a segment is won already, and what more of it could bring.
///
/// The reference is what the better comparable segments reach: the upper quartile (Hyndman & Fan's type 7) of the
/// penetration of segments of the same level and parent with at least 30 accounts, this one among them; of all of the
/// level where fewer than 4 have the same parent; and the whole population's where there are not 4 of these either.
/// White space is the customers that are lacking to it, and its worth is that times a customer's mean value: the
/// segment's own where 30 customers have one, else the whole's. The interval of the worth takes the reference as known
/// and both other factors at the ends of their own 95 % intervals, so it is rather too wide than too narrow.
struct Penetration {
  std::int32_t segment = 0;
  std::int64_t customers = 0, prospects = 0;
  double share = 0.0, low = 0.0, high = 0.0;  ///< customers / (customers + prospects), Wilson's interval
  double reference = 0.0;
  std::int32_t compared_with = 0;  ///< segments behind the reference; 0: the whole population
  double white_space = 0.0;        ///< customers lacking to the reference; 0 where the segment is beyond it
  double customer_value = 0.0;     ///< mean [value] of a customer; NaN without one
  double worth = 0.0, worth_low = 0.0, worth_high = 0.0;  ///< of the white space; NaN without a value
  /// Macro segments that a market source tells of, else NaN: what there is, and how much of it is ours.
  double companies = 0.0, spend = 0.0;
  double share_of_companies = 0.0;  ///< customers over companies in the market
  double share_of_spend = 0.0;      ///< value of the customers over what the market spends
  double customers_value = 0.0;     ///< sum of [value] over customers; NaN without one
};

/// Sets what market sources tell against the macro segments that they tell of: of several sources that tell the same,
/// the first one's. `macro_names` is by row: what their criteria call them, whatever people do. Not collective.
void add_market(std::span<const MarketSegment> market, std::span<const std::string> macro_names, Insight& insight);

/// What a contact with an account of the segment brought, from the columns of [trial] results: all arms together, so it
/// is what to expect of going on as before, and no uplift; what a campaign adds only a trial can tell.
struct ExpectedReturn {
  std::int32_t segment = 0;
  std::int64_t contacted = 0, responses = 0;
  double response_rate = 0.0, rate_low = 0.0, rate_high = 0.0;  ///< Wilson's interval
  double value_per_response = 0.0;                              ///< mean revenue of a response; NaN without any
  /// Mean of revenue − cost over the contacted: response rate × value per response − cost, with Student's interval.
  double a_contact = 0.0, low = 0.0, high = 0.0;
  bool too_few = false;  ///< fewer than 30 contacted, or the interval holds 0
};

}  // namespace tessera
