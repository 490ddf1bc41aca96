#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gzip_text.hpp"
#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;

constexpr std::size_t kFiles = 3;

/// The same delivery with a delimiter and with fixed widths: blank lines, an account twice, dirt, and lines that do not
/// fit.
std::string file_text(std::size_t f, bool fixed) {
  std::string text = fixed ? "" : "id;name;x\n";
  for (std::size_t i = 0; i < 40 * (f + 1); ++i) {
    const std::string id = std::to_string((7 * i + f) % 120);
    const std::string name = i % 6 == 5 ? "" : fmt::format("ä, {}", i);
    const std::string x = i % 25 == 3 ? "dirt" : fmt::format("{}.5", i);
    if (i % 31 == 30) {
      text += fmt::format("{:<5}short\r\n\n", id);
    } else if (i % 31 == 15) {
      text += fixed ? fmt::format("{:<5}{:<9}{:>6}!\r\n", id, name, x) : fmt::format("{};{};{};!\r\n", id, name, x);
    } else {
      text += fixed ? fmt::format("{:<5}{:<9}{:>6}\r\n", id, name, x) : fmt::format("{};{};{}\r\n", id, name, x);
    }
  }
  return text;
}

TEST(FixedWidthSource, GivesWhatDelimitedTextGivesAndTheLinesOfItsOwnFiles) {
  const auto outcome = [](bool fixed, bool packed) {
    Sources sources;
    SourceSpec& spec = sources.source("s-*.txt");
    if (fixed) {
      spec.header = {"id", "name", "x"};
      spec.widths = {5, 9, 6};
    }
    sources.type("name", ColumnType::kText);
    sources.type("x", ColumnType::kNumber);
    for (std::size_t f = 0; f < kFiles; ++f) {
      const std::string text = file_text(f, fixed);
      sources.write(fmt::format("s-{}.txt", f), packed ? test::gzip_text(text) : text);
    }
    const Ingested ingested = sources.ingest(100);
    Texts told = test::accounts_of(ingested.accounts);
    told.push_back(test::counts_of(ingested.report.sources[0]));
    // The header is a line more, and a row in quarantine is shown as it was cut.
    for (const std::string& row : test::quarantine_of(ingested.report)) {
      const std::size_t colon = row.find(':');
      const int line = std::stoi(row.substr(colon + 1)) + (fixed ? 1 : 0);
      told.push_back(fmt::format("{}:{}{}", row.substr(0, colon), line, row.substr(row.find(' '))));
      told.back() = told.back().substr(0, told.back().find('['));
    }
    std::sort(told.begin(), told.end());
    return told;
  };
  const Texts delimited = outcome(false, false);
  ASSERT_GT(delimited.size(), 120U);
  EXPECT_EQ(outcome(true, false), delimited);
  EXPECT_EQ(outcome(true, true), delimited);
}

TEST(FixedWidthSource, ARowThatDoesNotFitIsQuarantinedAsItStands) {
  Sources sources;
  SourceSpec& spec = sources.source("s.txt");
  spec.header = {"id", "x"};
  spec.widths = {3, 4};
  sources.write("s.txt", "a     1\nb    12\nc   3\n\nd    45!\ne  \xFF  1");
  sources.type("x", ColumnType::kNumber);
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts), test::in_canonical_order({"a x=1", "b x=12"}));
  const Texts expected{"s.txt:3 : too few fields [c   3]", "s.txt:5 : too many fields [d,45,!]",
                       "s.txt:6 x: not UTF-8 [\xEF\xBF\xBD  1]"};
  EXPECT_EQ(test::quarantine_of(ingested.report), expected);
}

}  // namespace
}  // namespace tessera
