#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sources.hpp"

namespace tessera {
namespace {

using test::expect_error;
using test::Sources;

void expect_refused(const Sources& sources, ExitCode code, const test::Texts& parts, std::uint64_t block_bytes = 16) {
  expect_error(code, parts, [&] { static_cast<void>(sources.ingest(block_bytes)); });
}

TEST(Errors, AMissingOrUnreadableSource) {
  Sources sources;
  sources.source("crm-*.csv");
  expect_refused(sources, ExitCode::kNoInput, {"source \"crm\"", sources.path("crm-*.csv")});
  sources.job.sources[0].path = sources.path("");
  expect_refused(sources, ExitCode::kNoInput, {sources.path("")});
}

TEST(Errors, EmptyAndHeaderOnly) {
  Sources sources;
  sources.source("crm.csv");
  sources.write("crm.csv", "");
  expect_refused(sources, ExitCode::kBadData, {"crm.csv:1: ", "empty"});
  sources.write("crm.csv", "id,x\n");
  expect_refused(sources, ExitCode::kBadData, {"the population is empty", "crm.csv", "0 rows"});
  sources.write("crm.csv", "id,x\n,1\n");
  expect_refused(sources, ExitCode::kBadData, {"the population is empty", "1 rows"});
}

TEST(Errors, FilesOfASourceWithDifferentHeaders) {
  Sources sources;
  sources.source("crm-*.csv");
  sources.write("crm-1.csv", "id,x\n1,2\n");
  sources.write("crm-2.csv", "id,X\n1,2\n");
  expect_refused(sources, ExitCode::kBadData, {"crm-2.csv:1: column 2 is \"X\", but \"x\""});
}

TEST(Errors, AQuoteThatIsNeverClosedIsNamedByItsLine) {
  Sources sources;
  sources.source("crm-*.csv");
  std::string text = "id,\"a\nb\"\n";
  for (int i = 0; i < 60; ++i) text += fmt::format("{},\"x \"\"{}\"\" y\"\n", i, i);
  sources.write("crm-1.csv", text);
  sources.write("crm-2.csv", text + "61,\"open\n62,x\n63,y\n");
  sources.write("crm-3.csv", text);
  for (const std::uint64_t block : std::vector<std::uint64_t>{1, 7, 1 << 20})
    expect_refused(sources, ExitCode::kBadData, {"crm-2.csv:63: the quote that opens on this line is never closed"},
                   block);
}

TEST(Errors, TooMuchInQuarantineNamesTheCommonestReasons) {
  Sources sources;
  sources.source("crm.csv");
  sources.type("x", ColumnType::kNumber);
  std::string text = "id,x\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("{},{}\n", i, i >= 90 ? "bad" : "1");
  text += "7\n8\n";
  sources.write("crm.csv", text);
  sources.job.max_quarantined = 0.1;
  expect_refused(sources, ExitCode::kBadData,
                 {"12 of 102 rows are in quarantine (11.8 %)", "max_quarantined = 0.1",
                  "10 × x: not a number (first: ", "crm.csv:92)", "2 × too few fields (first: ", "crm.csv:102)"});
  sources.job.max_quarantined = 0.12;
  EXPECT_EQ(test::counts_of(sources.ingest().report.sources[0]), "102 90 0 0 12");
}

TEST(Errors, ColumnsThatAreNotWhatTheJobNeeds) {
  Sources sources;
  std::string text = "id,sector,name,size\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("{},{},Company {},{}\n", i, i % 2 == 0 ? "tech" : "bank", i, i);
  sources.write("crm.csv", text);
  sources.source("crm.csv");
  sources.job.value.column = {"sector", 4, 10};
  sources.job.value.customer = {"size", 5, 12};
  MacroSpec& macro = sources.job.macros.emplace_back();
  macro.name = "band";
  macro.column = {"sector", 7, 1};
  macro.bands.push_back({"all", 0.0, std::nullopt});
  sources.feature("name");
  expect_refused(
      sources, ExitCode::kBadJob,
      {"test.toml:4:10: [value] column: crm.sector is category (2 values in 100 cells), where a number is needed",
       "test.toml:5:12: [value] customer: crm.size is number",
       "test.toml:7:1: [[macro]] \"band\" has bands: crm.sector is category",
       "test.toml:9:5: features of \"test\" have it: crm.name is text (too many different values for a category)"});
  sources.job.value = {};
  sources.job.macros.clear();
  sources.type("name", ColumnType::kCategory);
  EXPECT_EQ(test::type_of(sources.ingest(), "crm.name"), "category");
}

}  // namespace
}  // namespace tessera
