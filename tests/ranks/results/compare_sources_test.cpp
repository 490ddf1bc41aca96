#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "sample_run.hpp"
#include "tessera/results.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;
using test::world;

/// Collective. A small results file of these sources.
std::string written(const std::string& folder, const std::string& night, std::vector<Freshness> freshness) {
  Journal journal(false);
  RunResults run = test::sample_run_of_this_rank(20);
  run.night = night;
  run.job.output_path = folder + "/{night}.h5";
  run.freshness = std::move(freshness);
  return write_results({world(), journal, 1}, run).path;
}

Freshness source(const std::string& name, const std::string& hash) {
  Freshness one;
  one.source = name;
  one.newest_s = 1'700'000'000;
  one.age_days = 1.25;
  one.content_hash = hash;
  return one;
}

TEST(CompareSources, TellsSameBytesFromOthersNewAndGone) {
  const std::string folder =
      world().broadcast_text((fs::temp_directory_path() / ("tessera-compare-" + std::to_string(::getpid()))).string());
  Freshness crm = source("crm", "aa");
  crm.max_age_days = 2.0;
  crm.is_older = true;
  const std::string earlier = written(folder, "2026-01-30", {crm, source("web", "bb"), source("old", "cc")});
  crm.newest_s += 86400;  // touched, and still the same bytes
  const std::string later = written(folder, "2026-01-31", {source("new", "cc"), source("web", "b0"), crm});

  const std::vector<ComparedSource> compared = compare_sources(earlier, later);
  std::vector<std::pair<std::string, SourceChange>> found;
  found.reserve(compared.size());
  for (const ComparedSource& one : compared) found.emplace_back(one.source, one.change);
  const std::vector<std::pair<std::string, SourceChange>> wanted = {{"new", SourceChange::kNew},
                                                                    {"web", SourceChange::kOtherBytes},
                                                                    {"crm", SourceChange::kSameBytes},
                                                                    {"old", SourceChange::kGone}};
  EXPECT_EQ(found, wanted);

  const std::vector<Freshness> read = read_summary(earlier).freshness;
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].newest_s, 1'700'000'000);
  EXPECT_EQ(read[0].age_days, 1.25);
  EXPECT_EQ(read[0].max_age_days, 2.0);
  EXPECT_TRUE(read[0].is_older);
  EXPECT_FALSE(read[1].max_age_days);
  EXPECT_FALSE(read[1].is_older);
  world().barrier();
  if (world().is_root()) fs::remove_all(folder);
  world().barrier();
}

}  // namespace
}  // namespace tessera
