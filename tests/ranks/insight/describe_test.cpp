#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "company.hpp"
#include "core/exact_sum.hpp"
#include "insight/words.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

struct Told {
  test::Company company;
  Insight insight;
};

Insight told(const test::Company& part) {
  Journal journal(false);
  SegmentationSpec spec;
  spec.features = {{{"revenue"}}, {{"industry"}}};
  return describe({test::world(), journal, 1}, part.whole, part.job, spec, test::all_rows(part), part.seeds,
                  part.assignment);
}

Told told_company(std::size_t n) {
  Told result{test::company(n), {}};
  result.insight = told(test::part_of(result.company, test::world().rank(), test::world().size()));
  return result;
}

/// Accounts of a segment, the plain way.
std::vector<std::size_t> members_of(const test::Company& company, std::int32_t segment) {
  std::vector<std::size_t> members;
  const auto& a = company.assignment;
  for (std::size_t i = 0; i < company.whole.n_local; ++i)
    if (a.macro[i] == segment || a.core[i] == segment || a.micro[i] == segment) members.push_back(i);
  return members;
}

std::vector<double> values_of(const test::Company& company, const std::string& column,
                              const std::vector<std::size_t>& members) {
  std::vector<double> values;
  for (const std::size_t i : members) {
    const double value = std::get<NumberColumn>(company.whole.find(column)->data).values[i];
    if (!std::isnan(value)) values.push_back(value);
  }
  return values;
}

double exact_sum(const std::vector<double>& values) {
  ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = (values.size() - 1) / 2;
  if (values.size() % 2 == 1) return values[half];
  return values[half] + 0.5 * (values[half + 1] - values[half]);
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || a == b;
}

TEST(Describe, SizesAndValueMatchACountByHand) {
  const auto [company, insight] = told_company(500);
  ASSERT_EQ(insight.segments.size(), 9U);
  const auto& customer = std::get<FlagColumn>(company.whole.find("is_customer")->data).values;
  const auto& silent = std::get<FlagColumn>(company.whole.find("do_not_contact")->data).values;
  for (std::int32_t s = 0; s < 9; ++s) {
    const Segment& segment = insight.segments[static_cast<std::size_t>(s)];
    const auto members = members_of(company, s);
    const auto n = static_cast<std::int64_t>(members.size());
    EXPECT_EQ(segment.accounts, n);
    EXPECT_EQ(segment.customers, std::ranges::count_if(members, [&](std::size_t i) { return customer[i] == 1; }));
    EXPECT_EQ(segment.prospects, n - segment.customers);
    EXPECT_EQ(segment.contactable, std::ranges::count_if(members, [&](std::size_t i) { return silent[i] != 1; }));
    EXPECT_EQ(segment.value, exact_sum(values_of(company, "revenue", members)));
  }
  EXPECT_EQ(insight.segments[0].id, "S-0001");
  EXPECT_EQ(insight.segments[8].id, "S-0009");
  EXPECT_EQ(insight.segments[0].name, "Small");
  EXPECT_EQ(insight.segments[0].rule, "revenue below 100");
  EXPECT_EQ(insight.segments[8].parent, 3);
}

TEST(Describe, SensitiveColumnsAreInNoRule) {
  test::Company company = test::company(500);
  const auto rule_of_third_accounts = [&company] {
    return told(test::part_of(company, test::world().rank(), test::world().size())).segments[2].rule;
  };
  EXPECT_EQ(rule_of_third_accounts(), "customers");
  for (Column& column : company.whole.columns)
    if (column.name == "is_customer") column.is_sensitive = true;
  EXPECT_EQ(rule_of_third_accounts().find("customers"), std::string::npos);
}

TEST(Describe, RulesAreWorthWhatACountOfEverybodySays) {
  const auto [company, insight] = told_company(500);
  const Segment& core = insight.segments[2];
  ASSERT_EQ(core.rule, "customers");
  const auto& flags = std::get<FlagColumn>(company.whole.find("is_customer")->data).values;
  double found = 0.0, right = 0.0;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i] != 1) continue;
    ++found;
    if (company.assignment.core[i] == 2) ++right;
  }
  EXPECT_EQ(core.rule_precision, right / found);
  EXPECT_EQ(core.rule_recall, right / static_cast<double>(core.accounts));
  EXPECT_EQ(core.rule_coverage, found / 500.0);
}

