#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "core/exact_sum.hpp"
#include "core/iso_date.hpp"
#include "histories.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;
using test::value_of;

SourceSpec& contacts(Sources& sources, const std::string& file) {
  SourceSpec& spec = sources.source(file);
  spec.kind = SourceKind::kContacts;
  spec.contacts.title.text = "title";
  spec.contacts.email.text = "email";
  return spec;
}

SourceSpec& feedback(Sources& sources, const std::string& file) {
  SourceSpec& spec = sources.source(file);
  spec.kind = SourceKind::kFeedback;
  spec.feedback.score.text = "score";
  spec.feedback.theme.text = "theme";
  spec.feedback.time.text = "day";
  return spec;
}

TEST(Contacts, AreCountedByAccount) {
  Sources sources;
  sources.write("crm.csv", "id,x\n1,1\n2,2\n3,3\n");
  sources.write(
      "people.csv",
      "id,title,email,no_mail\n1,Chief Executive Officer,ceo@one.example,no\n1,VP Marketing,vp@one.example,yes\n"
      "1,IT Manager,,no\n2,Gärtner,g@two.example,\n2,Senior Gardener,not an address,no\n9,CEO,x@y.example,no\n"
      "2,Gärtner,g2@two.example,no\n");
  sources.source("crm.csv");
  SourceSpec& people = contacts(sources, "people.csv");
  people.contacts.opt_out.text = "no_mail";
  people.contacts.titles = {{"gärtner", std::nullopt, "garden"}, {"gardener", Seniority::kManager, "garden"}};
  sources.feature("department_legal");
  const Ingested ingested = sources.ingest(16);
  const Texts accounts = test::accounts_of(ingested.accounts);
  const auto check = [&](const std::string& id, const std::map<std::string, std::string>& expected) {
    for (const auto& [name, value] : expected) EXPECT_EQ(value_of(accounts, id, name), value) << id << " " << name;
  };
  check("1", {{"contacts", "3"},
              {"reachable", "1"},
              {"decision_makers", "2"},
              {"reachable_decision_maker", "1"},
              {"highest_seniority", "c_level"},
              {"main_department", "it"},
              {"seniority_c_level", fmt::format("{}", 1.0 / 3)},
              {"seniority_manager", fmt::format("{}", 1.0 / 3)},
              {"department_garden", "0"},
              {"department_legal", "0"}});
  check("2", {{"contacts", "3"},
              {"reachable", "2"},
              {"decision_makers", "0"},
              {"reachable_decision_maker", "0"},
              {"highest_seniority", "manager"},
              {"main_department", "garden"},
              {"seniority_manager", "1"},
              {"department_garden", "1"}});
  check("3", {{"contacts", "0"},
              {"reachable", "0"},
              {"highest_seniority", "~"},
              {"main_department", "~"},
              {"seniority_c_level", "~"},
              {"department_it", "~"}});
  EXPECT_EQ(accounts.front().find("seniority_junior"), std::string::npos) << "a share that nobody has";
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "7 6 0 1 0");
}

TEST(Contacts, ColumnsThatAreNotThereAreNamed) {
  Sources sources;
  sources.write("crm.csv", "id,x\n1,1\n");
  sources.write("people.csv", "id,titel,email\n1,CEO,a@b.example\n");
  sources.source("crm.csv");
  contacts(sources, "people.csv").contacts.title = {"title", 12, 9};
  test::expect_error(
      ExitCode::kBadJob,
      {"test.toml:12:9: [[source]] \"people\" title: \"title\" is no column of people; did you mean \"titel\"?"},
      [&] { (void)sources.ingest(); });
}

struct Said {
  std::uint64_t n = 0, scored = 0, promoters = 0, detractors = 0;
  ExactSum total;
  std::int32_t latest = kMissingDate;
  double score = 0.0;
  std::map<std::string, int> themes;
  int themed = 0;
};

std::string shares_of(const Said& said) {
  std::string text;
  for (int t = 0; t < 3; ++t) {
    const auto at = said.themes.find(fmt::format("t{}", t));
    const double n = at == said.themes.end() ? 0.0 : at->second;
    text += fmt::format(" share_t{}={}", t, said.themed == 0 ? "~" : fmt::format("{}", n / said.themed));
  }
  return text;
}

