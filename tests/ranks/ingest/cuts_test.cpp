#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "reference_csv.hpp"
#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;

/// Small and nasty: quotes, newlines and delimiters in fields, CRLF, blank lines, no newline at the end, two files.
constexpr std::string_view kFirst =
    "\xEF\xBB\xBFid,\"na\nme\",x\r\n1,\"a \"\"b\"\"\nc\",2\r\n\n2,x\"y,4\n3,,\n\r\n4,too "
    "few\n5,\"d,\ne\",\"7\"\n6,7,8,9\n"
    "\xC3\xA9,\"\n\n\",-0\n,no key,1\n";
constexpr std::string_view kSecond = "id,\"na\nme\",x\n1,late,3\n7,\"q\"r,1\n8,z,ten\n9,\"last\nof all\",9";

const Texts& nasty_accounts() {
  static const Texts accounts =
      test::in_canonical_order({"1 na\nme=late x=3", "2 na\nme=x\"y x=4", "3 na\nme=~ x=~", "5 na\nme=d,\ne x=7",
                                "\xC3\xA9 na\nme=~ x=0", "9 na\nme=last\nof all x=9"});
  return accounts;
}

void expect_nasty_table(const Ingested& ingested, std::size_t filler_lines, const std::string& what) {
  Texts accounts = test::accounts_of(ingested.accounts);
  if (filler_lines > 0) std::erase_if(accounts, [](const std::string& line) { return line.starts_with("filler"); });
  EXPECT_EQ(accounts, nasty_accounts()) << what;
  const std::size_t shift = filler_lines;
  const Texts expected{fmt::format("n-1.csv:{} : too few fields [4,too few]", 9 + shift),
                       fmt::format("n-1.csv:{} : too many fields [6,7,8,9]", 12 + shift),
                       fmt::format("n-1.csv:{} id: blank key []", 16 + shift),
                       "n-2.csv:4 na\nme: text between a closing quote and the delimiter [7,\"q\"r,1]",
                       "n-2.csv:5 x: not a number [ten]"};
  Texts sorted = expected;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(test::quarantine_of(ingested.report), sorted) << what;
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), filler_lines > 0 ? "13 7 1 0 5" : "12 6 1 0 5") << what;
}

TEST(Cuts, EveryBlockSizeGivesTheSameTable) {
  Sources sources;
  sources.write("n-1.csv", kFirst);
  sources.write("n-2.csv", kSecond);
  sources.source("n-*.csv");
  sources.type("na\nme", ColumnType::kText);
  sources.type("x", ColumnType::kNumber);
  for (const std::uint64_t block : std::vector<std::uint64_t>{1, 2, 3, 5, 8, 13, 64, 1 << 20})
    expect_nasty_table(sources.ingest(block), 0, fmt::format("blocks of {}", block));
}

TEST(Cuts, EveryRangeOfTheRanksGivesTheSameTable) {
  Sources sources;
  sources.source("n-*.csv");
  sources.type("na\nme", ColumnType::kText);
  sources.type("x", ColumnType::kNumber);
  sources.write("n-2.csv", kSecond);
  // A row in front, one byte longer each time, moves the cut between any two ranks over every byte.
  const std::size_t header = kFirst.find('\n', kFirst.find('\n') + 1) + 1;
  for (std::size_t length = 0; length < 80; length += static_cast<std::size_t>(test::world().size() > 3 ? 3 : 1)) {
    std::string text(kFirst);
    text.insert(header, "filler" + std::string(length, 'f') + ",,\n");
    sources.write("n-1.csv", text);
    expect_nasty_table(sources.ingest(1 << 20), 1, fmt::format("filler of {}", length));
  }
}

/// The plain reading of a table whose columns are typed: id, a number, a text.
struct PlainTable {
  Texts accounts;
  std::uint64_t rows = 0, good = 0;
};

PlainTable plain_table(std::string_view body) {
  PlainTable table;
  std::map<std::string, std::string> last;
  for (const test::ReferenceRow& row : test::reference_rows(body, ',', 2)) {
    ++table.rows;
    if (row.trailing || row.cells.size() != 3) continue;
    const auto missing = [](const std::string& cell) { return cell.find_first_not_of(" \r\n") == std::string::npos; };
    if (missing(row.cells[0])) continue;
    if (!missing(row.cells[1]) && row.cells[1].find_first_not_of("12") != std::string::npos) continue;
    ++table.good;
    last[row.cells[0]] = fmt::format("{} n={} t={}", row.cells[0], missing(row.cells[1]) ? "~" : row.cells[1],
                                     missing(row.cells[2]) ? "~" : row.cells[2]);
  }
  for (const auto& [id, line] : last) table.accounts.push_back(line);
  std::sort(table.accounts.begin(), table.accounts.end());
  return table;
}

