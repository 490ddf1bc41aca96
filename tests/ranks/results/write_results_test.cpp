#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "results/content.hpp"
#include "results/content_sums.hpp"
#include "sample_run.hpp"
#include "storage/file_reader.hpp"
#include "storage/file_writer.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;
using storage::FileReader;
using test::sample_run;
using test::sample_run_of_this_rank;
using test::world;

class WriteResults : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = world().broadcast_text(
        (fs::temp_directory_path() / ("tessera-results-" + std::to_string(::getpid()))).string());
  }
  void TearDown() override {
    world().barrier();
    std::error_code ignored;
    if (world().is_root()) fs::remove_all(folder_, ignored);
    world().barrier();
  }
  /// Names of the files in the folder.
  std::vector<std::string> listing() const {
    std::vector<std::string> names;
    world().barrier();  // rank 0 gives the night's lock up
    for (const auto& file : fs::directory_iterator(folder_)) names.push_back(file.path().filename());
    std::ranges::sort(names);
    world().barrier();
    return names;
  }
  Published write(RunResults run) {
    run.job.output_path = folder_ + "/{night}.h5";
    return write_results({world(), journal_, 1}, run);
  }

  std::string folder_;
  Journal journal_{false};
};

TEST_F(WriteResults, WhatIsReadBackOtherwiseIsNamed) {
  constexpr std::size_t kAccounts = 500;
  const Context context{world(), journal_, 1};
  const std::string path = folder_ + "/plain.h5";
  if (world().is_root()) fs::create_directories(folder_);
  world().barrier();
  const RunResults run = sample_run_of_this_rank(kAccounts);
  const results::Content content(context, run, {});
  storage::FileWriter writer(world(), path);
  for (const storage::Attribute& attribute : content.attributes()) writer.write(attribute);
  for (const results::Entry& entry : content.tables()) writer.write(entry.table);
  writer.close();
  EXPECT_EQ(results::what_differs(context, content, path), "");

  const auto differing = [&](const auto& change) {
    RunResults other = run;
    change(other);
    const std::string what = results::what_differs(context, results::Content(context, other, {}), path);
    return world().broadcast_text(what) == what ? what : "ranks disagree";
  };
  const auto of_last_account = [](auto change) {
    return [change](RunResults& other) {
      if (other.accounts.n_local > 0) change(other, other.accounts.n_local - 1);
    };
  };
  EXPECT_EQ(differing(of_last_account([](RunResults& other, std::size_t i) { other.segmentations[0].fit[i] = 2.0; })),
            "/segmentations/" + storage::link_name(run.segmentations[0].spec.name) + "/assignment/fit");
  EXPECT_EQ(differing(of_last_account([](RunResults& other, std::size_t) { other.accounts.ids.bytes.back() ^= 1; })),
            "/accounts/account_id");
  EXPECT_EQ(differing([](RunResults& other) { other.threads_per_rank += 1; }), "/run@threads_per_rank");
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

void expect_same(const Insight& a, const Insight& b) {
  ASSERT_EQ(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    const Segment &x = a.segments[i], &y = b.segments[i];
    EXPECT_TRUE(x.id == y.id && x.parent == y.parent && x.level == y.level && x.name == y.name && x.rule == y.rule &&
                x.accounts == y.accounts && x.customers == y.customers && x.prospects == y.prospects &&
                x.contactable == y.contactable && x.value == y.value && same(x.rule_precision, y.rule_precision) &&
                same(x.rule_recall, y.rule_recall) && same(x.rule_coverage, y.rule_coverage))
        << "segment " << i;
  }
  ASSERT_EQ(a.numbers.size(), b.numbers.size());
  for (std::size_t i = 0; i < a.numbers.size(); ++i) {
    const NumberProfile &x = a.numbers[i], &y = b.numbers[i];
    EXPECT_TRUE(x.segment == y.segment && x.column == y.column && x.count == y.count && same(x.mean, y.mean) &&
                same(x.median, y.median) && same(x.sd, y.sd) && same(x.lift, y.lift) && same(x.effect, y.effect))
        << "number " << i;
  }
  ASSERT_EQ(a.categories.size(), b.categories.size());
  for (std::size_t i = 0; i < a.categories.size(); ++i) {
    const CategoryProfile &x = a.categories[i], &y = b.categories[i];
    EXPECT_TRUE(x.segment == y.segment && x.column == y.column && x.category == y.category && x.count == y.count &&
                same(x.share, y.share) && same(x.lift, y.lift))
        << "category " << i;
  }
  ASSERT_EQ(a.kpis.size(), b.kpis.size());
  for (std::size_t i = 0; i < a.kpis.size(); ++i)
    EXPECT_TRUE(a.kpis[i].segment == b.kpis[i].segment && a.kpis[i].kpi == b.kpis[i].kpi &&
                a.kpis[i].count == b.kpis[i].count && same(a.kpis[i].estimate, b.kpis[i].estimate) &&
                same(a.kpis[i].low, b.kpis[i].low) && same(a.kpis[i].known, b.kpis[i].known) &&
                a.kpis[i].too_few == b.kpis[i].too_few)
        << "kpi " << i;
  ASSERT_EQ(a.neighbours.size(), b.neighbours.size());
  for (std::size_t i = 0; i < a.neighbours.size(); ++i) {
    const Neighbour &x = a.neighbours[i], &y = b.neighbours[i];
    EXPECT_TRUE(x.segment == y.segment && x.neighbour == y.neighbour && x.rank == y.rank && x.accounts == y.accounts &&
                x.distance == y.distance && x.trait == y.trait)
        << "neighbour " << i;
  }
  ASSERT_EQ(a.examples.size(), b.examples.size());
  for (std::size_t i = 0; i < a.examples.size(); ++i)
    EXPECT_TRUE(a.examples[i].segment == b.examples[i].segment &&
                a.examples[i].account_id == b.examples[i].account_id &&
                a.examples[i].distance == b.examples[i].distance)
        << "example " << i;
  ASSERT_EQ(a.kpi_variance.size(), b.kpi_variance.size());
  for (std::size_t i = 0; i < a.kpi_variance.size(); ++i)
    EXPECT_TRUE(a.kpi_variance[i].level == b.kpi_variance[i].level && a.kpi_variance[i].f == b.kpi_variance[i].f);
  ASSERT_EQ(a.penetration.size(), b.penetration.size());
  for (std::size_t i = 0; i < a.penetration.size(); ++i)
    EXPECT_TRUE(a.penetration[i].compared_with == b.penetration[i].compared_with &&
                same(a.penetration[i].companies, b.penetration[i].companies) &&
                a.penetration[i].worth_high == b.penetration[i].worth_high);
  ASSERT_EQ(a.affinities.size(), b.affinities.size());
  for (std::size_t i = 0; i < a.affinities.size(); ++i)
    EXPECT_TRUE(a.affinities[i].seniority == b.affinities[i].seniority &&
                a.affinities[i].choice == b.affinities[i].choice &&
                a.affinities[i].lift_high == b.affinities[i].lift_high &&
                a.affinities[i].is_preferred == b.affinities[i].is_preferred);
  ASSERT_EQ(a.returns.size(), b.returns.size());
  for (std::size_t i = 0; i < a.returns.size(); ++i)
    EXPECT_TRUE(a.returns[i].segment == b.returns[i].segment && a.returns[i].a_contact == b.returns[i].a_contact);
}

TEST_F(WriteResults, KeepTheNightThatTheyWentOnFrom) {
  RunResults run = sample_run_of_this_rank(20);
  run.job.keep_nights = 1;
  for (const char* night : {"2026-01-27", "2026-01-28", "2026-01-29"}) {
    run.night = night;
    run.previous_path = write(run).path;
  }
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-28.h5", "2026-01-28.json", "2026-01-29.h5", "2026-01-29.json",
                                                 "latest.h5"}))
      << "where a source is delivered again, the last night is built again from the one before";
}

