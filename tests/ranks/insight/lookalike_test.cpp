#include "tessera/lookalike.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "insight/lookalike/training.hpp"
#include "parallel/communicator.hpp"
#include "prospects.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

constexpr std::size_t kAccounts = 3000;

struct Found {
  test::Company whole, part;
  BestCustomers best;
  Lookalike lookalike;
  std::vector<double> likeness;  ///< of all ranks' accounts
  std::vector<std::string> warnings;
};

Found found(test::Company whole) {
  Found result;
  result.whole = std::move(whole);
  result.part = test::part_of(result.whole, test::world().rank(), test::world().size());
  Journal journal(false);
  const Context context{test::world(), journal, test::threads()};
  for (std::size_t i = 0; i < result.part.whole.n_local; ++i)
    result.part.whole.ids.push_back(fmt::format("A{}", result.part.whole.first_global + i));
  result.best = best_customers(context, result.part.whole, result.part.job).value();
  result.lookalike = find_lookalikes(context, result.part.whole, result.part.job, result.best).value();
  result.likeness = test::world().all_gather_varied(std::span<const double>(result.lookalike.likeness));
  result.warnings = journal.warnings();
  return result;
}

const std::vector<std::int8_t>& flags(const test::Company& company, const char* name) {
  return std::get<FlagColumn>(company.whole.find(name)->data).values;
}

TEST(Lookalike, GoesByWhatDrivesValueAndByNothingThatTellsOfIt) {
  const Found result = found(test::prospects(kAccounts));
  EXPECT_EQ(result.lookalike.why_not, "");
  std::map<std::string, LikenessColumn> columns;
  for (const LikenessColumn& column : result.lookalike.columns) columns[column.column] = column;
  for (const char* driver : {"crm.employees", "crm.visits", "crm.industry"})
    for (const char* idle : {"crm.founded", "crm.partner", "crm.region"}) {
      EXPECT_TRUE(columns[idle].is_used) << columns[idle].why_not;
      EXPECT_GT(columns[driver].effect, 2.0 * columns[idle].effect) << driver << " against " << idle;
    }
  for (const auto& [column, why] :
       std::map<std::string, std::string>{{"crm.leak", "all by itself"},
                                          {"crm.secret", "sensitive"},
                                          {"crm.campaign", "the KPI response"},
                                          {"crm.rare", "of the prospects have it"},
                                          {"crm.clv", "[value] column itself"},
                                          {"crm.is_customer", "who is a customer"},
                                          {"crm.do_not_contact", "on no list"},
                                          {"orders.frequency", "of the prospects have it"}}) {
    EXPECT_FALSE(columns[column].is_used) << column;
    EXPECT_NE(columns[column].why_not.find(why), std::string::npos) << column << ": " << columns[column].why_not;
  }
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_NE(result.warnings[0].find("crm.leak"), std::string::npos) << result.warnings[0];
  EXPECT_GT(result.lookalike.auc, 0.75);
  EXPECT_NE(result.lookalike.factors.front().words.find("times the odds"), std::string::npos);
}

TEST(Lookalike, CountsAreThoseOfThePlainLikeness) {
  const Found result = found(test::prospects(kAccounts));
  const Lookalike& lookalike = result.lookalike;
  const auto& customer = flags(result.whole, "is_customer");
  const auto& silent = flags(result.whole, "do_not_contact");
  std::int64_t above = 0, above_contactable = 0, tenth = 0, prospects = 0;
  std::vector<std::pair<double, std::size_t>> contactable;
  for (std::size_t i = 0; i < kAccounts; ++i) {
    ASSERT_EQ(std::isnan(result.likeness[i]), customer[i] == 1) << i;
    if (customer[i] == 1) continue;
    ++prospects;
    above += result.likeness[i] >= lookalike.threshold ? 1 : 0;
    above_contactable += result.likeness[i] >= lookalike.threshold && silent[i] == 0 ? 1 : 0;
    tenth += result.likeness[i] >= lookalike.reach[9].likeness ? 1 : 0;
    if (silent[i] == 0) contactable.emplace_back(-result.likeness[i], i);
  }
  EXPECT_EQ(lookalike.prospects, prospects);
  EXPECT_EQ(lookalike.contactable, static_cast<std::int64_t>(contactable.size()));
  EXPECT_EQ(lookalike.above, above);
  EXPECT_EQ(lookalike.above_contactable, above_contactable);
  EXPECT_EQ(lookalike.reach[9].prospects, tenth);
  EXPECT_GE(tenth * 10, prospects);
  ASSERT_EQ(lookalike.reach.size(), 100U);
  EXPECT_EQ(lookalike.reach.back().prospects, prospects);
  EXPECT_EQ(lookalike.reach.back().contactable, lookalike.contactable);

  std::ranges::sort(contactable);
  ASSERT_EQ(lookalike.closest.size(), 100U);
  for (std::size_t place = 0; place < 100; ++place) {
    EXPECT_EQ(lookalike.closest[place].account_id, fmt::format("A{}", contactable[place].second)) << place;
    EXPECT_EQ(lookalike.closest[place].likeness, -contactable[place].first);
  }
  std::int64_t tried = 0;
  for (const CalibrationTenth& group : lookalike.calibration) {
    tried += group.customers;
    EXPECT_LE(group.low, group.observed);
    EXPECT_GE(group.high, group.observed);
  }
  EXPECT_EQ(tried, lookalike.held_out_best + lookalike.held_out_rest);
}