TEST(Cuts, RandomTablesAgreeWithAPlainReader) {
  std::mt19937 random(5);
  Sources sources;
  sources.source("r.csv");
  sources.type("n", ColumnType::kNumber);
  sources.type("t", ColumnType::kText);
  constexpr std::string_view kCells[] = {"1",           "2", "\"1\"", "",     "\"a\"\"\nb\"",
                                         "\"x,\r\ny\"", "z", "\"k\"", "q\"q", "\"t\"t"};
  for (int round = 0; round < 25; ++round) {
    std::string body;
    for (int row = 0; row < 40; ++row) {
      const std::size_t n_cells = random() % 8 == 0 ? 1 + random() % 4 : 3;
      for (std::size_t c = 0; c < n_cells; ++c) {
        const std::size_t which = c == 1 && random() % 8 != 0 ? random() % 4 : random() % std::size(kCells);
        if (c > 0) body += ',';
        body += kCells[which];
      }
      body += random() % 3 == 0 ? "\r\n" : "\n";
    }
    sources.write("r.csv", "id,n,t\n" + body);
    const PlainTable plain = plain_table(body);
    const Ingested ingested = sources.ingest(1 + random() % 40);
    Texts accounts = test::accounts_of(ingested.accounts);
    std::sort(accounts.begin(), accounts.end());
    ASSERT_EQ(accounts, plain.accounts) << body;
    const SourceReport& report = ingested.report.sources[0];
    EXPECT_EQ(report.rows_read, plain.rows);
    EXPECT_EQ(report.quarantined, plain.rows - plain.good);
    EXPECT_EQ(report.used, plain.accounts.size());
  }
}

TEST(Cuts, TheOrderOfRowsDoesNotMatter) {
  std::mt19937 random(6);
  constexpr const char* kKinds[] = {"bank", "insurer", "maker of \"things\"", "NA"};
  Texts rows;
  for (int i = 0; i < 600; ++i)
    rows.push_back(
        fmt::format("A{:03},{},\"{}\",{},2024-{:02}-03,\"Company\n{}\"", i, i % 40 == 0 ? "-" : fmt::format("{}.5", i),
                    i % 4 == 2 ? "maker of \"\"things\"\"" : kKinds[i % 4], i % 3 == 0 ? "yes" : "no", 1 + i % 12, i));
  Sources sources;
  sources.source("s.csv");
  sources.feature("name2");
  sources.type("name2", ColumnType::kText);
  sources.job.segmentations.clear();
  Texts first;
  for (int shuffle = 0; shuffle < 3; ++shuffle) {
    std::string text = "id,turnover,kind,customer,since,name2\n";
    for (const std::string& row : rows) text += row + "\n";
    sources.write("s.csv", text);
    const Ingested ingested = sources.ingest(100);
    const Texts accounts = test::accounts_of(ingested.accounts);
    ASSERT_EQ(accounts.size(), 600U);
    if (first.empty()) first = accounts;
    EXPECT_EQ(accounts, first);
    EXPECT_EQ(accounts, test::in_canonical_order(accounts));
    EXPECT_EQ(test::type_of(ingested, "s.turnover"), "number");
    EXPECT_EQ(test::type_of(ingested, "s.kind"), "category");
    EXPECT_EQ(test::type_of(ingested, "s.customer"), "flag");
    EXPECT_EQ(test::type_of(ingested, "s.since"), "date");
    EXPECT_EQ(ingested.accounts.n_global, 600U);
    EXPECT_EQ(ingested.accounts.first_global, test::world().sum_of_ranks_before(ingested.accounts.n_local));
    std::shuffle(rows.begin(), rows.end(), random);
  }
}

/// The first text to arrive says little about the others: room is not made for all of them to be as long.
TEST(Cuts, AVeryLongTextAmongManyShortOnes) {
  constexpr int kRows = 100'000;
  Sources sources;
  std::string text = "id,note\n0," + std::string(1'000'000, 'x') + "\n";
  for (int i = 1; i < kRows; ++i) text += fmt::format("{},n\n", i);
  sources.write("s.csv", text);
  sources.source("s.csv");
  sources.type("note", ColumnType::kText);
  const Ingested ingested = sources.ingest(4096);
  EXPECT_EQ(ingested.accounts.n_global, kRows);
  std::uint64_t bytes = std::get<TextColumn>(ingested.accounts.find("note")->data).bytes.size();
  bytes = test::world().all_reduce<parallel::Reduce::kSum>(bytes);
  EXPECT_EQ(bytes, intake::kLongestText + kRows - 1) << "it was cut, at the very end";
}

}  // namespace
}  // namespace tessera
