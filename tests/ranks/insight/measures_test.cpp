#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "company.hpp"
#include "core/special_numbers.hpp"
#include "core/statistics.hpp"
#include "insight/kpi/kpis.hpp"
#include "kpi_figures.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/ingest.hpp"

namespace tessera {
namespace {

ColumnRef named(const char* column) {
  ColumnRef ref;
  ref.text = column;
  return ref;
}

KpiSpec kpi(const char* name, KpiKind kind, const char* column) {
  KpiSpec spec;
  spec.name = name;
  spec.kind = kind;
  spec.column = named(column);
  return spec;
}

Column numbers(const char* source, const char* name, std::vector<double> values) {
  return {source, name, ColumnType::kNumber, NumberColumn{std::move(values)}};
}

/// `n` accounts by formulas that make_kpi_figures.py has as well; core segment i % 3, one macro segment, and a micro
/// segment that nobody is in.
test::Company measured(std::size_t n) {
  test::Company company;
  AccountTable& table = company.whole;
  table.n_global = table.n_local = n;
  std::vector<double> visits, score, clicks, sent, value, software, support;
  FlagColumn converted, customer, responded;
  CategoryColumn channel{{}, {"email", "event", "phone"}}, product{{}, {"software", "support"}};
  CategoryColumn seniority{{}, {"director", "vp"}};
  DateColumn sent_on;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t core = i % 3;
    table.keys.push_back({i, 0});
    visits.push_back(static_cast<double>(i * 37 % 23 + 3 * core));
    converted.values.push_back(i % 29 == 0 ? std::int8_t{-1} : static_cast<std::int8_t>(i * 11 % 7 < 1 + core));
    score.push_back(i % 4 == 1 ? kNaN : static_cast<double>(i * 13 % 11));
    clicks.push_back(static_cast<double>(i * 5 % 9 + core));
    sent.push_back(static_cast<double>(10 + i * 3 % 7));
    customer.values.push_back(static_cast<std::int8_t>(i * 17 % 10 < 2 + 2 * core));
    value.push_back(i % 13 == 0 ? kNaN : static_cast<double>(100 + i * 7 % 50));
    channel.codes.push_back(i % 8 == 7  ? -1
                            : i % 5 < 2 ? static_cast<std::int32_t>(core)
                                        : static_cast<std::int32_t>(i * 7 % 3));
    seniority.codes.push_back(static_cast<std::int32_t>(i % 4) < 3 ? static_cast<std::int32_t>(i % 2) : -1);
    const double share = static_cast<double>(i * 3 % 5) / 4.0;
    software.push_back(i % 2 == 1 ? kNaN : core == 0 ? 1.0 : share);
    support.push_back(1.0 - software.back());
    product.codes.push_back(i % 2 == 1 ? -1 : software.back() >= 0.5 ? 0 : 1);
    responded.values.push_back(i * 5 % 11 < 2 ? std::int8_t{1} : std::int8_t{0});
    sent_on.days.push_back(i % 6 == 5 ? kMissingDate : 20000);
    company.assignment.macro.push_back(0);
    company.assignment.core.push_back(1 + static_cast<std::int32_t>(core));
    company.assignment.micro.push_back(-1);
  }
  table.columns = {numbers("crm", "visits", visits),
                   numbers("crm", "score", score),
                   numbers("crm", "clicks", clicks),
                   numbers("crm", "sent", sent),
                   numbers("crm", "value", value),
                   {"crm", "converted", ColumnType::kFlag, converted},
                   {"crm", "customer", ColumnType::kFlag, customer},
                   {"crm", "channel", ColumnType::kCategory, channel},
                   {"orders", "category", ColumnType::kCategory, product},
                   numbers("mail", "revenue", value),
                   numbers("mail", "cost", visits),
                   numbers("orders", "share_software", software),
                   numbers("orders", "share_support", support),
                   {"people", "highest_seniority", ColumnType::kCategory, seniority},
                   {"mail", "responded", ColumnType::kFlag, responded},
                   {"mail", "sent_on", ColumnType::kDate, sent_on}};
  company.seeds = {{Level::kMacro, -1, "SME", "any"},
                   {Level::kCore, -1, "", ""},
                   {Level::kCore, -1, "", ""},
                   {Level::kCore, -1, "", ""},
                   {Level::kMicro, 1, "", ""}};
  Job& job = company.job;
  job.sources.resize(4);
  job.sources[0].name = "crm";
  job.sources[1].name = "orders";
  job.sources[1].kind = SourceKind::kHistory;
  job.sources[2].name = "people";
  job.sources[2].kind = SourceKind::kContacts;
  job.sources[2].contacts.title = named("title");
  job.sources[3].name = "mail";
  job.kpis = {kpi("visits", KpiKind::kMean, "visits"), kpi("conversion", KpiKind::kRate, "converted"),
              kpi("nps", KpiKind::kNps, "score"), kpi("engagement", KpiKind::kRatio, "")};
  job.kpis.back().numerator = named("clicks");
  job.kpis.back().denominator = named("crm.sent");
  job.value.column = named("value");
  job.value.customer = named("customer");
  job.affinities = {{"channel", named("channel")}, {"product", named("orders.category")}};
  return company;
}

Insight told(const test::Company& company) {
  const test::Company part = test::part_of(company, test::world().rank(), test::world().size());
  Journal journal(false);
  return describe({test::world(), journal, 1}, part.whole, part.job, {}, test::all_rows(part), part.seeds,
                  part.assignment);
}

std::vector<std::size_t> members_of(const test::Company& company, std::int32_t segment) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < company.whole.n_local; ++i)
    if (company.assignment.macro[i] == segment || company.assignment.core[i] == segment) members.push_back(i);
  return members;
}