TEST_F(WriteResults, GivesTheWholeSummaryBack) {
  const RunResults run = sample_run_of_this_rank(100);
  const Published published = write(run);
  EXPECT_EQ(published.path, folder_ + "/2026-01-31.h5");
  EXPECT_EQ(published.bytes, fs::file_size(published.path));
  EXPECT_EQ(published.digest, digest({world(), journal_, 1}, run));

  const ResultsSummary summary = read_summary(published.path);
  EXPECT_EQ(summary.digest, published.digest);
  EXPECT_EQ(summary.night, run.night);
  EXPECT_EQ(summary.job_name, run.job.name);
  EXPECT_EQ(summary.started, run.started);
  EXPECT_FALSE(summary.engine_version.empty());
  EXPECT_EQ(summary.ranks, world().size());
  EXPECT_EQ(summary.threads_per_rank, 2);
  EXPECT_EQ(summary.accounts, 100u);
  EXPECT_EQ(summary.warnings, run.warnings);
  ASSERT_EQ(summary.sources.size(), 2u);
  EXPECT_EQ(summary.sources[0].rows_read, 104u);
  EXPECT_EQ(summary.sources[0].unmatched, 2u);
  ASSERT_EQ(summary.sources[0].files.size(), 1u);
  EXPECT_EQ(summary.sources[0].files[0].content_hash, "00ff");
  EXPECT_EQ(summary.sources[1].name, "marketing");
  ASSERT_EQ(summary.stages.size(), 1u);
  EXPECT_EQ(summary.stages[0].peak_memory_bytes, 123'456'789u);
  ASSERT_EQ(summary.segmentations.size(), 2u);
  EXPECT_EQ(summary.segmentations[0].name, "zeta/growth") << "in the order of the job, under its own name";
  EXPECT_EQ(summary.segmentations[0].k, 2);
  EXPECT_EQ(summary.segmentations[0].iterations, 3);
  EXPECT_EQ(summary.segmentations[0].inertia, 1234.5);
  const CoreQuality& quality = summary.segmentations[0].quality;
  EXPECT_EQ(quality.why_k, "2 segments, of 2 to 3 tried");
  EXPECT_EQ(quality.clustering.silhouette_simplified, 0.5);
  EXPECT_EQ(quality.clustering.calinski_harabasz, 321.0);
  EXPECT_EQ(quality.clustering.davies_bouldin, 0.75);
  ASSERT_EQ(quality.curve.size(), 2u);
  EXPECT_EQ(quality.curve[0].macro, 0);
  EXPECT_EQ(quality.curve[0].inertia, 9.5);
  EXPECT_EQ(quality.curve[1].k, 3);
  EXPECT_EQ(quality.curve[1].stability, 0.875);
  EXPECT_TRUE(std::isnan(quality.curve[1].gap));
  for (std::size_t i = 0; i < 2; ++i) expect_same(summary.segmentations[i].insight, run.segmentations[i].insight);
}

