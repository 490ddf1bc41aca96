#include "tessera/generate.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <tuple>

#include "generate/company.hpp"
#include "generate/planted.hpp"
#include "generate/rows.hpp"
#include "generate/text.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

class Generated : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("tessera-generate-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::map<std::string, std::string> generate(GenerateOptions options, const std::string& name) {
    options.directory = folder_ / name;
    const GenerateReport report = generate_company(options);
    std::map<std::string, std::string> files;
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(options.directory)) {
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files[entry.path().filename()] = text.str();
      bytes += files[entry.path().filename()].size();
    }
    EXPECT_EQ(report.bytes, bytes);
    return files;
  }

  fs::path folder_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(Generated, SameBytesAtAnyThreadCount) {
  const auto one = generate({.accounts = 20'000, .seed = 5, .threads = 1}, "one");
  const auto three = generate({.accounts = 20'000, .seed = 5, .threads = 3}, "three");
  EXPECT_EQ(one.size(), 9U);
  EXPECT_EQ(one, three);
  const auto other = generate({.accounts = 20'000, .seed = 6, .threads = 3}, "other");
  EXPECT_NE(one.at("accounts.csv"), other.at("accounts.csv"));
}

TEST_F(Generated, DirtIsThereAtItsStatedRates) {
  const auto files = generate({.accounts = 40'000, .seed = 1}, "dirt");
  const auto lines = lines_of(files.at("accounts.csv"));
  const auto share = [&](auto&& matches) {
    return static_cast<double>(std::ranges::count_if(lines, matches)) / static_cast<double>(lines.size());
  };
  EXPECT_NEAR(static_cast<double>(lines.size() - 1) / 40'000, 1.0 + generate::kDuplicateRate, 0.002);
  EXPECT_NEAR(share([](const auto& line) { return line.find(",-") != std::string::npos; }),
              generate::kNegativeEmployeesRate, 5e-4);
  EXPECT_NEAR(share([](const auto& line) { return line.find('"') != std::string::npos; }), generate::kQuotedNameRate,
              4e-3);
  EXPECT_NEAR(share([](const auto& line) {
                return std::ranges::any_of(line, [](char c) { return static_cast<unsigned char>(c) > 127; });
              }),
              generate::kUnicodeNameRate, 5e-3);
  std::set<std::string> ids;
  for (const auto& line : lines_of(files.at("truth.csv"))) EXPECT_TRUE(ids.insert(line.substr(0, 10)).second) << line;
  EXPECT_EQ(ids.size(), 40'001U);
}

TEST(Company, BestFifthBringsAboutSeventyPercent) {
  const generate::Company company({.accounts = 50'000, .seed = 2});
  std::vector<double> values;
  for (std::uint64_t a = 0; a < 50'000; ++a) {
    const generate::Life life = company.life(a);
    const auto draws = company.draws(a, life);
    const auto facts = company.firmographics(draws, life);
    if (facts.customer) values.push_back(company.lifetime_value(draws, life, facts));
  }
  std::ranges::sort(values, std::greater<>());
  const double total = std::accumulate(values.begin(), values.end(), 0.0);
  const double best = std::accumulate(values.begin(), values.begin() + static_cast<long>(values.size() / 5), 0.0);
  EXPECT_NEAR(best / total, 0.70, 0.05);
}

TEST(Company, SegmentsHaveTheirShares) {
  const generate::Company company({.accounts = 100'000, .seed = 3});
  std::vector<double> shares(generate::planted_segments().size(), 0.0);
  for (std::uint64_t a = 0; a < 100'000; ++a) shares[static_cast<std::size_t>(company.life(a).segment)] += 1e-5;
  double total = 0.0;
  for (std::size_t s = 0; s < shares.size(); ++s) {
    EXPECT_NEAR(shares[s], generate::planted_segments()[s].share, 0.006) << generate::planted_segments()[s].name;
    total += generate::planted_segments()[s].share;
  }
  EXPECT_NEAR(total, 1.0, 1e-12);
}

TEST(Company, NightsMoveAFewAccountsAndKeepTheRest) {
  const generate::Company first({.accounts = 50'000, .seed = 4, .night = 0});
  const generate::Company tenth({.accounts = 50'000, .seed = 4, .night = 10});
  EXPECT_EQ(tenth.n_ever(), 51'000U);
  int left = 0, changed = 0;
  for (std::uint64_t a = 0; a < 50'000; ++a) {
    const auto before = first.life(a), after = tenth.life(a);
    ASSERT_TRUE(before.present);
    left += !after.present;
    changed += after.present && after.epoch != before.epoch;
    if (after.present && after.epoch == 0) {
      EXPECT_EQ(before.segment, after.segment);
      std::string row, later;
      generate::append_engagement(first, a, row);
      generate::append_engagement(tenth, a, later);
      ASSERT_EQ(row, later);
    }
  }
  EXPECT_NEAR(left, 750, 120);
  EXPECT_NEAR(changed, 1250, 160);
}

const std::vector<PlantedEvent> kEvents = {{PlantedEvent::Kind::kBirth, 5},
                                           {PlantedEvent::Kind::kSplit, 2},
                                           {PlantedEvent::Kind::kMerge, 3},
                                           {PlantedEvent::Kind::kBirth, 4}};

/// What became of the accounts of 40,000 from the night before to this one.
struct Changes {
  std::map<std::pair<int, int>, int> converted;  ///< same firm, other segment: by (from, to)
  std::map<int, int> came;                       ///< joined, or drawn anew: by segment
  std::map<int, int> accounts;                   ///< of that night: by segment
};

Changes changes_of(int night) {
  const auto company = [](int k) {
    return generate::Company({.accounts = 40'000, .seed = 4, .night = k, .events = kEvents});
  };
  const generate::Company before = company(night - 1), after = company(night);
  Changes changes;
  for (std::uint64_t a = 0; a < after.n_ever(); ++a) {
    const auto is = after.life(a);
    if (!is.present) continue;
    ++changes.accounts[is.segment];
    const auto was = a < before.n_ever() ? before.life(a) : generate::Life();
    if (!was.present || was.epoch != is.epoch)
      ++changes.came[is.segment];
    else if (was.segment != is.segment)
      ++changes.converted[{was.segment, is.segment}];
  }
  return changes;
}

TEST(Company, EventsHappenOnTheirNightsAndToNobodyElse) {
  using generate::Calendar;
  using Converted = std::map<std::pair<int, int>, int>;
  EXPECT_EQ(changes_of(1).converted, Converted());
  const Changes split = changes_of(2), merge = changes_of(3);
  ASSERT_EQ(split.converted.size(), 1U);
  const auto& [which, online] = *split.converted.begin();
  EXPECT_EQ(which, std::pair(Calendar::kSplitFrom, Calendar::kSplitInto));
  EXPECT_NEAR(online / double(online + split.accounts.at(Calendar::kSplitFrom)), generate::kOnlineShare, 0.02);
  ASSERT_EQ(merge.converted.size(), 1U);
  EXPECT_EQ(merge.converted.begin()->first, std::pair(Calendar::kMergedFrom, Calendar::kMergedInto));
  EXPECT_EQ(merge.accounts.count(Calendar::kMergedFrom), 0U);
  for (const int night : {4, 5}) {
    const Changes birth = changes_of(night);
    const int born = Calendar::born(static_cast<std::size_t>(night - 4));
    EXPECT_EQ(birth.converted, Converted());
    EXPECT_NEAR(birth.came.at(born), 40'000 * (generate::kBirthJoiners + generate::kBirthMovers), 80);
  }
}

TEST(Company, WhoGoesOnlineIsTheSameFirm) {
  const generate::Company before({.accounts = 3'000, .seed = 4, .night = 1, .events = kEvents});
  const generate::Company after({.accounts = 3'000, .seed = 4, .night = 2, .events = kEvents});
  for (std::uint64_t a = 0; a < 3'000; ++a) {
    const auto was = before.life(a), is = after.life(a);
    if (was.segment == is.segment || was.epoch != is.epoch) continue;
    const auto first = before.firmographics(before.draws(a, was), was);
    const auto then = after.firmographics(after.draws(a, is), is);
    EXPECT_EQ(std::tie(first.employees, first.revenue, first.industry, first.customer),
              std::tie(then.employees, then.revenue, then.industry, then.customer));
    EXPECT_GT(generate::log_clicks(after.draws(a, is), is), generate::log_clicks(before.draws(a, was), was) + 1.0);
  }
}

TEST(Company, AnEventToComeChangesNothing) {
  const generate::Company plain({.accounts = 3'000, .seed = 4, .night = 3});
  const generate::Company later(
      {.accounts = 3'000, .seed = 4, .night = 3, .events = {{PlantedEvent::Kind::kSplit, 4}}});
  for (std::uint64_t a = 0; a < plain.n_ever(); ++a) {
    std::string without, with;
    generate::append_engagement(plain, a, without);
    generate::append_engagement(later, a, with);
    ASSERT_EQ(without, with);
  }
}

TEST(PlantedEvents, AreReadAsWritten) {
  EXPECT_EQ(parse_planted_events("birth@5,split@2,merge@3,birth@4"), kEvents);
  EXPECT_TRUE(parse_planted_events("").empty());
  for (const char* text : {"birth", "birth@", "birth@x", "birth@0", "birth@-1", "death@3", "split@1,split@2",
                           "birth@1,birth@2,birth@3", "merge@1,", "merge@99999999999"}) {
    EXPECT_THROW((void)parse_planted_events(text), Error) << text;
  }
}

TEST_F(Generated, ToldEventsAreThoseThatHaveHappened) {
  const auto files = generate({.accounts = 500, .night = 3, .events = kEvents}, "events");
  EXPECT_EQ(files.at("events.csv"),
            "night,event,segment,segment_name,from,from_name\n"
            "2,split,10,Online Retailers,0,Local Retailers\n"
            "3,merge,2,Regional Manufacturers,5,Freight and Logistics\n");
}

TEST(Text, DatesNumbersAndQuotes) {
  std::string out;
  generate::Text text(out);
  text.iso_date(0) << ' ';
  text.us_date(20454) << ' ';
  text.iso_date(-1) << ' ';
  text.hundredths(1205) << ' ';
  text.padded(7, 3) << ' ';
  text.quoted("a \"b\", c");
  EXPECT_EQ(out, "1970-01-01 01/01/2026 1969-12-31 12.05 007 \"a \"\"b\"\", c\"");
}

TEST(Generate, SaysWhereItCannotWrite) {
  try {
    (void)generate_company({.accounts = 10, .directory = "/proc/nowhere/company"});
    FAIL() << "wrote into /proc";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
    EXPECT_NE(std::string(error.what()).find("/proc/nowhere"), std::string::npos);
  }
}

}  // namespace
}  // namespace tessera
