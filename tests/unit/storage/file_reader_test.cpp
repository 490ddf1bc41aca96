#include "storage/file_reader.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include <filesystem>

namespace tessera::storage {
namespace {

class FileReaderTest : public testing::Test {
 protected:
  FileReaderTest() : file_(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ~FileReaderTest() override { std::filesystem::remove(path_); }

  void make_group(const char* name) const { H5Gclose(H5Gcreate2(file_, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); }
  /// Texts of one width of which only those given, by row, are written.
  void make_texts(const char* name, std::size_t width, hsize_t rows,
                  const std::vector<std::pair<hsize_t, std::string>>& written) const {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t one = 1;
    H5Pset_chunk(properties, 1, &one);
    const hid_t space = H5Screate_simple(1, &rows, nullptr), cell = H5Screate_simple(1, &one, nullptr);
    const hid_t dataset = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    for (const auto& [row, text] : written) {
      std::string padded(text);
      padded.resize(width);
      H5Sselect_hyperslab(space, H5S_SELECT_SET, &row, nullptr, &one, nullptr);
      ASSERT_GE(H5Dwrite(dataset, type, cell, space, H5P_DEFAULT, padded.data()), 0);
    }
    for (const hid_t id : {cell, space}) H5Sclose(id);
    H5Dclose(dataset);
    H5Pclose(properties);
    H5Tclose(type);
  }
  void make_codes(const char* name) const {
    const hsize_t one = 1;
    const std::int32_t code = 0;
    const hid_t space = H5Screate_simple(1, &one, nullptr);
    const hid_t dataset = H5Dcreate2(file_, name, H5T_NATIVE_INT32, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, &code);
    H5Sclose(space);
    H5Dclose(dataset);
  }
  [[nodiscard]] FileReader reader() const {
    H5Fclose(file_);
    return {path_, ExitCode::kBadData, ""};
  }

  std::string path_ =
      (std::filesystem::temp_directory_path() / ("tessera-reader-" + std::to_string(::getpid()) + ".h5")).string();
  hid_t file_;
};

TEST_F(FileReaderTest, BelievesNoDictionaryThatTakesNoRoom) {
  make_group("level");
  make_codes("level/codes");
  make_texts("level/categories", 16, (hsize_t{1} << 29) - 1, {{0, "core"}});
  const FileReader file = reader();
  try {
    (void)file.read("/level", 0, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_NE(std::string(error.what()).find("536870911 rows"), std::string::npos) << error.what();
  }
}

TEST_F(FileReaderTest, TakesTextsOfAnyWidthPieceByPiece) {
  constexpr hsize_t kRows = 5, kWidth = hsize_t{15} << 20;  // four have room at a time
  make_texts("texts", kWidth, kRows, {{0, "first"}, {2, std::string(kWidth, 'x')}, {3, "fourth"}, {4, "last"}});
  const OwnedCells cells = reader().read("/texts", 0, kRows);
  const auto& texts = std::get<TextColumn>(cells);
  ASSERT_EQ(texts.size(), kRows);
  EXPECT_EQ(texts.at(0), "first");
  EXPECT_EQ(texts.at(1), "");
  EXPECT_EQ(texts.at(2).size(), kWidth);
  EXPECT_EQ(texts.at(3), "fourth");
  EXPECT_EQ(texts.at(4), "last");
}

}  // namespace
}  // namespace tessera::storage
