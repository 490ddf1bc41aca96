#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using Types = std::map<std::string, std::string>;

/// Ingests one file of the real data and compares the types of its columns.
Ingested expect_types(const std::string& file, const std::string& key, const Types& types, const char* counts) {
  Sources sources;
  SourceSpec& spec = sources.source("s.csv");
  spec.path = test::real_data(file);
  spec.key = key;
  Ingested ingested = sources.ingest(std::uint64_t{1} << 14);
  Types found;
  for (const ColumnChoice& choice : ingested.report.columns)
    found[choice.column.substr(2)] = test::type_of(ingested, choice.column);
  EXPECT_EQ(found, types) << file;
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), counts) << file;
  return ingested;
}

#define SKIP_WITHOUT(file) \
  if (test::real_data(file).empty()) GTEST_SKIP() << "no " << (file) << ": set TESSERA_TEST_DATA"

TEST(RealData, Iris) {
  SKIP_WITHOUT("r_datasets/iris.csv");
  // No id in the file: the sepal's length serves as one, and many rows share it.
  expect_types("r_datasets/iris.csv", "Sepal.Length",
               {{"Sepal.Length", "text"},
                {"Sepal.Width", "number"},
                {"Petal.Length", "number"},
                {"Petal.Width", "number"},
                {"Species", "category"}},
               "150 35 115 0 0");
}

TEST(RealData, Forbes2000) {
  SKIP_WITHOUT("r_datasets/Forbes2000.csv");
  const Ingested ingested = expect_types("r_datasets/Forbes2000.csv", "rank",
                                         {{"rank", "text"},
                                          {"name", "text"},
                                          {"country", "category"},
                                          {"category", "category"},
                                          {"sales", "number"},
                                          {"profits", "number"},
                                          {"assets", "number"},
                                          {"marketvalue", "number"}},
                                         "2000 2000 0 0 0");
  const test::Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(std::count_if(accounts.begin(), accounts.end(),
                          [](const std::string& line) { return line.find("profits=~") != std::string::npos; }),
            5);
}

TEST(RealData, Sp500) {
  SKIP_WITHOUT("sp500/constituents-financials.csv");
  expect_types("sp500/constituents-financials.csv", "Symbol",
               {{"Symbol", "text"},
                {"Name", "text"},
                {"Sector", "category"},
                {"Price", "number"},
                {"Price/Earnings", "number"},
                {"Dividend Yield", "number"},
                {"Earnings/Share", "number"},
                {"52 Week Low", "number"},
                {"52 Week High", "number"},
                {"Market Cap", "number"},
                {"EBITDA", "number"},
                {"Price/Sales", "number"},
                {"Price/Book", "number"},
                {"SEC Filings", "text"}},
               "503 503 0 0 0");
}

TEST(RealData, Telco) {
  SKIP_WITHOUT("telco/Telco-Customer-Churn.csv");
  const Ingested ingested = expect_types("telco/Telco-Customer-Churn.csv", "customerID",
                                         {{"customerID", "text"},
                                          {"gender", "category"},
                                          {"SeniorCitizen", "flag"},
                                          {"Partner", "flag"},
                                          {"Dependents", "flag"},
                                          {"tenure", "number"},
                                          {"PhoneService", "flag"},
                                          {"MultipleLines", "category"},
                                          {"InternetService", "category"},
                                          {"OnlineSecurity", "category"},
                                          {"OnlineBackup", "category"},
                                          {"DeviceProtection", "category"},
                                          {"TechSupport", "category"},
                                          {"StreamingTV", "category"},
                                          {"StreamingMovies", "category"},
                                          {"Contract", "category"},
                                          {"PaperlessBilling", "flag"},
                                          {"PaymentMethod", "category"},
                                          {"MonthlyCharges", "number"},
                                          {"TotalCharges", "number"},
                                          {"Churn", "flag"}},
                                         "7043 7043 0 0 0");
  const test::Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(std::count_if(accounts.begin(), accounts.end(),
                          [](const std::string& line) { return line.find("TotalCharges=~") != std::string::npos; }),
            11);
}

TEST(RealData, TextOfFixedWidthWithoutAHeader) {
  const std::string path = test::real_data("CDNOW_sample.txt");
  if (path.empty()) GTEST_SKIP() << "no CDNOW_sample.txt: set TESSERA_TEST_DATA";
  Sources sources;
  SourceSpec& spec = sources.source("cdnow.txt");
  spec.path = path;
  spec.delimiter = ' ';
  spec.header = {"id", "sample", "day", "units", "amount"};
  const Ingested ingested = sources.ingest(1000);
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), "6919 2357 4562 0 0");
  EXPECT_EQ(test::type_of(ingested, "cdnow.day"), "date");
  EXPECT_EQ(test::type_of(ingested, "cdnow.units"), "number");
  EXPECT_EQ(test::type_of(ingested, "cdnow.amount"), "number");
  const test::Texts accounts = test::accounts_of(ingested.accounts);
  const auto first = std::find_if(accounts.begin(), accounts.end(),
                                  [](const std::string& line) { return line.starts_with("00004 "); });
  ASSERT_NE(first, accounts.end());
  EXPECT_EQ(*first, "00004 sample=1 day=10207 units=2 amount=26.48");
}

TEST(RealData, NaughtyStringsComeBackByteForByte) {
  const std::string path = test::real_data("csv_conformance/blns/blns.txt");
  if (path.empty()) GTEST_SKIP() << "no csv_conformance/blns/blns.txt: set TESSERA_TEST_DATA";
  std::ifstream lines(path, std::ios::binary);
  std::map<std::string, int> expected;
  std::string text = "id,x\n";
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t\r\v\f") == std::string::npos) continue;
    expected[line] = 1;
    std::string quoted;
    for (const char c : line) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += "\"" + quoted + "\",1\n";
  }
  ASSERT_GT(expected.size(), 400U);
  Sources sources;
  sources.write("n.csv", text);
  sources.source("n.csv");
  const Ingested ingested = sources.ingest(50);
  EXPECT_TRUE(test::quarantine_of(ingested.report).empty());
  const test::Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(accounts.size(), expected.size());
  for (const std::string& line : accounts) EXPECT_EQ(expected.count(line.substr(0, line.size() - 4)), 1U) << line;
}

}  // namespace
}  // namespace tessera