TEST(Feedback, IsThatOfAPlainSerialReference) {
  std::mt19937_64 random(5);
  std::string text = "id,day,score,theme\n";
  std::map<std::string, Said> said;
  std::uint64_t unmatched = 0;
  std::int32_t newest = 0;
  for (int r = 0; r < 4000; ++r) {
    const std::string id = fmt::format("a{}", r % 2 == 0 ? 0 : random() % 60);
    const auto day = 19000 + static_cast<std::int32_t>(random() % 50);
    const double score = static_cast<double>(random() % 110) / 10.0;
    const bool has_score = random() % 10 != 0;
    const auto theme = random() % 4;
    text += fmt::format("{},{},{},{}\n", id, iso_date(day), has_score ? fmt::format("{}", score) : "",
                        theme == 3 ? "" : fmt::format("t{}", theme));
    newest = std::max(newest, day);
    if (std::stoi(id.substr(1)) >= 50) {
      ++unmatched;
      continue;
    }
    Said& one = said[id];
    ++one.n;
    if (theme != 3) ++one.themes[fmt::format("t{}", theme)], ++one.themed;
    if (!has_score) continue;
    ++one.scored;
    one.total.add(score);
    one.promoters += score >= 9 && score <= 10 ? 1 : 0;
    one.detractors += score <= 6 ? 1 : 0;
    if (day >= one.latest) one.score = score;
    one.latest = std::max(one.latest, day);
  }
  Sources sources;
  std::string crm = "id,x\n";
  for (int i = 0; i < 50; ++i) crm += fmt::format("a{},{}\n", i, i);
  sources.write("crm.csv", crm + "quiet,1\n");
  sources.write("nps.csv", text);
  sources.source("crm.csv");
  feedback(sources, "nps.csv");
  const Ingested ingested = sources.ingest(64);
  const Texts accounts = test::accounts_of(ingested.accounts);
  for (const auto& [id, one] : said) {
    EXPECT_EQ(value_of(accounts, id, "responses"), fmt::format("{}", one.n)) << id;
    EXPECT_EQ(value_of(accounts, id, "score"), fmt::format("{}", one.score)) << id;
    EXPECT_EQ(value_of(accounts, id, "mean_score"),
              fmt::format("{}", one.total.value() / static_cast<double>(one.scored)));
    EXPECT_EQ(value_of(accounts, id, "promoters"), fmt::format("{}", one.promoters));
    EXPECT_EQ(value_of(accounts, id, "detractors"), fmt::format("{}", one.detractors));
    const auto line =
        std::ranges::find_if(accounts, [&](const auto& account) { return account.starts_with(id + " "); });
    EXPECT_NE(line->find(shares_of(one)), std::string::npos) << *line << "\n" << shares_of(one);
  }
  EXPECT_EQ(value_of(accounts, "a0", "last_response_days"), "1");
  EXPECT_EQ(value_of(accounts, "quiet", "responses"), "0");
  EXPECT_EQ(value_of(accounts, "quiet", "score"), "~");
  EXPECT_EQ(value_of(accounts, "quiet", "last_response_days"), "~");
  EXPECT_EQ(ingested.report.sources[1].as_of, newest + 1);
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), fmt::format("4000 {} 0 {} 0", 4000 - unmatched, unmatched));
}

TEST(Feedback, TheLastRowOfTheLatestDayIsTheScoreAndLateRowsAreLeftOut) {
  Sources sources;
  sources.write("crm.csv", "id,x\n1,1\n2,2\n");
  sources.write("nps.csv",
                "id,day,score,theme\n1,2026-01-03,9,\n1,2026-01-05,2,\n1,2026-01-05,7,\n1,2026-01-04,1,\n1,,10,\n"
                "2,2026-01-07,3,\n1,2026-01-09,4,\n");
  sources.source("crm.csv");
  feedback(sources, "nps.csv").feedback.as_of = parse_iso_date("2026-01-07");
  const Ingested ingested = sources.ingest(8);
  const Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(value_of(accounts, "1", "score"), "7");
  EXPECT_EQ(value_of(accounts, "1", "mean_score"), "5.8");
  EXPECT_EQ(value_of(accounts, "1", "last_response_days"), "2");
  EXPECT_EQ(value_of(accounts, "2", "last_response_days"), "0");
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "7 6 0 1 0");
  ASSERT_EQ(ingested.report.unmatched.size(), 1U);
  EXPECT_EQ(ingested.report.unmatched[0].why, "answered after as_of");
}

TEST(Market, IsStoredByMacroSegmentWithHintsForTheRest) {
  Sources sources;
  sources.write("crm.csv", "id,staff,sector\n1,1,tech\n");
  sources.write("market.csv",
                "macro,companies,spend\nSmall · Tech,1000,5.5\nLarge · Other,10,\nSmal · Tech,7,7\nsmall,1,1\n"
                "Small · Tech,2000,6.5\n");
  sources.source("crm.csv");
  SourceSpec& market = sources.source("market.csv");
  market.kind = SourceKind::kMarket;
  market.key = "macro";
  market.market = {{"companies", 0, 0}, {"spend", 0, 0}};
  MacroSpec& size = sources.job.macros.emplace_back();
  size.name = "size";
  size.column.text = "staff";
  size.bands = {{"Small", {}, 10.0}, {"Large", 10.0, {}}};
  MacroSpec& sector = sources.job.macros.emplace_back();
  sector.name = "sector";
  sector.column.text = "sector";
  sector.groups = {{"Tech", {"tech"}}};
  const Ingested ingested = sources.ingest(16);
  ASSERT_EQ(ingested.report.market.size(), 2U);
  EXPECT_EQ(ingested.report.market[0].macro, "Large · Other");
  EXPECT_EQ(ingested.report.market[0].companies, 10.0);
  EXPECT_TRUE(std::isnan(ingested.report.market[0].spend));
  EXPECT_EQ(ingested.report.market[1].macro, "Small · Tech");
  EXPECT_EQ(ingested.report.market[1].companies, 2000.0);
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "5 2 1 2 0");
  ASSERT_EQ(ingested.report.unmatched.size(), 2U);
  EXPECT_EQ(ingested.report.unmatched[0].why, "no macro segment of the job; did you mean \"Small · Tech\"?");
  EXPECT_EQ(ingested.report.unmatched[1].why, "no macro segment of the job");
}

}  // namespace
}  // namespace tessera
