#include "ingest/csv_header.hpp"

#include <gtest/gtest.h>

#include "gzip_text.hpp"
#include "ingest/csv_source.hpp"
#include "temporary_folder.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

using Names = std::vector<std::string>;

class CsvHeaderTest : public testing::Test {
 protected:
  CsvHeader header_of(std::string_view text, char delimiter = 0) {
    return read_csv_header(InputFile(folder_.write("head.csv", text)), delimiter);
  }
  void expect_refused(std::string_view text, const std::string& with) {
    try {
      static_cast<void>(header_of(text));
      FAIL() << "not refused: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_NE(std::string(error.what()).find(with), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("head.csv:1: "), std::string::npos) << error.what();
    }
  }
  test::TemporaryFolder folder_;
};

TEST_F(CsvHeaderTest, FindsTheDelimiter) {
  EXPECT_EQ(header_of("a,b,c\n").columns, (Names{"a", "b", "c"}));
  EXPECT_EQ(header_of("a;b;c\n1,2;3;4\n").columns, (Names{"a", "b", "c"}));
  EXPECT_EQ(header_of("a\tb\n").delimiter, '\t');
  EXPECT_EQ(header_of("a|b\n").delimiter, '|');
  EXPECT_EQ(header_of("\"a,1,2\";b\n").columns, (Names{"a,1,2", "b"}));
  EXPECT_EQ(header_of("alone\n").delimiter, ',');
  EXPECT_EQ(header_of("a,b;c\n", ';').columns, (Names{"a,b", "c"}));
}

TEST_F(CsvHeaderTest, KnowsWhereTheBodyStarts) {
  const CsvHeader marked = header_of("\xEF\xBB\xBFid,name\r\n1,x\r\n");
  EXPECT_EQ(marked.columns, (Names{"id", "name"}));
  EXPECT_EQ(marked.body, 12U);
  EXPECT_EQ(marked.lines, 1U);
  const CsvHeader broken = header_of("id,\"long\nname \"\"x\"\"\"\n1,2");
  EXPECT_EQ(broken.columns, (Names{"id", "long\nname \"x\""}));
  EXPECT_EQ(broken.lines, 2U);
  const CsvHeader alone = header_of("id,name");
  EXPECT_EQ(alone.body, 7U);
  EXPECT_EQ(alone.lines, 0U);
}

TEST_F(CsvHeaderTest, NamesAreTrimmedAndFilledIn) {
  EXPECT_EQ(header_of(" id , ,\"\",d\n").columns, (Names{"id", "column_2", "column_3", "d"}));
}

TEST_F(CsvHeaderTest, LiesInAGzipFileAsWell) {
  const CsvHeader header = header_of(test::gzip_text("\xEF\xBB\xBFid;\"a\nb\"\r\n1;2\n"));
  EXPECT_EQ(header.columns, (Names{"id", "a\nb"}));
  EXPECT_EQ(header.body, 13U);
  EXPECT_EQ(header.lines, 2U);
}

TEST_F(CsvHeaderTest, MayComeFromTheJob) {
  const auto with = [&](const std::string& text, char delimiter, const Names& names) {
    return read_csv_header(InputFile(folder_.write("rows.csv", text)), delimiter, names);
  };
  const CsvHeader header = with("\xEF\xBB\xBF 00004 19970101  2 \r\n", ' ', {"id", "date", "n"});
  EXPECT_EQ(header.columns, (Names{"id", "date", "n"}));
  EXPECT_EQ(header.body, 3U);
  EXPECT_EQ(header.lines, 0U);
  EXPECT_EQ(with("", 0, {"id"}).columns, Names{"id"});
  EXPECT_EQ(with("1;2\n", 0, {"id", "x"}).delimiter, ';');
  const auto expect = [&](const std::string& text, const Names& names, const std::string& part) {
    try {
      static_cast<void>(with(text, 0, names));
      ADD_FAILURE() << "no error; expected: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_NE(std::string(error.what()).find("rows.csv:1: " + part), std::string::npos) << error.what();
    }
  };
  expect("1,2\n", {"id", "x", "y"}, "the source's header names 3 columns, but the first row has 2");
  expect("id,x\n1,2\n", {"id", "x"}, "the first line names the columns itself");
}

TEST_F(CsvHeaderTest, RefusesWhatIsNoHeader) {
  expect_refused("", "empty");
  expect_refused("\xEF\xBB\xBF\r\n \n", "empty");
  expect_refused("\nid,name\n", "blank");
  expect_refused("id,name,id\n", "\"id\" twice");
  expect_refused("id,\"name\n1,2\n", "never closed");
  expect_refused("id,\"na\"me\n", "closing quote");
  expect_refused("\xFF\xFEi\0d", "UTF-16");
  expect_refused(test::gzip_text(test::gzip_text("id,x\n")), "compressed twice");
  expect_refused("PK\x03\x04rest", "workbook");
  expect_refused("id,n\xE9\n", "UTF-8");
  expect_refused("id," + std::string(2 << 20, 'x'), "does not end");
}

TEST_F(CsvHeaderTest, FilesOfASourceHaveOneHeader) {
  SourceSpec spec;
  const std::string a = folder_.write("a.csv", "id,x\n1,2\n");
  const std::string b = folder_.write("b.csv", "\xEF\xBB\xBFid,\"x\"\r\n3,4");
  const CsvSource source = open_csv_source(spec, {a, b});
  EXPECT_EQ(source.bytes, 7U);
  EXPECT_EQ(source.files[1].first, 4U);
  EXPECT_EQ(source.files[1].body, 11U);
  for (const auto& [text, difference] : {std::pair<const char*, const char*>{"id,y\n", "column 2 is \"y\", but \"x\""},
                                         {"id,x,z\n", "names 3 columns, but 2"}}) {
    const std::string c = folder_.write("c.csv", text);
    try {
      static_cast<void>(open_csv_source(spec, {a, c}));
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_NE(std::string(error.what()).find(difference), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("c.csv"), std::string::npos) << error.what();
    }
  }
}

TEST_F(CsvHeaderTest, GlobsComeInNameOrderAndMustMatch) {
  for (const char* name : {"o-10.csv", "o-2.csv", "o-1.csv", "p.csv"}) folder_.write(name, "id\n");
  EXPECT_EQ(expand_glob("s", folder_ / "o-*.csv"),
            (Names{folder_ / "o-1.csv", folder_ / "o-10.csv", folder_ / "o-2.csv"}));
  folder_.write("odd[1].csv", "id\n");
  EXPECT_EQ(expand_glob("s", folder_ / "odd[1].csv"), (Names{folder_ / "odd[1].csv"}));
  EXPECT_THROW(static_cast<void>(expand_glob("s", folder_ / "q*.csv")), Error);
  EXPECT_THROW(static_cast<void>(InputFile(folder_ / "none.csv")), Error);
}

}  // namespace
}  // namespace tessera::intake