TEST(Describe, WithoutFlagsAndValueAllAreContactableCustomers) {
  test::Company company = test::company(60);
  company.job.value = {};
  const Insight insight = told(test::part_of(company, test::world().rank(), test::world().size()));
  for (const Segment& segment : insight.segments) {
    EXPECT_EQ(segment.customers, segment.accounts);
    EXPECT_EQ(segment.contactable, segment.accounts);
    EXPECT_EQ(segment.value, 0.0);
  }
}

TEST(Describe, NumbersMatchASerialReferenceToTheBit) {
  const auto [company, insight] = told_company(500);
  // 6 number columns by 9 segments, in the order of segments, then columns.
  ASSERT_EQ(insight.numbers.size(), 54U);
  for (std::size_t p = 0; p < insight.numbers.size(); ++p) {
    const NumberProfile& profile = insight.numbers[p];
    EXPECT_EQ(profile.segment, static_cast<std::int32_t>(p / 6));
    const auto values = values_of(company, profile.column, members_of(company, profile.segment));
    EXPECT_EQ(profile.count, static_cast<std::int64_t>(values.size())) << profile.column;
    if (values.empty()) {
      EXPECT_TRUE(std::isnan(profile.mean) && std::isnan(profile.median) && std::isnan(profile.sd));
      EXPECT_TRUE(std::isnan(profile.lift) && std::isnan(profile.effect));
      continue;
    }
    const auto n = static_cast<double>(values.size());
    const double mean = exact_sum(values) / n;
    std::vector<double> squares;
    for (const double value : values) squares.push_back((value - mean) * (value - mean));
    EXPECT_EQ(profile.mean, mean) << profile.column;
    EXPECT_EQ(profile.median, median(values)) << profile.column << " of segment " << profile.segment;
    EXPECT_EQ(profile.sd, std::sqrt(exact_sum(squares) / n)) << profile.column;
  }
}

TEST(Describe, LiftAndEffectAreAgainstTheWhole) {
  const auto [company, insight] = told_company(500);
  std::vector<std::size_t> everyone;
  for (std::size_t i = 0; i < 500; ++i) everyone.push_back(i);
  const auto whole = values_of(company, "visits", everyone);
  const double mean = exact_sum(whole) / static_cast<double>(whole.size());
  double squares = 0.0;
  for (const double value : whole) squares += (value - mean) * (value - mean);
  const double sd = std::sqrt(squares / static_cast<double>(whole.size()));
  for (const NumberProfile& profile : insight.numbers) {
    if (profile.column != "crm.visits") continue;
    EXPECT_EQ(profile.lift, profile.mean / mean);
    EXPECT_NEAR(profile.effect, (profile.mean - mean) / sd, 1e-12);
  }
}

TEST(Describe, CategoriesMatchACountByHand) {
  const auto [company, insight] = told_company(500);
  const auto& industry = std::get<CategoryColumn>(company.whole.find("industry")->data);
  const auto count = [&](const std::vector<std::size_t>& members, const std::string& category) {
    return std::ranges::count_if(members, [&](std::size_t i) {
      const std::int32_t code = industry.codes[i];
      return (code < 0 ? "(unknown)" : industry.categories[static_cast<std::size_t>(code)]) == category;
    });
  };
  std::vector<std::size_t> everyone;
  for (std::size_t i = 0; i < 500; ++i) everyone.push_back(i);
  std::set<std::string> seen;
  std::vector<std::int64_t> counted(9, 0);
  for (const CategoryProfile& profile : insight.categories) {
    if (profile.column != "crm.industry") continue;
    const auto members = members_of(company, profile.segment);
    EXPECT_EQ(profile.count, count(members, profile.category)) << profile.category;
    const double share = static_cast<double>(profile.count) / static_cast<double>(members.size());
    EXPECT_EQ(profile.share, share);
    EXPECT_EQ(profile.lift, share / (static_cast<double>(count(everyone, profile.category)) / 500.0));
    seen.insert(profile.category);
    counted[static_cast<std::size_t>(profile.segment)] += profile.count;
  }
  EXPECT_EQ(seen, (std::set<std::string>{"(unknown)", "Banking", "Software", "Öl & Gas", "日本"}));
  for (std::int32_t s = 0; s < 9; ++s)
    EXPECT_EQ(counted[static_cast<std::size_t>(s)], static_cast<std::int64_t>(members_of(company, s).size()));
}

