#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::least_with;
using test::load;
using test::mistakes_of;

/// The least job with one more source, from line 8 on; `lines` begin with line 12.
std::string with_source(const std::string& kind, const std::string& lines) {
  return least_with("[[segmentation]]", "[[source]]\nname = \"more\"\nkind = \"" + kind + "\"\npath = \"m.csv\"\n" +
                                            lines + "[[segmentation]]");
}

void expect_round_trip(const std::string& text, const std::vector<std::string>& lines) {
  const JobFolder folder;
  const std::string resolved = load_job(folder.write(text), {}).resolved_toml;
  EXPECT_EQ(load_job(folder.write(resolved), {}).resolved_toml, resolved);
  for (const std::string& line : lines)
    EXPECT_NE(resolved.find(line), std::string::npos) << line << "\nis not in\n" << resolved;
}

TEST(Kinds, Enrichment) {
  const std::string text = with_source(
      "enrichment",
      "key = \"site\"\nmatch = \"domain\"\nmatch_column = \"crm.website\"\nfills = { employees = \"staff\" }\n");
  const SourceSpec source = load(text).sources[1];
  EXPECT_EQ(source.kind, SourceKind::kEnrichment);
  EXPECT_EQ(source.match, Match::kDomain);
  EXPECT_EQ(source.match_column.text, "crm.website");
  EXPECT_EQ(source.match_column.line, 14);
  ASSERT_TRUE(source.enrichment.fills);
  ASSERT_EQ(source.enrichment.fills->size(), 1U);
  EXPECT_EQ(source.enrichment.fills->front().column.text, "employees");
  EXPECT_EQ(source.enrichment.fills->front().theirs.text, "staff");
  expect_round_trip(text,
                    {"match = \"domain\"", "match_column = \"crm.website\"", "fills = { employees = \"staff\" }"});
  EXPECT_FALSE(load(with_source("enrichment", "key = \"id\"\n")).sources[1].enrichment.fills);
  EXPECT_TRUE(load(with_source("enrichment", "key = \"id\"\nfills = {}\n")).sources[1].enrichment.fills->empty());
}

TEST(Kinds, Contacts) {
  const std::string text = with_source(
      "contacts",
      "key = \"id\"\ntitle = \"position\"\nemail = \"mail\"\nopt_out = \"no_mail\"\ndecision_makers = [\"vp\"]\n"
      "titles = { \"leiter einkauf\" = { seniority = \"director\", department = \"buying\" }, boss = { seniority = "
      "\"c_level\" } }\n");
  const ContactsSpec contacts = load(text).sources[1].contacts;
  EXPECT_EQ(contacts.title.text, "position");
  ASSERT_EQ(contacts.titles.size(), 2U);
  EXPECT_EQ(contacts.titles[0].words, "leiter einkauf");
  EXPECT_EQ(contacts.titles[0].seniority, Seniority::kDirector);
  EXPECT_EQ(contacts.titles[0].department, "buying");
  EXPECT_EQ(contacts.titles[1].department, "");
  EXPECT_EQ(contacts.decision_makers, std::vector{Seniority::kVp});
  expect_round_trip(text, {"title = \"position\"", "email = \"mail\"", "opt_out = \"no_mail\"",
                           "\"leiter einkauf\" = { seniority = \"director\", department = \"buying\" }",
                           "boss = { seniority = \"c_level\" }", "decision_makers = [\"vp\"]"});
}

TEST(Kinds, FeedbackMarketAndParents) {
  const std::string feedback = with_source(
      "feedback", "key = \"id\"\nscore = \"nps\"\ntheme = \"about\"\ntime = \"day\"\nas_of = \"2026-01-01\"\n");
  EXPECT_EQ(load(feedback).sources[1].feedback.as_of, 20454);
  expect_round_trip(feedback, {"score = \"nps\"", "theme = \"about\"", "time = \"day\"", "as_of = \"2026-01-01\""});
  std::string market = with_source("market", "key = \"macro\"\ncompanies = \"n\"\nspend = \"eur\"\n");
  market += "[[macro]]\nname = \"size\"\ncolumn = \"employees\"\nbands = [ { name = \"All\" } ]\n";
  EXPECT_EQ(load(market).sources[1].market.spend.text, "eur");
  expect_round_trip(market, {"companies = \"n\"", "spend = \"eur\""});
  const std::string parents = least_with("key = \"account_id\"\n", "key = \"account_id\"\nparent = \"group\"\n");
  EXPECT_EQ(load(parents).sources[0].parent.text, "group");
  expect_round_trip(parents, {"parent = \"group\"", "match = \"key\""});
  const std::string publics = least_with("seed = 1\n", "[ingest]\npublic_domains = [\"mail.example\"]\n");
  EXPECT_EQ(load(publics).public_domains, std::vector<std::string>{"mail.example"});
  expect_round_trip(publics, {"public_domains = [\"mail.example\"]"});
}

