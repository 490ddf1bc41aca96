#include "ingest/gzip_reader.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "gzip_text.hpp"
#include "ingest/unpacker.hpp"
#include "temporary_folder.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

using test::gzip_text;

class Gzip : public testing::Test {
 protected:
  InputFile file(const std::string& bytes) { return InputFile(folder_.write("a.csv.gz", bytes)); }
  std::string read(const std::string& bytes, std::size_t piece = 1000) {
    const InputFile packed = file(bytes);
    GzipReader reader(packed);
    std::string text;
    std::string part(piece, '\0');
    while (const std::size_t n = reader.read(part)) text += part.substr(0, n);
    return text;
  }
  std::string unpacked(const std::string& bytes) {
    const InputFile packed = file(bytes);
    const InputFile text = unpack(*unpacker_of(packed, {}), packed);
    std::string all(text.bytes(), '\0');
    text.read(0, all);
    return all;
  }
  void expect_refused(const std::string& bytes, const std::string& part) {
    try {
      static_cast<void>(unpacked(bytes));
      ADD_FAILURE() << "read without a word; expected: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_NE(std::string(error.what()).find("a.csv.gz: the gzip file " + part), std::string::npos) << error.what();
    }
  }
  static std::string noise(std::size_t bytes) {
    std::mt19937 random(1);
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>('a' + random() % 16);
    return text;
  }
  test::TemporaryFolder folder_;
};

TEST_F(Gzip, TextComesBackWhateverThePieces) {
  for (const std::size_t bytes : {0U, 1U, 100U, 262'143U, 262'144U, 262'145U, 1'500'000U}) {
    const std::string text = noise(bytes);
    const std::string packed = gzip_text(text);
    EXPECT_EQ(read(packed), text);
    EXPECT_EQ(read(packed, 300'000), text);
    EXPECT_EQ(unpacked(packed), text);
  }
  EXPECT_EQ(read(gzip_text("abc"), 1), "abc");
}

TEST_F(Gzip, MembersAreOneText) {
  EXPECT_EQ(read(gzip_text("id\n") + gzip_text("") + gzip_text("1\n")), "id\n1\n");
  EXPECT_EQ(read(gzip_text("id\n") + std::string(1000, '\0')), "id\n");
}

TEST_F(Gzip, IsKnownByItsBytes) {
  EXPECT_TRUE(is_gzip(file(gzip_text("a"))));
  for (const char* bytes : {"", "\x1F", "id,x\n", "PK"}) EXPECT_FALSE(is_gzip(file(bytes)));
}

TEST_F(Gzip, CutShortAtAnyByteIsAnError) {
  const std::string packed = gzip_text(noise(300));
  for (std::size_t bytes = 2; bytes < packed.size(); ++bytes) expect_refused(packed.substr(0, bytes), "is cut short");
}

TEST_F(Gzip, DamageIsAnError) {
  const std::string packed = gzip_text(noise(5000));
  for (const std::size_t at : {std::size_t{2}, packed.size() / 2, packed.size() - 6, packed.size() - 2}) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(~damaged[at]);
    expect_refused(damaged, "is damaged before byte");
  }
  expect_refused(packed + "id,x\n", "is damaged before byte");
}

}  // namespace
}  // namespace tessera::intake