TEST(Describe, KpisMatchTheirDefinitions) {
  const auto [company, insight] = told_company(500);
  ASSERT_EQ(insight.kpis.size(), 45U);
  const auto cell = [&company = company](const char* column, std::size_t i) {
    return std::get<NumberColumn>(company.whole.find(column)->data).values[i];
  };
  for (std::int32_t s = 0; s < 9; ++s) {
    double clicks = 0.0, sent = 0.0, visits = 0.0;
    std::int64_t both = 0, promoters = 0, detractors = 0, scores = 0, converted = 0, known = 0, all = 0;
    for (const std::size_t i : members_of(company, s)) {
      if (!std::isnan(cell("clicks", i)) && !std::isnan(cell("sent", i))) {
        ++both;
        clicks += cell("clicks", i);
        sent += cell("sent", i);
      }
      const double score = cell("score", i);
      if (score >= 0 && score <= 10) {
        ++scores;
        promoters += score >= 9 ? 1 : 0;
        detractors += score <= 6 ? 1 : 0;
      }
      const int flag = std::get<FlagColumn>(company.whole.find("converted")->data).values[i];
      known += flag >= 0 ? 1 : 0;
      converted += flag == 1 ? 1 : 0;
      visits += cell("visits", i);
      ++all;
    }
    const KpiValue* kpis = &insight.kpis[static_cast<std::size_t>(5 * s)];
    EXPECT_EQ(kpis[0].kpi, "engagement");
    EXPECT_EQ(kpis[0].count, both);
    EXPECT_TRUE(same(kpis[0].estimate, clicks / sent));
    EXPECT_EQ(kpis[1].count, known);
    EXPECT_TRUE(same(kpis[1].estimate, static_cast<double>(converted) / static_cast<double>(known)));
    EXPECT_EQ(kpis[2].count, all);
    EXPECT_TRUE(same(kpis[2].estimate, visits / static_cast<double>(all)));
    EXPECT_EQ(kpis[3].count, scores);
    if (scores > 0) {
      EXPECT_EQ(kpis[3].estimate, 100.0 * static_cast<double>(promoters - detractors) / static_cast<double>(scores));
    }
    EXPECT_EQ(kpis[4].count, 0);
    EXPECT_TRUE(std::isnan(kpis[4].estimate));
  }
}

TEST(Describe, NamesAreUniqueShortAndTheSameAtAnyNumberOfRanks) {
  const Insight insight = told_company(500).insight;
  std::set<std::string> names;
  for (const Segment& segment : insight.segments) {
    EXPECT_TRUE(names.insert(segment.name).second) << segment.name;
    EXPECT_LE(words::letters(segment.name), 66U) << segment.name;
    EXPECT_FALSE(segment.name.empty());
  }
  std::vector<std::string> found;
  for (const Segment& segment : insight.segments) found.push_back(segment.name);
  // Written down here so that every rank count is held to the same names.
  EXPECT_EQ(found, (std::vector<std::string>{"Small", "Large", "Software · customers", "prospects", "日本 · high score",
                                             "Software · Small", "Software · Large", "prospects · Small",
                                             "prospects · Large"}));
}