const std::vector<double>& column(const test::Company& company, const char* name) {
  return std::get<NumberColumn>(company.whole.find(name)->data).values;
}

void expect_close(double got, double expected, const std::string& what) {
  EXPECT_LE(std::fabs(got - expected), 1e-8 * std::fabs(expected) + 1e-12)
      << what << ": " << got << ", not " << expected;
}

TEST(Measures, KpisAndTheirVarianceAgreeWithScipy) {
  const Insight insight = told(measured(240));
  std::size_t k = 0;
  for (const test::KpiFigure& figure : test::kKpiFigures) {
    for (std::size_t core = 0; core < 3; ++core) {
      const KpiValue& got = insight.kpis[4 * (1 + core) + k];
      ASSERT_EQ(got.kpi, figure.kpi);
      expect_close(got.estimate, figure.cores[core][0], got.kpi);
      expect_close(got.low, figure.cores[core][1], got.kpi + " low");
      expect_close(got.high, figure.cores[core][2], got.kpi + " high");
    }
    const KpiVariance& variance = insight.kpi_variance[4 + k];
    ASSERT_EQ(variance.kpi, figure.kpi);
    EXPECT_EQ(variance.level, Level::kCore);
    EXPECT_EQ(variance.segments, 3);
    expect_close(variance.eta_squared, figure.eta_squared, variance.kpi + " eta squared");
    expect_close(variance.f, figure.f, variance.kpi + " F");
    expect_close(variance.p_value, figure.p_value, variance.kpi + " p");
    expect_close(variance.q_value, figure.q_value, variance.kpi + " q");
    ++k;
  }
}

TEST(Measures, SayWhereTheyCannotTell) {
  const Insight insight = told(measured(240));
  // The one macro segment has nothing to differ from, and nobody is in the micro segment.
  for (const std::size_t row : {0U, 8U}) EXPECT_TRUE(std::isnan(insight.kpi_variance[row].p_value)) << row;
  for (std::size_t k = 0; k < 4; ++k) {
    const KpiValue& nobody = insight.kpis[16 + k];
    EXPECT_EQ(nobody.count, 0);
    EXPECT_TRUE(nobody.too_few && std::isnan(nobody.estimate) && std::isnan(nobody.low) && std::isnan(nobody.known));
  }
  // The NPS of the last two core segments could be anything in 41 points.
  for (std::size_t row = 0; row < 16; ++row) EXPECT_EQ(insight.kpis[row].too_few, row == 10 || row == 14) << row;
  EXPECT_EQ(insight.kpis[6].known, 60.0 / 80.0);

  const Insight alone = told(measured(1));
  EXPECT_EQ(alone.kpis[4].count, 1);
  EXPECT_EQ(alone.kpis[4].estimate, 0.0);
  EXPECT_TRUE(std::isnan(alone.kpis[4].low) && alone.kpis[4].too_few);

  test::Company equal = measured(60);
  for (Column& one : equal.whole.columns)
    if (one.name == "visits") std::ranges::fill(std::get<NumberColumn>(one.data).values, 0.1);
  const Insight same = told(equal);
  EXPECT_TRUE(std::isnan(same.kpi_variance[4].eta_squared) && std::isnan(same.kpi_variance[4].p_value));
  EXPECT_EQ(same.kpis[4].low, same.kpis[4].high);
  EXPECT_TRUE(same.kpis[4].too_few);  // 20 accounts, however equal

  KpiValue wide;
  wide.count = 1000;
  wide.low = 0.02;
  wide.high = 0.06;
  EXPECT_TRUE(insight::says_too_little(wide, KpiKind::kRate, 0.03, 0.2));
  EXPECT_FALSE(insight::says_too_little(wide, KpiKind::kRate, 0.05, 0.2));
  EXPECT_FALSE(insight::says_too_little(wide, KpiKind::kMean, 0.0, 0.2));
}

