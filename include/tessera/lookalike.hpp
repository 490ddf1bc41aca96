#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/best_customers.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// A column of the accounts, and whether likeness goes by it.
struct LikenessColumn {
  std::string column;  ///< source.column
  bool is_used = false;
  std::string why_not;  ///< in words; empty where it is used
  double alone = 0.0;   ///< area under the curve of this column alone on the training customers, ≥ ½; NaN: not tried
  double effect = 0.0;  ///< standard deviation over customers of what it adds to the log-odds; 0 where it is not used
};

/// An encoded feature and what it weighs. The log-odds are intercept + Σ coefficient · x.
struct LikenessFactor {
  EncodedFeature encoded;  ///< how a cell becomes x: own units, on the grid as it is
  double coefficient = 0.0;
  double sd = 0.0;      ///< of x over the training customers
  double effect = 0.0;  ///< coefficient · sd
  std::string words;
};

/// Held-out customers of like scores: what was expected of them, and what is so.
struct CalibrationTenth {
  std::int64_t customers = 0;
  double expected = 0.0;  ///< their mean likeness
  std::int64_t best = 0;
  double observed = 0.0;         ///< best / customers
  double low = 0.0, high = 0.0;  ///< 95 % interval of it (Wilson)
};

/// How many prospects can be reached at what likeness.
struct ReachPoint {
  double reach = 0.0;          ///< share of the prospects, the likest first
  std::int64_t prospects = 0;  ///< those that are at least so like: where several are alike, all of them
  std::int64_t contactable = 0;
  double likeness = 0.0;  ///< of the least like of them
  double mean = 0.0;
};

struct CloseProspect {
  std::string account_id;
  double likeness = 0.0;
};

/// How like prospects are to the best customers. All but `likeness` is the same on every rank.
struct Lookalike {
  std::string why_not;           ///< why no model was fitted; empty: one was. Then only the counts mean anything
  std::vector<double> likeness;  ///< n_local: of prospects, 0 to 1; NaN: a customer
  std::int64_t prospects = 0, contactable = 0;
  std::int64_t best = 0, rest = 0;                    ///< customers that the model was fitted on
  std::int64_t held_out_best = 0, held_out_rest = 0;  ///< customers that it was tried on
  double penalty = 1.0;  ///< λ of λ/2·Σ coefficient² beside the sum of the log-losses; scikit-learn's 1 / C
  int steps = 0;         ///< of Newton
  double intercept = 0.0;
  double auc = 0.0;                      ///< of the held-out customers; NaN: too few
  double auc_low = 0.0, auc_high = 0.0;  ///< 95 % interval (Hanley & McNeil 1982)
  double threshold = 0.0;  ///< likeness of the middle one of the held-out best customers; NaN: there are none
  std::int64_t above = 0, above_contactable = 0;  ///< prospects at least that like
  std::vector<LikenessColumn> columns;            ///< in the order of the accounts
  std::vector<LikenessFactor> factors;            ///< the strongest first
  std::vector<CalibrationTenth> calibration;      ///< ascending; ten at the most
  std::vector<ReachPoint> reach;                  ///< 1 % to 100 %
  std::vector<CloseProspect> closest;             ///< contactable ones, the likest first; a hundred at the most
};

/// Likeness of the prospects in one segment.
struct SegmentLikeness {
  std::int32_t segment = 0;
  std::int64_t prospects = 0, contactable = 0;
  double mean = 0.0;                              ///< NaN: the segment has no prospects
  std::int64_t above = 0, above_contactable = 0;  ///< prospects at or above Lookalike::threshold
};

/// Scores every prospect by its likeness to the best customers: a logistic model with an L2 penalty that tells the best
/// customers from the other customers, fitted by damped Newton steps on exact sums. Prospects take no part in the fit:
/// nobody knows what they would bring, and a model of customers against prospects would learn who has been won, not who
/// is worth winning. So likeness says how likely an account would be among the best, were it a customer like the
/// others.
///
/// It goes by columns that half of the prospects have (of histories and feedback a 0 is nothing to have), which differ
/// among them and among customers, and that neither [value], `customer` nor [kpi] is made of. A column that tells the
/// best alone with an area under the curve above 0.995 is taken for a leak and left out. A fifth of the customers, by
/// key, is held out (of more than 125,000 customers a sample by key takes part at all); the model that is tried on them
/// is the one that scores. Scores lie on 65,536 levels of log-odds, so that areas, curves and calibration are exact
/// counts.
///
/// Nothing where the job has no [value] column and customer. Where there are too few customers to learn from, why_not
/// says so, and a warning. Collective; the same bits at any number of ranks and threads.
[[nodiscard]] std::optional<Lookalike> find_lookalikes(const Context& context, const AccountTable& accounts,
                                                       const Job& job, const BestCustomers& best);

/// One row a segment. Collective; the same on every rank.
[[nodiscard]] std::vector<SegmentLikeness> likeness_by_segment(const Context& context, const AccountTable& accounts,
                                                               const Job& job, const Lookalike& lookalike,
                                                               const std::vector<Segment>& segments,
                                                               const SegmentAssignment& assignment);

}  // namespace tessera
