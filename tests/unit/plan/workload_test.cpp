#include "plan/workload.hpp"

#include <fmt/format.h>

#include "ingest/source_head.hpp"
#include "made_files.hpp"
#include "plan/memory.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

class Workloads : public MadeFiles {
 protected:
  /// The job's sources are beside it.
  plan::Workload read(const std::string& toml) {
    job_ = load_job(write("job.toml", toml), {});
    std::vector<SourceHead> heads;
    for (const SourceSpec& spec : job_.sources) heads.push_back(intake::read_head(spec));
    check_columns(job_, heads);
    return plan::workload_of(job_, heads);
  }
  Job job_;
};

constexpr const char* kJob = R"(name = "j"
[[source]]
name = "crm"
path = "crm.csv"
key = "id"
[[source]]
name = "orders"
kind = "history"
path = "orders.csv"
key = "id"
time = "day"
amount = "price"
category = "line"
[columns.industry]
merge = { "Retial" = "Retail" }
[[segmentation]]
name = "s"
features = [ "size", "industry", "orders.monetary" ]
k = 2
)";

std::string crm(int rows) {
  std::string text = "id,name,size,industry,since\n";
  for (int i = 0; i < rows; ++i) {
    const char* const industry = i % 5 == 0 ? "Retial" : i % 3 == 0 ? "" : i % 2 == 0 ? "Retail" : "Care";
    text += fmt::format("A{},Firm {},{},{},2020-01-{:02}\n", i, i, i % 100, industry, 1 + i % 28);
  }
  return text + "A0,Firm 0,1,Care,2020-01-01\n";
}

TEST_F(Workloads, ColumnsAreThoseThatIngestWouldKeep) {
  write("crm.csv", crm(1000));
  write("orders.csv", "id,day,price,line\nA1,2025-01-01,5,Team\nA1,2025-01-02,7,Support\nA2,2025-01-02,7,Team\n");
  const plan::Workload work = read(kJob);
  EXPECT_EQ(work.accounts, 1000.0);
  std::vector<std::string> crm_columns;
  for (const plan::HeldColumn& column : work.sources[0].of_accounts) crm_columns.push_back(column.name);
  EXPECT_EQ(crm_columns, (std::vector<std::string>{"size", "industry", "since"}));  // names are text that nobody names
  // frequency, recency, tenure, gap, monetary, average order, trend, returns, category, and shares of two lines
  EXPECT_EQ(work.sources[1].of_accounts.size(), 11U);
  EXPECT_EQ(work.sources[1].rows, 3.0);
  EXPECT_EQ(work.column_bytes, 8 + 4 + 4 + 10 * 8 + 4);
  EXPECT_EQ(work.segmentations[0].d, 1 + 3 + 1);  // Retail, Care and missing
}

TEST_F(Workloads, AColumnThatIsWrittenCountsOnceHoweverItIsNamed) {
  write("crm.csv", crm(1000));
  write("orders.csv", "id,day,price,line\nA1,2025-01-01,5,Team\n");
  const auto written = [&](const std::string& more) { return read(kJob + more).written_columns; };
  const int plain = written("");
  EXPECT_EQ(plain, 3 + 5 + 7);                                 // features; of accounts; of the assignment
  EXPECT_EQ(written("existing = \"crm.industry\"\n"), plain);  // it is a feature already
  EXPECT_EQ(written("existing = \"orders.category\"\n"), plain + 1);
}

TEST_F(Workloads, WhatNightsAndCheckpointsAskForIsTakenFromTheJob) {
  write("crm.csv", crm(1000));
  write("orders.csv", "id,day,price,line\nA1,2025-01-01,5,Team\n");
  write("provider.csv", "id,size,industry,rating\nA1,5,Care,7\n");
  const plan::Workload plain = read(kJob);
  EXPECT_FALSE(plain.is_remembered || plain.is_pseudonymous);
  EXPECT_EQ(plain.filled_columns, 0);
  EXPECT_EQ(plain.checkpoint_every_s, 600.0);
  EXPECT_EQ(plain.before.last_accounts, 0.0) << "no results are read here";
  // Of an account: columns, where the id ends, and A0 to A999.
  EXPECT_NEAR(plain.kept_bytes(), plain.column_bytes + 8.0 + 3.9, 0.05);
  const plan::Workload more =
      read(std::string(kJob) +
           "[[source]]\nname = \"provider\"\nkind = \"enrichment\"\npath = \"provider.csv\"\n"
           "key = \"id\"\n[previous]\npath = \"latest.h5\"\n[checkpoint]\nevery = \"1 hour\"\n");
  EXPECT_TRUE(more.is_remembered);
  EXPECT_EQ(more.filled_columns, 2);  // size and industry
  EXPECT_EQ(more.checkpoint_every_s, 3600.0);
}

TEST_F(Workloads, NobodyToPlanForIsAnError) {
  write("crm.csv", "id,name,size,industry,since\n");
  write("orders.csv", "id,day,price,line\nA1,2025-01-01,5,Team\n");
  EXPECT_THROW((void)read(kJob), Error);
}

TEST_F(Workloads, MemoryFallsWithRanksAndNeverWithStages) {
  write("crm.csv", crm(5000));
  write("orders.csv", "id,day,price,line\nA1,2025-01-01,5,Team\n");
  plan::Workload work = read(kJob);
  for (plan::SourceWork& source : work.sources) source.rows *= 1000.0;
  work.accounts *= 1000.0;
  const auto one = plan::memory_of(work, 1, 1), four = plan::memory_of(work, 4, 1);
  ASSERT_EQ(one.size(), four.size());
  EXPECT_EQ(one.front().stage, "ingest");
  EXPECT_EQ(one.back().stage, "results");
  for (std::size_t s = 0; s < one.size(); ++s) {
    EXPECT_LT(four[s].peak_bytes, 0.35 * one[s].peak_bytes) << one[s].stage;
    EXPECT_GE(one[s].peak_bytes, one[s == 0 ? 0 : s - 1].peak_bytes) << one[s].stage;
  }
  // Rows as they arrive, with keys, ids and what sorting takes: some hundred bytes each.
  EXPECT_GT(one.front().peak_bytes, 5e6 * 80);
  EXPECT_LT(one.front().peak_bytes, 5e6 * 500);
}

}  // namespace
}  // namespace tessera
