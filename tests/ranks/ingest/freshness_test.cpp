#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "parallel/communicator.hpp"
#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;

constexpr std::int64_t kNight = 20484;  ///< 2026-01-31 in days
constexpr std::int64_t kHour = 3600;

/// Collective. Sets a file's time to so many hours before 00:00 UTC of the night.
void age(const Sources& sources, const std::string& name, std::int64_t hours) {
  if (test::world().is_root()) {
    timeval times[2] = {};
    times[0].tv_sec = times[1].tv_sec = kNight * 86400 - hours * kHour;
    ASSERT_EQ(::utimes(sources.path(name).c_str(), times), 0);
  }
  test::world().barrier();
}

struct Night {
  std::vector<Freshness> sources;
  std::vector<std::string> warnings;
};

Night freshness(const Sources& sources, const std::string& date = "2026-01-31") {
  Journal journal(false);
  const Context context{test::world(), journal, 1};
  const Ingested ingested = sources.ingest();
  Night night;
  night.sources = freshness_of(context, sources.job, ingested.report, date);
  night.warnings = journal.warnings();
  return night;
}

TEST(Freshness, GoesByTheNewestFileOfASource) {
  Sources sources;
  sources.write("crm-1.csv", "id,x\nA,1\n");
  sources.write("crm-2.csv", "id,x\nB,1\n");
  sources.write("web.csv", "id,y\nA,1\n");
  SourceSpec& crm = sources.source("crm-1.csv");
  crm.name = "crm";
  crm.path = sources.path("crm-*.csv");
  crm.max_age = TimeSpan{36 * kHour, "36 hours"};
  sources.source("web.csv");
  age(sources, "crm-1.csv", 37);
  age(sources, "crm-2.csv", 36);
  age(sources, "web.csv", -5);
  Night night = freshness(sources);
  ASSERT_EQ(night.sources.size(), 2U);
  EXPECT_EQ(night.sources[0].source, "crm");
  EXPECT_EQ(night.sources[0].newest_s, kNight * 86400 - 36 * kHour);
  EXPECT_EQ(night.sources[0].age_days, 1.5);
  EXPECT_EQ(night.sources[0].max_age_days, 1.5);
  EXPECT_FALSE(night.sources[0].is_older) << "as old as it may be";
  EXPECT_EQ(night.sources[1].age_days, 0.0) << "a file from after midnight is no younger than today's";
  EXPECT_FALSE(night.sources[1].max_age_days);
  EXPECT_TRUE(night.warnings.empty());

  night = freshness(sources, "2026-02-01");
  EXPECT_TRUE(night.sources[0].is_older);
  EXPECT_FALSE(night.sources[1].is_older) << "without max_age no age is too old";
  ASSERT_EQ(night.warnings.size(), 1U);
  EXPECT_NE(
      night.warnings[0].find("source \"crm\" is 2.5 days old on the night of 2026-02-01, more than max_age = \"36 "
                             "hours\""),
      std::string::npos)
      << night.warnings[0];
}

TEST(Freshness, TheHashIsOfTheBytesWhateverTheFilesAreCalled) {
  Sources sources;
  sources.write("a.csv", "id,x\nA,1\nB,2\n");
  sources.write("b.csv", "id,x\nA,1\nB,2\n");
  sources.write("c.csv", "id,x\nA,1\nB,3\n");
  sources.source("a.csv");
  sources.source("b.csv");
  sources.source("c.csv");
  const Night night = freshness(sources);
  EXPECT_EQ(night.sources[0].content_hash.size(), 32U);
  EXPECT_EQ(night.sources[0].content_hash, night.sources[1].content_hash);
  EXPECT_NE(night.sources[0].content_hash, night.sources[2].content_hash);
}

TEST(Freshness, ANightThatIsNoDateIsRefused) {
  Sources sources;
  sources.write("a.csv", "id,x\nA,1\n");
  sources.source("a.csv");
  test::expect_error(ExitCode::kUsage, {"2026-02-30"}, [&] { (void)freshness(sources, "2026-02-30"); });
}

}  // namespace
}  // namespace tessera