TEST_F(WriteResults, GivesBackWhatItSuggests) {
  using Kind = SpellingSuggestion::Kind;
  RunResults run = sample_run_of_this_rank(10);
  EXPECT_FALSE(read_summary(write(run).path).duplicate_search);
  run.ingest.spellings = {{Kind::kCategory, "crm.industry", "Bänking", "banking", 2, 90, 0.75},
                          {Kind::kGroup, "crm.industry", "Banking", "banking", 0, 90, 1.0}};
  run.ingest.duplicate_search = DuplicateSearch{{{"ACC-1", "ACC-2-Ä", 0.987}}, 7, 8, 9};
  const ResultsSummary summary = read_summary(write(run).path);
  ASSERT_EQ(summary.spellings.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const SpellingSuggestion &x = summary.spellings[i], &y = run.ingest.spellings[i];
    EXPECT_TRUE(x.kind == y.kind && x.column == y.column && x.value == y.value && x.suggestion == y.suggestion &&
                x.accounts == y.accounts && x.suggestion_accounts == y.suggestion_accounts && x.score == y.score)
        << "suggestion " << i;
  }
  ASSERT_TRUE(summary.duplicate_search);
  ASSERT_EQ(summary.duplicate_search->pairs.size(), 1U);
  EXPECT_EQ(summary.duplicate_search->pairs[0].other_id, "ACC-2-Ä");
  EXPECT_EQ(summary.duplicate_search->pairs[0].score, 0.987);
  EXPECT_EQ(summary.duplicate_search->pairs_found, 7U);
  EXPECT_EQ(summary.duplicate_search->pairs_skipped, 8U);
  EXPECT_EQ(summary.duplicate_search->accounts_skipped, 9U);
}