struct Wrong {
  std::string kind, lines, mistake;
};
class WrongKind : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongKind, IsReportedWithItsPlace) {
  const auto lines = mistakes_of(with_source(GetParam().kind, GetParam().lines));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find(GetParam().mistake), 0U) << lines[0];
}

const std::string key = "key = \"id\"\n";
INSTANTIATE_TEST_SUITE_P(
    Keys, WrongKind,
    ::testing::Values(
        Wrong{"enrichment", key + "match = \"name\"\n", "job.toml:13:9: match of [[source]] \"more\" is not known"},
        Wrong{"enrichment", key + "match = \"domain\"\n",
              "job.toml:8:1: [[source]] \"more\" lacks the key \"match_column\""},
        Wrong{"enrichment", key + "match_column = \"site\"\n",
              "job.toml:13:16: match_column of [[source]] \"more\" has no meaning here; only match = \"domain\""},
        Wrong{"enrichment", key + "match = \"domain\"\nmatch_column = \"site\"\nkey_format = \"upper\"\n",
              "job.toml:15:14: key_format of [[source]] \"more\" has no meaning here"},
        Wrong{"enrichment", key + "fills = [\"a\"]\n",
              "job.toml:13:9: fills of [[source]] \"more\" is of the wrong type"},
        Wrong{"enrichment", key + "fills = { a = 1 }\n", "job.toml:13:15: fills of [[source]] \"more\" has for \"a\""},
        Wrong{"enrichment", key + "fills = { a = \"x\", b = \"x\" }\n",
              "job.toml:13:24: two columns are to be filled from one"},
        Wrong{"contacts", key + "titel = \"t\"\n", "job.toml:13:1: unknown key \"titel\""},
        Wrong{"contacts", key + "titles = { boss = { seniority = \"vp\" } }\n",
              "job.toml:13:10: titles of [[source]] \"more\" has no meaning here; it goes with title"},
        Wrong{"contacts", key + "title = \"t\"\ntitles = { boss = { seniority = \"king\" } }\n",
              "job.toml:14:33: seniority of the title \"boss\""},
        Wrong{"contacts", key + "title = \"t\"\ntitles = { boss = {} }\n", "job.toml:14:19: the title \"boss\""},
        Wrong{"contacts", key + "title = \"t\"\ndecision_makers = [\"king\"]\n", "job.toml:14:20: decision_makers of"},
        Wrong{"contacts", key + "opt_out = \"o\"\n",
              "job.toml:13:11: opt_out of [[source]] \"more\" has no meaning here"},
        Wrong{"contacts", key + "score = \"s\"\n",
              "job.toml:13:9: score of [[source]] \"more\" has no meaning here; only kind = \"feedback\" has one"},
        Wrong{"feedback", key, "job.toml:8:1: [[source]] \"more\" lacks the key \"score\""},
        Wrong{"feedback", key + "score = \"s\"\nas_of = \"2026-01-01\"\n",
              "job.toml:14:9: as_of of [[source]] \"more\" has no meaning here; it goes with time"},
        Wrong{
            "contacts", key + "time = \"s\"\n",
            "job.toml:13:8: time of [[source]] \"more\" has no meaning here; only kind = \"history\" or \"feedback\""},
        Wrong{"market", key + "spend = \"s\"\n", "job.toml:8:1: [[source]] \"more\" is a market, which goes by macro"},
        Wrong{"accounts", key + "parent = \"p\"\n",
              "job.toml:13:10: parent of [[source]] \"more\" has no meaning here"}));

TEST(Kinds, ThePopulationIsMatchedWithNothing) {
  const auto lines = mistakes_of(
      least_with("key = \"account_id\"\n", "key = \"account_id\"\nmatch = \"domain\"\nmatch_column = \"site\"\n"));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find("job.toml:4:1: [[source]] \"crm\" names the population"), 0U) << lines[0];
}

TEST(Kinds, PublicDomainsAreDomains) {
  const auto lines =
      mistakes_of(least_with("seed = 1\n", "[ingest]\npublic_domains = [\"a b\", \"mail\", 3, \"ok.example\"]\n"));
  ASSERT_EQ(lines.size(), 3U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find("job.toml:3:19: public_domains of [ingest] has what is no domain; got \"a b\""), 0U)
      << lines[0];
}

}  // namespace
}  // namespace tessera
