#include "ingest/fixed_width.hpp"

#include <gtest/gtest.h>

#include <string>

#include "gzip_text.hpp"
#include "ingest/limits.hpp"
#include "temporary_folder.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

class FixedWidth : public testing::Test {
 protected:
  std::string unpacked(const std::string& bytes, std::vector<std::int64_t> widths = {3, 4, 2}) {
    SourceSpec spec;
    spec.header = std::vector<std::string>(widths.size(), "x");
    spec.widths = std::move(widths);
    const InputFile file(folder_.write("a.txt", bytes));
    const InputFile text = unpack(*unpacker_of(file, spec), file);
    EXPECT_EQ(text.path(), file.path());
    std::string all(text.bytes(), '\0');
    text.read(0, all);
    return all;
  }
  test::TemporaryFolder folder_;
};

TEST_F(FixedWidth, FieldsLoseTheirPaddingAndKeepWhatIsWithin) {
  EXPECT_EQ(unpacked("  1 a b 2\n 10   x 3\r\n"), "1,a b,2\n10,x,3\n") << "the second has blanks alone before x";
  EXPECT_EQ(unpacked("         \n"), ",,\n") << "all missing";
  EXPECT_EQ(unpacked("1  \"a\",22"), "1,\"\"\"a\"\",\",22\n") << "quotes and commas are text";
  EXPECT_EQ(unpacked("1  a\rb 22\n"), "1,\"a\rb\",22\n");
  EXPECT_EQ(unpacked(""), "");
}

TEST_F(FixedWidth, LinesStayLines) {
  EXPECT_EQ(unpacked("\n1  a   22\n\r\n2  b   33\n\n"), "\n1,a,22\n\n2,b,33\n\n");
}

TEST_F(FixedWidth, ShorterLinesHaveTooFewFieldsAndLongerOnesTooMany) {
  EXPECT_EQ(unpacked("1  a   2\n1  a   22\n1  a   22 \n1,\n"), "1  a   2\n1,a,22\n1,a,22, \n\"1,\"\n");
}

TEST_F(FixedWidth, WidthsAreCharacters) {
  EXPECT_EQ(unpacked("äöüßßßß€x\n"), "äöü,ßßßß,€x\n");
  EXPECT_EQ(unpacked("äöüßßßß€\n"), "äöüßßßß€\n") << "eight characters are too few, whatever their bytes";
  EXPECT_EQ(unpacked("1  \xFF\xFE\xFD\xFC"
                     "22\n"),
            "1,\xFF\xFE\xFD\xFC,22\n")
      << "left for the reader of rows to refuse";
}

TEST_F(FixedWidth, MayBePackedAndStartWithAMark) {
  const std::string text =
      "\xEF\xBB\xBF"
      "1  a   22\n2  b   33\n";
  EXPECT_EQ(unpacked(text), "1,a,22\n2,b,33\n");
  EXPECT_EQ(unpacked(test::gzip_text(text)), "1,a,22\n2,b,33\n");
}

TEST_F(FixedWidth, LinesAcrossPiecesAreWhole) {
  std::string bytes;
  std::string expected;
  for (int i = 100000; i < 300000; ++i) {
    bytes += std::to_string(i) + "abc\n";
    expected += std::to_string(i).substr(0, 3) + "," + std::to_string(i).substr(3) + "a,bc\n";
  }
  EXPECT_EQ(unpacked(bytes), expected);
  EXPECT_EQ(unpacked(test::gzip_text(bytes)), expected);
}

TEST_F(FixedWidth, ALineWithoutEndIsRefusedButNotKept) {
  const std::string text = unpacked(std::string(3 * kLongestRow, 'x') + "\n1  a   22\n");
  EXPECT_EQ(text.size(), kLongestRow + 1 + 3 + 1 + 7) << "what is cut off, three commas, and the row behind";
  EXPECT_TRUE(text.ends_with("x\n1,a,22\n"));
}

TEST_F(FixedWidth, WhatIsNoTextIsNamed) {
  SourceSpec spec;
  spec.header = {"a", "b"};
  spec.widths = {3, 4};
  const InputFile file(folder_.write("book.txt", "PK\x03\x04rest"));
  EXPECT_THROW(static_cast<void>(unpacker_of(file, spec)->header(file)), Error);
}

}  // namespace
}  // namespace tessera::intake