TEST_F(WriteResults, HoldsEveryAccountInOrder) {
  for (const std::size_t n : std::initializer_list<std::size_t>{1, 2, 5, 3'000}) {
    const std::string path = write(sample_run_of_this_rank(n)).path;
    const RunResults all = sample_run(n, 0, n);
    const FileReader reader(path, ExitCode::kBadData, "");
    const auto ids = std::get<TextColumn>(reader.read("/accounts/account_id", 0, n));
    EXPECT_EQ(ids.bytes, all.accounts.ids.bytes);
    const auto industry = std::get<CategoryColumn>(reader.read("/accounts/crm.industry", 0, n));
    EXPECT_EQ(industry.codes, std::get<CategoryColumn>(all.accounts.columns[1].data).codes);
    EXPECT_EQ(industry.categories, std::get<CategoryColumn>(all.accounts.columns[1].data).categories);
    const auto customer = std::get<std::vector<std::int8_t>>(reader.read("/accounts/is_customer", 0, n));
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(customer[i], i % 3 == 2 ? 1 : 0) << "missing is no customer";
    EXPECT_EQ(std::get<std::vector<std::int32_t>>(reader.read("/accounts/crm.since", 0, n)),
              std::get<DateColumn>(all.accounts.columns[3].data).days);
    EXPECT_TRUE(reader.has("/accounts/crm.web%2Fsite"));
    EXPECT_TRUE(reader.has("/accounts/value"));
    EXPECT_FALSE(reader.has("/accounts/crm.unnamed")) << "the job does not name it";
    const std::string assignment = "/segmentations/zeta%2Fgrowth/assignment/";
    EXPECT_EQ(std::get<std::vector<std::int32_t>>(reader.read(assignment + "core", 0, n)),
              all.segmentations[0].assignment.core);
    EXPECT_EQ(std::get<std::vector<std::int32_t>>(reader.read("/segmentations/alpha/assignment/micro", 0, n)),
              std::vector<std::int32_t>(n, -1))
        << "no such level";
    world().barrier();
  }
}

TEST_F(WriteResults, KeepsTheModelAndTheQuarantine) {
  const std::string path = write(sample_run_of_this_rank(100)).path;
  const FileReader reader(path, ExitCode::kBadData, "");
  const std::string model = "/segmentations/zeta%2Fgrowth/model/";
  EXPECT_EQ(std::get<std::vector<double>>(reader.read(model + "centroids", 0, 2)),
            (std::vector<double>{0.5, 1.5, 2.5, 3.5}));
  EXPECT_EQ(std::get<std::vector<double>>(reader.read(model + "tree_centroids", 1, 1)),
            (std::vector<double>{0.5, 1.0}));
  EXPECT_EQ(reader.integer("/segmentations/zeta%2Fgrowth/model", "exponent"), -3);
  EXPECT_EQ(std::get<TextColumn>(reader.read(model + "encoding/name", 0, 2)).at(1), "crm.industry = Öl");
  EXPECT_FALSE(reader.has("/segmentations/alpha/model/tree"));
  EXPECT_FALSE(reader.has("/segmentations/alpha/evolution"));
  EXPECT_EQ(reader.rows("/ingest/quarantine/line"), 10u);
  auto lines = std::get<std::vector<std::uint64_t>>(reader.read("/ingest/quarantine/line", 0, 10));
  std::ranges::sort(lines);
  EXPECT_EQ(lines.front(), 2u);
  EXPECT_EQ(lines.back(), 92u);
}

TEST_F(WriteResults, LeavesOutWhatIsSensitive) {
  RunResults run = sample_run_of_this_rank(100);
  for (const std::size_t column : std::initializer_list<std::size_t>{0, 1})
    run.accounts.columns[column].is_sensitive = true;
  const std::string path = write(run).path;
  const FileReader reader(path, ExitCode::kBadData, "");
  EXPECT_FALSE(reader.has("/accounts/crm.revenue"));
  EXPECT_FALSE(reader.has("/accounts/crm.industry"));
  EXPECT_TRUE(reader.has("/accounts/crm.since"));
  const std::string encoding = "/segmentations/zeta%2Fgrowth/model/encoding/";
  EXPECT_EQ(std::get<TextColumn>(reader.read(encoding + "category", 0, 2)).bytes, "");
  EXPECT_EQ(std::get<TextColumn>(reader.read(encoding + "column", 0, 2)).at(1), "crm.industry");
  for (const char* name : {"fill", "low", "high", "offset", "scale"}) {
    const auto values = std::get<std::vector<double>>(reader.read(encoding + name, 0, 2));
    EXPECT_TRUE(std::isnan(values[0]) && std::isnan(values[1])) << name;
  }
}

TEST_F(WriteResults, GivesBackWhatIsMissingAndWhoWasForgotten) {
  RunResults run = sample_run_of_this_rank(100);
  const std::string digest_before = digest({world(), journal_, 1}, run);
  EXPECT_FALSE(read_summary(write(run).path).forget);
  run.ingest.forget = ForgetReport{5, 2};
  run.completeness.rows = {{"crm.revenue", "SME", 70, "provider", 4, 30, 7}, {"crm.revenue", "", 0, "", 0, 0, 0}};
  run.completeness.to_buy = {{"crm.revenue", 30, 25, 7, true, 0.07}};
  const Published published = write(run);
  EXPECT_NE(published.digest, digest_before) << "completeness is part of the night";
  const ResultsSummary summary = read_summary(published.path);
  ASSERT_TRUE(summary.forget);
  EXPECT_EQ(summary.forget->ids, 5U);
  EXPECT_EQ(summary.forget->unknown, 2U);
  ASSERT_EQ(summary.to_buy.size(), 1U);
  const MissingColumn& found = summary.to_buy.front();
  EXPECT_TRUE(found.column == "crm.revenue" && found.missing == 30 && found.asked == 25 && found.could_change == 7 &&
              found.is_estimate && found.share == 0.07);
  const FileReader reader(published.path, ExitCode::kBadData, "");
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(reader.read("/ingest/completeness/filled", 0, 2)),
            (std::vector<std::int64_t>{4, 0}));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(reader.read("/ingest/completeness/could_change", 0, 2)),
            (std::vector<std::int64_t>{7, 0}));
}