TEST(Measures, PenetrationIsWhatAPlainCountSays) {
  const test::Company company = measured(240);
  Insight insight = told(company);
  const auto& customer = std::get<FlagColumn>(company.whole.find("customer")->data).values;
  const auto& values = column(company, "value");
  ASSERT_EQ(insight.penetration.size(), 5U);
  for (std::int32_t s = 0; s < 4; ++s) {
    const Penetration& row = insight.penetration[static_cast<std::size_t>(s)];
    const auto members = members_of(company, s);
    const auto n = static_cast<double>(members.size());
    double sum = 0.0, valued = 0.0, customers = 0.0;
    for (const std::size_t i : members) {
      if (customer[i] != 1) continue;
      customers += 1.0;
      if (std::isnan(values[i])) continue;
      sum += values[i];
      valued += 1.0;
    }
    EXPECT_EQ(row.share, customers / n);
    EXPECT_EQ(row.customers_value, sum);
    // Three core segments are too few to compare with: the whole it is, of which two fifths buy.
    EXPECT_EQ(row.compared_with, 0);
    EXPECT_EQ(row.reference, insight.penetration[0].share);
    EXPECT_EQ(row.white_space, std::max(0.0, row.reference - row.share) * n);
    if (valued >= 30.0) {
      EXPECT_EQ(row.customer_value, sum / valued);
    }
    EXPECT_EQ(row.worth, row.white_space * row.customer_value);
    EXPECT_LE(row.worth_low, row.worth);
    EXPECT_GE(row.worth_high, row.worth);
  }
  EXPECT_TRUE(std::isnan(insight.penetration[4].share));
  EXPECT_EQ(insight.penetration[4].white_space, 0.0);

  insight.segments[0].name = "renamed";
  const std::vector<std::string> macro_names = {"SME", "Enterprise"};
  add_market(std::vector<MarketSegment>{{"a", "SME", 480.0, kNaN}, {"b", "SME", 1.0, 1e6}, {"b", "Large", 5.0, 5.0}},
             macro_names, insight);
  const Penetration& sme = insight.penetration[0];
  EXPECT_EQ(sme.share_of_companies, static_cast<double>(sme.customers) / 480.0);
  EXPECT_EQ(sme.share_of_spend, sme.customers_value / 1e6);
  EXPECT_TRUE(std::isnan(insight.penetration[1].share_of_companies));
}

TEST(Measures, PenetrationIsHeldAgainstTheUpperQuartileOfSiblings) {
  test::Company company = measured(400);
  company.seeds = {{Level::kCore, -1, "", ""},
                   {Level::kCore, -1, "", ""},
                   {Level::kCore, -1, "", ""},
                   {Level::kCore, -1, "", ""},
                   {Level::kCore, -1, "", ""}};
  for (std::size_t i = 0; i < 400; ++i) {
    company.assignment.core[i] = i < 10 ? 4 : static_cast<std::int32_t>(i % 4);
    company.assignment.macro[i] = -1;
  }
  const Insight insight = told(company);
  std::vector<double> shares;  // without the segment of ten, which is too small to be held up to others
  for (std::size_t s = 0; s < 4; ++s) shares.push_back(insight.penetration[s].share);
  std::ranges::sort(shares);
  for (const Penetration& row : insight.penetration) {
    EXPECT_EQ(row.compared_with, 4);
    EXPECT_DOUBLE_EQ(row.reference, shares[2] + 0.25 * (shares[3] - shares[2]));
  }
}

TEST(Measures, WithoutCustomersToTellApartThereIsNoPenetration) {
  test::Company company = measured(60);
  company.job.value.customer = {};
  EXPECT_TRUE(told(company).penetration.empty());
}

const Affinity* find(const Insight& insight, std::int32_t segment, const std::string& affinity,
                     const std::string& choice, const std::string& seniority = "") {
  for (const Affinity& row : insight.affinities)
    if (row.segment == segment && row.affinity == affinity && row.choice == choice && row.seniority == seniority)
      return &row;
  return nullptr;
}

