#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/iso_date.hpp"
#include "job_text.hpp"

namespace tessera {
namespace {

using test::JobFolder;
using test::least_with;
using test::load;
using test::mistakes_of;

/// The least job with these lines as further sources.
std::string with_sources(const std::string& sources) {
  return least_with("[[segmentation]]", sources + "[[segmentation]]");
}

constexpr std::string_view kLookup =
    "[[source]]\nname = \"heads\"\nkind = \"lookup\"\npath = \"h.csv\"\nkey = \"order_id\"\n";

std::string history_with(const std::string& lines) {
  return with_sources(std::string(kLookup) +
                      "[[source]]\nname = \"orders\"\nkind = \"history\"\npath = \"o.csv\"\nkey = \"account_id\"\n" +
                      lines);
}

constexpr std::string_view kVia = "via = { source = \"heads\", key = \"head\" }\n";

TEST(HistoryKeys, AreKeptAndWrittenOut) {
  const std::string text = history_with(
      std::string(kVia) +
      "key_format = \"integer\"\ntime = \"order_date\"\namount = \"quantity * `unit price` * (1 - 0.05)\"\n"
      "category = \"product_line\"\nas_of = \"2026-01-01\"\nreturns = { column = \"bill\", prefix = \"C\" }\n");
  const Job job = load(text);
  ASSERT_EQ(job.sources.size(), 3U);
  EXPECT_EQ(job.sources[1].kind, SourceKind::kLookup);
  EXPECT_EQ(population_source(job), 0U);
  const SourceSpec& orders = job.sources[2];
  EXPECT_EQ(orders.kind, SourceKind::kHistory);
  EXPECT_EQ(orders.key_format, KeyFormat::kInteger);
  const HistorySpec& history = orders.history;
  ASSERT_TRUE(history.via);
  EXPECT_EQ(history.via->source.text, "heads");
  EXPECT_EQ(history.via->key.text, "head");
  EXPECT_EQ(history.time.text, "order_date");
  EXPECT_EQ(history.category.text, "product_line");
  EXPECT_EQ(history.as_of, 20454);
  ASSERT_TRUE(history.returns);
  EXPECT_EQ(history.returns->column.text, "bill");
  EXPECT_EQ(history.returns->prefix, "C");
  EXPECT_FALSE(history.population);
  ASSERT_EQ(history.amount.columns.size(), 2U);
  EXPECT_EQ(history.amount.columns[1].text, "unit price");
  // Line 21 is: amount = "quantity * `unit price` * (1 - 0.05)"
  EXPECT_EQ(history.amount.columns[1].line, 21);
  EXPECT_EQ(history.amount.columns[1].column, 22);
  const JobFolder folder;
  const std::string resolved = load_job(folder.write(text), {}).resolved_toml;
  EXPECT_EQ(load_job(folder.write(resolved), {}).resolved_toml, resolved);
  for (const char* line :
       {"kind = \"lookup\"", "via = { source = \"heads\", key = \"head\" }", "time = \"order_date\"",
        "amount = \"quantity * `unit price` * (1 - 0.05)\"", "category = \"product_line\"", "as_of = \"2026-01-01\"",
        "returns = { column = \"bill\", prefix = \"C\" }", "population = false"})
    EXPECT_NE(resolved.find(line), std::string::npos) << line << "\nis not in\n" << resolved;
}

TEST(HistoryKeys, AHistoryMayBeThePopulation) {
  const Job job = load(least_with("key = \"account_id\"\n", "key = \"id\"\nkind = \"history\"\npopulation = true\n"));
  EXPECT_TRUE(job.sources[0].history.population);
  EXPECT_EQ(population_source(job), 0U);
}

struct Wrong {
  std::string lines;
  std::string mistake;
};
class WrongHistory : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongHistory, IsReportedWithItsPlace) {
  const auto lines = mistakes_of(history_with(GetParam().lines));
  ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0].find(GetParam().mistake), 0U) << lines[0];
}

const std::string via(kVia);
INSTANTIATE_TEST_SUITE_P(
    Keys, WrongHistory,
    ::testing::Values(
        Wrong{via + "amount = \"a * (b\"\n", "job.toml:19:17: amount of [[source]] \"orders\" lacks the ) of the ("},
        Wrong{via + "amount = \"größe × 2\"\n", "job.toml:19:17: amount of [[source]] \"orders\" has no meaning from"},
        Wrong{via + "amount = 3\n", "job.toml:19:10: amount of [[source]] \"orders\" is of the wrong type"},
        Wrong{via + "time = \"t\"\nas_of = \"2026-02-30\"\n",
              "job.toml:20:9: as_of of [[source]] \"orders\" is no date"},
        Wrong{via + "time = \"t\"\nas_of = 2026-02-03\n",
              "job.toml:20:9: as_of of [[source]] \"orders\" is of the wrong"},
        Wrong{via + "as_of = \"2026-02-03\"\n", "job.toml:19:9: as_of of [[source]] \"orders\" has no meaning here"},
        Wrong{via + "population = \"yes\"\n",
              "job.toml:19:14: population of [[source]] \"orders\" is of the wrong type"},
        Wrong{via + "population = true\n", "job.toml:4:1: a history has population = true, but there is"},
        Wrong{via + "returns = { column = \"a\" }\n", "job.toml:19:11: returns of [[source]] \"orders\" lacks the key"},
        Wrong{via + "dataset = \"X\"\n", "job.toml:19:11: dataset of [[source]] \"orders\" has no meaning here"},
        Wrong{via + "tyme = \"t\"\n", "job.toml:19:1: unknown key \"tyme\""},
        Wrong{
            "via = { source = \"head\", key = \"h\" }\n[[source]]\nname = \"b\"\nkind = \"history\"\npath = \"b\"\n"
            "key = \"k\"\n" +
                via,
            "job.toml:18:18: source in via of [[source]] \"orders\" is no lookup; got \"head\"; expected the name of a "
            "[[source]] of kind = \"lookup\"; did you mean \"heads\"?"},
        Wrong{"", "job.toml:8:1: [[source]] \"heads\" is a lookup that no history goes by"}));

TEST(HistoryKeys, HaveNoMeaningElsewhere) {
  for (const char* line : {"returns = {}\n", "amount = \"a\"\n", "population = false\n", "via = {}\n"}) {
    const auto lines = mistakes_of(least_with("key = \"account_id\"\n", std::string("key = \"id\"\n") + line));
    ASSERT_EQ(lines.size(), 1U) << ::testing::PrintToString(lines);
    EXPECT_NE(lines[0].find("has no meaning here; only kind = \"history\" has one"), std::string::npos) << lines[0];
  }
}

TEST(HistoryKeys, SomebodyNamesThePopulation) {
  const auto lines = mistakes_of(least_with("key = \"account_id\"\n", "key = \"id\"\nkind = \"history\"\n"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find("job.toml:4:1: no [[source]] names the population"), 0U) << lines[0];
}

TEST(IsoDate, GoesThereAndBack) {
  EXPECT_EQ(parse_iso_date("1970-01-01"), 0);
  for (std::int32_t day = -700'000; day < 2'900'000; day += 997) EXPECT_EQ(parse_iso_date(iso_date(day)), day);
  for (const char* text : {"", "2026-1-01", "2026-02-30", "0000-01-01", "2026-01-01 ", "2026/01/01", "+026-01-01"})
    EXPECT_FALSE(parse_iso_date(text)) << text;
}

}  // namespace
}  // namespace tessera