/// Share of a segment's accounts of which a part of its name is true, told from the columns.
double share_with(const test::Company& company, const std::vector<std::size_t>& members, const std::string& trait) {
  const auto& industry = std::get<CategoryColumn>(company.whole.find("industry")->data);
  const auto& customer = std::get<FlagColumn>(company.whole.find("is_customer")->data).values;
  const auto& score = std::get<NumberColumn>(company.whole.find("score")->data).values;
  std::vector<double> scores;
  std::ranges::copy_if(score, std::back_inserter(scores), [](double x) { return !std::isnan(x); });
  std::ranges::sort(scores);
  const double upper_quartile = scores[scores.size() * 3 / 4];
  const auto has = [&](std::size_t i) {
    if (trait == "customers") return customer[i] == 1;
    if (trait == "prospects") return customer[i] == 0;
    if (trait == "Small") return company.assignment.macro[i] == 0;
    if (trait == "Large") return company.assignment.macro[i] == 1;
    if (trait == "high score") return score[i] >= upper_quartile;
    const auto code = industry.codes[i];
    return code >= 0 && industry.categories[static_cast<std::size_t>(code)] == trait;
  };
  return static_cast<double>(std::ranges::count_if(members, has)) / static_cast<double>(members.size());
}

TEST(Describe, NamesAreTrueOfMostAccountsOfTheirSegment) {
  const auto [company, insight] = told_company(500);
  for (std::int32_t s = 2; s < 9; ++s) {
    std::string name = insight.segments[static_cast<std::size_t>(s)].name + " · ";
    for (std::size_t at = name.find(" · "); at != std::string::npos; at = name.find(" · ")) {
      EXPECT_GE(share_with(company, members_of(company, s), name.substr(0, at)), 0.5) << name;
      name.erase(0, at + std::string(" · ").size());
    }
  }
}

TEST(Describe, EveryRankHasTheSameBits) {
  const Insight insight = told_company(500).insight;
  std::vector<std::uint64_t> bits;
  for (const NumberProfile& p : insight.numbers)
    for (const double x : {p.mean, p.median, p.sd, p.lift, p.effect})
      bits.push_back(std::isnan(x) ? 0 : std::bit_cast<std::uint64_t>(x));
  std::vector<std::string> names;
  for (const Segment& segment : insight.segments) names.push_back(segment.name);
  EXPECT_EQ(bits, test::world().broadcast_vector(bits));
  const auto all_names = test::world().all_gather_texts(names);
  for (std::size_t i = 0; i < all_names.size(); ++i) EXPECT_EQ(all_names[i], names[i % names.size()]);
}

TEST(Describe, FewerAccountsThanRanksAndNone) {
  for (const std::size_t n : {std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
    const Insight insight = told_company(n).insight;
    std::int64_t core_accounts = 0;
    std::set<std::string> names;
    for (const Segment& segment : insight.segments) {
      if (segment.level == Level::kCore) core_accounts += segment.accounts;
      names.insert(segment.name);
    }
    EXPECT_EQ(core_accounts, static_cast<std::int64_t>(n));
    EXPECT_EQ(names.size(), 9U);
  }
}

TEST(Describe, AccountsOutsideThePopulationCountNowhere) {
  test::Company part = test::part_of(test::company(300), test::world().rank(), test::world().size());
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t row : test::all_rows(part))
    if (part.assignment.macro[row] == 0) rows.push_back(row);
  Journal journal(false);
  const Insight insight =
      describe({test::world(), journal, 1}, part.whole, part.job, {}, rows, part.seeds, part.assignment);
  EXPECT_EQ(insight.segments[0].accounts, 150);
  EXPECT_EQ(insight.segments[1].accounts, 0);
  for (const CategoryProfile& profile : insight.categories) {
    if (profile.segment == 0) {
      EXPECT_EQ(profile.lift, 1.0);
    }
  }
}

TEST(Describe, AWrongColumnTypeIsTheJobsMistakeOnEveryRank) {
  test::Company company = test::company(20);
  company.job.value.customer = {"industry", 12, 3};
  try {
    (void)told(test::part_of(company, test::world().rank(), test::world().size()));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadJob);
    EXPECT_TRUE(error.everywhere());
    EXPECT_NE(std::string(error.what()).find("\"industry\" (line 12) is a category column"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace tessera