TEST(Measures, AffinitiesOfACategoryMatchACountByHand) {
  const test::Company company = measured(2400);
  const Insight insight = told(company);
  const auto& channel = std::get<CategoryColumn>(company.whole.find("channel")->data);
  const auto& seniority = std::get<CategoryColumn>(company.whole.find("highest_seniority")->data);
  const auto count = [&](std::int32_t segment, std::int32_t code, std::int32_t part) {
    return std::ranges::count_if(members_of(company, segment), [&](std::size_t i) {
      return channel.codes[i] >= 0 && (code < 0 || channel.codes[i] == code) &&
             (part < 0 || seniority.codes[i] == part);
    });
  };
  for (std::int32_t s = 0; s < 4; ++s)
    for (std::int32_t code = 0; code < 3; ++code)
      for (std::int32_t part = -1; part < 2; ++part) {
        const Affinity* row = find(insight, s, "channel", channel.categories[static_cast<std::size_t>(code)],
                                   part < 0 ? "" : seniority.categories[static_cast<std::size_t>(part)]);
        ASSERT_NE(row, nullptr);
        EXPECT_EQ(row->count, count(s, code, part));
        EXPECT_EQ(row->known, count(s, -1, part));
        const auto [low, high] = statistics::wilson_interval(row->count, row->known);
        EXPECT_EQ(row->low, low);
        EXPECT_EQ(row->high, high);
        // All accounts are in the one macro segment.
        const double usual = static_cast<double>(count(0, code, part)) / static_cast<double>(count(0, -1, part));
        EXPECT_EQ(row->lift, row->share / usual);
        EXPECT_EQ(row->lift_low, row->low / usual);
      }
  // Two fifths of a core segment's accounts have the channel of its number for that reason alone.
  for (std::int32_t core = 0; core < 3; ++core)
    for (std::int32_t code = 0; code < 3; ++code)
      EXPECT_EQ(find(insight, 1 + core, "channel", channel.categories[static_cast<std::size_t>(code)])->is_preferred,
                core == code);
  EXPECT_EQ(find(insight, 4, "channel", "email"), nullptr);
}

TEST(Measures, AffinitiesOfAHistoryAreMeanShares) {
  const test::Company company = measured(2400);
  const Insight insight = told(company);
  for (std::int32_t s = 0; s < 4; ++s) {
    double sum = 0.0;
    std::int64_t known = 0, any = 0;
    for (const std::size_t i : members_of(company, s)) {
      const double share = column(company, "share_software")[i];
      if (std::isnan(share)) continue;
      sum += share;
      ++known;
      any += share > 0.0 ? 1 : 0;
    }
    const Affinity* row = find(insight, s, "product", "software");
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->share, sum / static_cast<double>(known));
    EXPECT_EQ(row->known, known);
    EXPECT_EQ(row->count, any);
    ASSERT_NE(find(insight, s, "product", "software", "director"), nullptr);
  }
  EXPECT_TRUE(find(insight, 1, "product", "software")->is_preferred);
  EXPECT_EQ(find(insight, 1, "product", "software")->low, 1.0);
}

TEST(Measures, AContactBringsWhatThoseWhoWereSentSomethingBrought) {
  test::Company company = measured(240);
  EXPECT_TRUE(told(company).returns.empty());
  company.job.trial.emplace();
  company.job.trial->results.emplace();
  company.job.trial->results->source = "mail";
  company.job.trial->results->sent = named("sent_on");
  company.job.trial->results->response = named("responded");
  company.job.trial->results->revenue = named("revenue");
  company.job.trial->results->cost = named("cost");
  const Insight insight = told(company);
  ASSERT_EQ(insight.returns.size(), 5U);
  for (std::int32_t s = 0; s < 4; ++s) {
    const ExpectedReturn& row = insight.returns[static_cast<std::size_t>(s)];
    double brought = 0.0, revenue = 0.0;
    std::int64_t contacted = 0, responses = 0;
    for (const std::size_t i : members_of(company, s)) {
      if (i % 6 == 5) continue;
      ++contacted;
      const double value = column(company, "value")[i];
      if (i * 5 % 11 < 2) {
        ++responses;
        revenue += std::isnan(value) ? 0.0 : value;
      }
      brought += (i * 5 % 11 < 2 && !std::isnan(value) ? value : 0.0) - column(company, "visits")[i];
    }
    EXPECT_EQ(row.contacted, contacted);
    EXPECT_EQ(row.responses, responses);
    EXPECT_EQ(row.value_per_response, revenue / static_cast<double>(responses));
    EXPECT_EQ(row.a_contact, brought / static_cast<double>(contacted));
    EXPECT_LT(row.low, row.a_contact);
    EXPECT_GT(row.high, row.a_contact);
  }
  EXPECT_EQ(insight.returns[4].contacted, 0);
  EXPECT_TRUE(insight.returns[4].too_few);
}

}  // namespace
}  // namespace tessera