TEST(Lookalike, SegmentsAddUp) {
  const Found result = found(test::prospects(kAccounts));
  Journal journal(false);
  const std::vector<Segment> segments(result.whole.seeds.size());
  const auto rows = likeness_by_segment({test::world(), journal, 1}, result.part.whole, result.part.job,
                                        result.lookalike, segments, result.part.assignment);
  ASSERT_EQ(rows.size(), segments.size());
  EXPECT_EQ(rows[0].prospects + rows[1].prospects, result.lookalike.prospects);
  EXPECT_EQ(rows[0].contactable + rows[1].contactable, result.lookalike.contactable);
  EXPECT_EQ(rows[0].above + rows[1].above, result.lookalike.above);
  EXPECT_EQ(rows[2].above_contactable + rows[3].above_contactable + rows[4].above_contactable,
            result.lookalike.above_contactable);
  EXPECT_NEAR(
      (rows[0].mean * static_cast<double>(rows[0].prospects) + rows[1].mean * static_cast<double>(rows[1].prospects)) /
          static_cast<double>(result.lookalike.prospects),
      result.lookalike.reach.back().mean, 1e-12);
}

TEST(Lookalike, RefusesWithAReasonWhereThereIsTooLittleToLearnFrom) {
  test::Company few = test::prospects(kAccounts);
  few.job.value.best = 0.02;
  const Found result = found(few);
  EXPECT_NE(result.lookalike.why_not.find("of the best customers could be learnt from"), std::string::npos);
  EXPECT_TRUE(result.lookalike.closest.empty());
  for (const double likeness : result.likeness) EXPECT_TRUE(std::isnan(likeness));
  EXPECT_EQ(result.warnings.size(), 1U);

  test::Company nothing = test::prospects(kAccounts);
  std::erase_if(nothing.whole.columns, [](const Column& c) {
    return c.name != "clv" && c.name != "is_customer" && c.name != "do_not_contact";
  });
  EXPECT_NE(found(nothing).lookalike.why_not.find("no column"), std::string::npos);

  test::Company nobody = test::prospects(1);
  EXPECT_NE(found(nobody).lookalike.why_not, "");
}

/// Customers as the model sees them, a line each: fold, label, features.
void write_encoded(const Found& result, const std::string& path) {
  Lookalike counts;
  const insight::Training training =
      insight::split(test::world(), result.part.whole, result.part.job, result.best, counts);
  FeatureEncoding encoding;
  for (const LikenessFactor& factor : result.lookalike.factors) encoding.features.push_back(factor.encoded);
  std::ofstream out(path);
  for (const auto& [examples, fold] : {std::pair(&training.fitted, 0), std::pair(&training.held_out, 1)}) {
    const FeatureTiles tiles = encode(encoding, result.part.whole, examples->rows, 1);
    for (std::size_t i = 0; i < tiles.n_local(); ++i) {
      out << fold << ',' << int{examples->is_best[i]};
      for (int f = 0; f < tiles.d(); ++f) out << fmt::format(",{}", tiles.at(i, f));
      out << '\n';
    }
  }
}

/// Prints the area on the held-out, then intercept and coefficients.
constexpr const char* kScikitLearn = R"(
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
rows = np.loadtxt(sys.argv[1], delimiter=",")
held_out, label, x = rows[:, 0] == 1, rows[:, 1], rows[:, 2:]
model = LogisticRegression(C=1.0, tol=1e-10, max_iter=100000).fit(x[~held_out], label[~held_out])
print(roc_auc_score(label[held_out], model.decision_function(x[held_out])))
print("\n".join(map(repr, [float(model.intercept_[0]), *map(float, model.coef_[0])])))
)";

TEST(Lookalike, AgreesWithScikitLearnOnTheSameFeatures) {
  if (test::world().size() > 1) return;  // the bits are the same at any number of ranks
  const std::string python = "/usr/bin/python3";
  if (std::system((python + " -c 'import sklearn' 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "NOT TESTED live, but against logistic_figures.hpp: " << python << " has no scikit-learn";
  const Found result = found(test::prospects(kAccounts));
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("tessera-likeness-{}", ::getpid());
  std::filesystem::create_directory(folder);
  write_encoded(result, folder / "encoded.csv");
  std::ofstream(folder / "fit.py") << kScikitLearn;
  const std::string command = fmt::format("cd '{}' && {} fit.py encoded.csv > found", folder.string(), python);
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  std::ifstream in(folder / "found");
  double area = 0.0, intercept = 0.0;
  in >> area >> intercept;
  EXPECT_NEAR(result.lookalike.auc, area, 0.005);
  EXPECT_NEAR(result.lookalike.intercept, intercept, 1e-4);
  for (const LikenessFactor& factor : result.lookalike.factors) {
    double coefficient = 0.0;
    ASSERT_TRUE(in >> coefficient);
    EXPECT_NEAR(factor.coefficient, coefficient, 1e-4) << factor.encoded.name;
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tessera