TEST_F(WriteResults, TheSameNightAgainReplacesItAndLeavesNothingElse) {
  const std::string first = write(sample_run_of_this_rank(50)).digest;
  const Published second = write(sample_run_of_this_rank(51));
  EXPECT_NE(second.digest, first);
  EXPECT_EQ(read_summary(second.path).digest, second.digest);
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-31.h5", "2026-01-31.json", "latest.h5"}));
  EXPECT_EQ(read_summary(folder_ + "/latest.h5").digest, second.digest);
}

TEST_F(WriteResults, WhatIsHeldLeavesThePublishedNightAndTheLinkAsTheyAre) {
  const std::string before = write(sample_run_of_this_rank(50)).digest;
  RunResults held = sample_run_of_this_rank(51);
  held.verdict = {GateDecision::kHold, {"a source is a week old"}, {}, {}};
  const Published published = write(held);
  EXPECT_TRUE(published.is_held);
  EXPECT_EQ(published.path, folder_ + "/2026-01-31.held.h5");
  EXPECT_EQ(read_summary(published.path).digest, published.digest);
  EXPECT_EQ(read_summary(folder_ + "/latest.h5").digest, before);
  (void)write(sample_run_of_this_rank(51));
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-31.h5", "2026-01-31.json", "latest.h5"}))
      << "once the night is published, nobody may release what was held of it";
}

TEST_F(WriteResults, NoLinkWhereTheNameHasNoNight) {
  RunResults run = sample_run_of_this_rank(10);
  run.job.output_path = folder_ + "/results.h5";
  (void)write_results({world(), journal_, 1}, run);
  EXPECT_EQ(listing(), (std::vector<std::string>{"results.h5", "results.json"}));
}

TEST_F(WriteResults, AFailureLeavesTheNightBeforeAsItWas) {
  const Published before = write(sample_run_of_this_rank(50));
  RunResults broken = sample_run_of_this_rank(50);
  // Found on one rank alone.
  if (world().rank() + 1 == world().size()) broken.segmentations[0].distance.push_back(0.0);
  EXPECT_THROW((void)write(broken), Error);
  EXPECT_EQ(read_summary(before.path).digest, before.digest);
  EXPECT_EQ(listing(), (std::vector<std::string>{"2026-01-31.h5", "2026-01-31.json", "latest.h5"}));
}

TEST_F(WriteResults, AFolderThatCannotBeWrittenIsToldOnEveryRank) {
  RunResults run = sample_run_of_this_rank(10);
  run.job.output_path = "/proc/{night}.h5";
  try {
    (void)write_results({world(), journal_, 1}, run);
    FAIL() << "/proc took a file";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kCannotWrite);
    EXPECT_TRUE(error.everywhere());
  }
}

TEST_F(WriteResults, OneAccountAndEmptyTables) {
  RunResults run = sample_run_of_this_rank(1);
  run.ingest.quarantine.clear();
  run.warnings.clear();
  run.segmentations.pop_back();
  run.segmentations[0].insight = {};
  run.segmentations[0].quality.curve.clear();
  run.segmentations[0].inertia_by_iteration.clear();
  const Published published = write(run);
  const ResultsSummary summary = read_summary(published.path);
  EXPECT_EQ(summary.accounts, 1u);
  EXPECT_TRUE(summary.segmentations.at(0).insight.segments.empty());
}

TEST(ResultPath, PutsNameAndNightIn) {
  Job job;
  job.name = "nightly";
  job.output_path = "/r/{name}/{night}/{name}.h5";
  EXPECT_EQ(result_path(job, "2026-02-03"), "/r/nightly/2026-02-03/nightly.h5");
}

}  // namespace
}  // namespace tessera
