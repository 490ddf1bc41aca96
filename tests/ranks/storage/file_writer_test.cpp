#include "storage/file_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <numeric>

#include "parallel/communicator.hpp"
#include "scratch.hpp"
#include "storage/file_reader.hpp"

namespace tessera::storage {
namespace {

using test::Scratch;
using test::world;

constexpr ExitCode kFailure = ExitCode::kBadData;

/// Where rank r's rows begin if n rows are dealt out unevenly: some ranks get none, and the last rank all that is left.
std::size_t uneven_begin(std::size_t n, int rank, int size) {
  if (rank == 0) return 0;
  if (rank == size) return n;
  return std::min(
      n, n * static_cast<std::size_t>(rank / 2) / static_cast<std::size_t>(size) + static_cast<std::size_t>(rank / 2));
}

/// A whole table made on every rank, and this rank's rows of it.
struct Sample {
  std::vector<double> numbers;
  std::vector<std::int64_t> counts;
  std::vector<std::int8_t> flags;
  CategoryColumn sector;
  TextColumn ids;
};

Sample make_sample(std::size_t first, std::size_t last) {
  Sample sample;
  sample.sector.categories = {"", "Größe", "hardware", "software/cloud"};
  for (std::size_t i = first; i < last; ++i) {
    sample.numbers.push_back(i % 7 == 3 ? std::numeric_limits<double>::quiet_NaN()
                                        : 1e18 / (static_cast<double>(i) + 1.0));
    sample.counts.push_back(static_cast<std::int64_t>(i) * 1'000'000'007 - 5);
    sample.flags.push_back(static_cast<std::int8_t>(i % 3) - 1);
    sample.sector.codes.push_back(static_cast<std::int32_t>(i % 5) - 1);
    sample.ids.push_back(i % 11 == 5 ? std::string() : std::string(i % 13, 'x') + "é" + std::to_string(i));
  }
  return sample;
}

Table table_of(const Sample& sample, RowsOf rows_of) {
  return {"/people/list",
          rows_of,
          sample.numbers.size(),
          {{"numbers", "EUR", "what it is worth", std::span<const double>(sample.numbers)},
           {"counts", "", "", std::span<const std::int64_t>(sample.counts)},
           {"flags", "", "", std::span<const std::int8_t>(sample.flags)},
           {"crm.sector/group", "", "where it works", CategoryCells{sample.sector.codes, sample.sector.categories}},
           {"ids", "", "", &sample.ids}}};
}

void expect_equal(const FileReader& reader, const Sample& expected) {
  const std::uint64_t n = expected.numbers.size();
  ASSERT_EQ(reader.rows("/people/list/numbers"), n);
  const auto numbers = std::get<std::vector<double>>(reader.read("/people/list/numbers", 0, n));
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_TRUE(numbers[i] == expected.numbers[i] || (std::isnan(numbers[i]) && std::isnan(expected.numbers[i]))) << i;
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(reader.read("/people/list/counts", 0, n)), expected.counts);
  EXPECT_EQ(std::get<std::vector<std::int8_t>>(reader.read("/people/list/flags", 0, n)), expected.flags);
  const auto sector = std::get<CategoryColumn>(reader.read("/people/list/crm.sector%2Fgroup", 0, n));
  EXPECT_EQ(sector.codes, expected.sector.codes);
  EXPECT_EQ(sector.categories, expected.sector.categories);
  const auto ids = std::get<TextColumn>(reader.read("/people/list/ids", 0, n));
  EXPECT_EQ(ids.bytes, expected.ids.bytes);
  EXPECT_EQ(ids.ends, expected.ids.ends);
}

void write_sample(const std::string& path, std::size_t n, RowsOf rows_of, std::uint64_t piece_bytes) {
  const bool all = rows_of == RowsOf::kRoot;
  const Sample mine = make_sample(all ? 0 : uneven_begin(n, world().rank(), world().size()),
                                  all ? n : uneven_begin(n, world().rank() + 1, world().size()));
  FileWriter writer(world(), path, piece_bytes);
  writer.write(table_of(mine, rows_of));
  writer.close();
}

TEST(FileWriter, GivesBackWhatAllRanksWrote) {
  const Scratch scratch;
  // Tiny and contiguous, one row, none at all, and large enough to be packed.
  for (const std::size_t n : {0, 1, 2, 5, 100, 40'000}) {
    write_sample(scratch.file("all.h5"), n, RowsOf::kEveryRank, FileWriter::kPieceBytes);
    expect_equal(FileReader(scratch.file("all.h5"), kFailure, ""), make_sample(0, n));
    world().barrier();
  }
}

TEST(FileWriter, GivesBackWhatTheRootWrote) {
  const Scratch scratch;
  write_sample(scratch.file("root.h5"), 40'000, RowsOf::kRoot, FileWriter::kPieceBytes);
  expect_equal(FileReader(scratch.file("root.h5"), kFailure, ""), make_sample(0, 40'000));
}

TEST(FileWriter, PiecesThatCutChunksGiveTheSame) {
  const Scratch scratch;
  for (const std::uint64_t piece_bytes : {1'000, 77'777, 262'144}) {
    const std::size_t n = piece_bytes == 1'000 ? 2'000 : 60'000;
    write_sample(scratch.file("pieces.h5"), n, RowsOf::kEveryRank, piece_bytes);
    expect_equal(FileReader(scratch.file("pieces.h5"), kFailure, ""), make_sample(0, n));
    world().barrier();
  }
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(FileWriter, WritesTheSameBytesTwice) {
  const Scratch scratch;
  write_sample(scratch.file("a.h5"), 40'000, RowsOf::kEveryRank, FileWriter::kPieceBytes);
  write_sample(scratch.file("b.h5"), 40'000, RowsOf::kEveryRank, FileWriter::kPieceBytes);
  EXPECT_TRUE(bytes_of(scratch.file("a.h5")) == bytes_of(scratch.file("b.h5")));
}

TEST(FileWriter, KeepsAttributesAndNames) {
  const Scratch scratch;
  const std::string path = scratch.file("attributes.h5");
  const std::string long_text(200'000, 'j');
  const Sample mine = make_sample(0, 3);
  {
    FileWriter writer(world(), path);
    writer.write(Attribute{"/", "format", std::string("tessera-results")});
    writer.write(Attribute{"/run", "empty", std::string()});
    writer.write(Attribute{"/run", "ranks", std::int64_t{-7}});
    writer.write(Attribute{"/run/deep", "inertia", 0.1});
    writer.write(Attribute{"/run", "job", long_text});
    writer.write(table_of(mine, RowsOf::kRoot));
    writer.close();
  }
  const FileReader reader(path, kFailure, "");
  EXPECT_EQ(reader.text("/", "format"), "tessera-results");
  EXPECT_EQ(reader.text("/run", "empty"), "");
  EXPECT_EQ(reader.integer("/run", "ranks"), -7);
  EXPECT_EQ(reader.number("/run/deep", "inertia"), 0.1);
  EXPECT_EQ(reader.text("/run", "job"), long_text);
  EXPECT_EQ(reader.text("/people/list/crm.sector%2Fgroup", "name"), "crm.sector/group");
  EXPECT_EQ(reader.text("/people/list/numbers", "unit"), "EUR");
  EXPECT_EQ(reader.text("/people/list/crm.sector%2Fgroup", "description"), "where it works");
  EXPECT_FALSE(reader.has("/people/nobody/at/home"));
  EXPECT_THROW((void)reader.integer("/", "format"), Error);
}

TEST(FileWriter, MatricesKeepTheirShape) {
  const Scratch scratch;
  std::vector<double> values(6);
  std::iota(values.begin(), values.end(), 0.5);
  {
    FileWriter writer(world(), scratch.file("matrix.h5"));
    writer.write({"/model", RowsOf::kRoot, 2, {{"centroids", "", "", std::span<const double>(values), 3}}});
    writer.close();
  }
  const FileReader reader(scratch.file("matrix.h5"), kFailure, "");
  EXPECT_EQ(reader.rows("/model/centroids"), 2u);
  EXPECT_EQ(std::get<std::vector<double>>(reader.read("/model/centroids", 0, 2)), values);
  EXPECT_EQ(std::get<std::vector<double>>(reader.read("/model/centroids", 1, 1)), (std::vector<double>{3.5, 4.5, 5.5}));
}

TEST(FileWriter, AColumnOfTheWrongLengthOnOneRankIsRefusedOnAll) {
  const Scratch scratch;
  const std::vector<double> values(world().rank() == world().size() - 1 ? 2 : 3, 1.0);
  FileWriter writer(world(), scratch.file("wrong.h5"));
  try {
    writer.write({"/t", RowsOf::kEveryRank, 3, {{"x", "", "", std::span<const double>(values)}}});
    FAIL() << "two rows where three were promised";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kInternal);
    EXPECT_TRUE(error.everywhere());
  }
}

}  // namespace
}  // namespace tessera::storage
