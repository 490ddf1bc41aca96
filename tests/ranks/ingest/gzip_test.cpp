#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "gzip_text.hpp"
#include "sources.hpp"

namespace tessera {
namespace {

using test::gzip_text;
using test::Sources;
using test::Texts;

constexpr std::size_t kFiles = 5;

/// A delivery in files: quotes with line feeds in them, an account twice, dirt.
std::string file_text(std::size_t f) {
  std::string text = "id,name,x\n";
  for (std::size_t i = 0; i < 30 * (f + 1); ++i)
    text += fmt::format("{},\"a \"\"{}\"\",\nb\",{}\n", (7 * i + f) % 120, i,
                        i % 25 == 3 ? "dirt" : fmt::format("{}.5", i));
  return text;
}

struct Outcome {
  Texts accounts, quarantine;
  std::string counts;
};

Outcome outcome(Sources& sources) {
  const Ingested ingested = sources.ingest(100);
  return {test::accounts_of(ingested.accounts), test::quarantine_of(ingested.report),
          test::counts_of(ingested.report.sources[0])};
}

class GzipSource : public testing::Test {
 protected:
  void SetUp() override {
    sources_.source("s-*.csv");
    sources_.type("name", ColumnType::kText);
    sources_.type("x", ColumnType::kNumber);
  }
  Outcome with(const std::function<std::string(std::size_t, std::string)>& packed) {
    for (std::size_t f = 0; f < kFiles; ++f) sources_.write(fmt::format("s-{}.csv", f), packed(f, file_text(f)));
    return outcome(sources_);
  }
  Sources sources_;
};

TEST_F(GzipSource, GivesTheSameAccountsAsThePlainFiles) {
  const Outcome plain = with([](std::size_t, const std::string& text) { return text; });
  ASSERT_EQ(plain.accounts.size(), 120U);
  ASSERT_FALSE(plain.quarantine.empty());
  const auto expect_same = [&](const Outcome& other) {
    EXPECT_EQ(other.accounts, plain.accounts);
    EXPECT_EQ(other.quarantine, plain.quarantine);
    EXPECT_EQ(other.counts, plain.counts);
  };
  expect_same(with([](std::size_t, const std::string& text) { return gzip_text(text); }));
  expect_same(with([](std::size_t f, const std::string& text) { return f % 2 == 0 ? gzip_text(text) : text; }));
  expect_same(with(
      [](std::size_t, const std::string& text) { return gzip_text(text.substr(0, 40)) + gzip_text(text.substr(40)); }));
}

TEST_F(GzipSource, MayHoldAHeaderAloneOrOneFileForAllRanks) {
  sources_.write("s-0.csv", gzip_text("id,name,x\n1,a,2\n"));
  EXPECT_EQ(outcome(sources_).accounts, Texts{"1 name=a x=2"});
  sources_.write("s-1.csv", gzip_text("id,name,x"));
  EXPECT_EQ(outcome(sources_).counts, "1 1 0 0 0");
}

TEST_F(GzipSource, WhatIsWrongWithinIsNamedByItsLine) {
  const auto ingest = [&] { static_cast<void>(sources_.ingest(8)); };
  sources_.write("s-0.csv", gzip_text("id,name,x\n1,a,2\n2,\"b,3\n4,c,5\n"));
  test::expect_error(ExitCode::kBadData, {"s-0.csv:3: the quote that opens on this line is never closed"}, ingest);
  const std::string packed = gzip_text(file_text(4));
  sources_.write("s-0.csv", gzip_text(file_text(0)));
  sources_.write("s-1.csv", packed.substr(0, packed.size() - 9));
  test::expect_error(ExitCode::kBadData, {"s-1.csv: the gzip file is cut short at byte", "deliver it again"}, ingest);
  sources_.write("s-1.csv", gzip_text("id,name\n"));
  test::expect_error(ExitCode::kBadData, {"s-1.csv:1: the header names 2 columns, but 3"}, ingest);
}

}  // namespace
}  // namespace tessera
