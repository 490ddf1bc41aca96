#include "storage/matrix_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "tessera/errors.hpp"

namespace tessera::storage {
namespace {

class MatrixFileTest : public testing::Test {
 protected:
  ~MatrixFileTest() override { std::filesystem::remove(path_); }

  /// Makes the data set "X" of that type and shape from doubles.
  void make(hid_t type, const std::vector<hsize_t>& shape, const std::vector<double>& values) const {
    const hid_t file = H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset = H5Dcreate2(file, "X", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Fclose(file);
  }
  void expect_refused(const std::string& path, const std::string& dataset, ExitCode code,
                      const std::string& says) const {
    try {
      const MatrixFile file(path, dataset);
      FAIL() << "took " << path << ":" << dataset;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code);
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
    }
  }

  std::string path_ =
      (std::filesystem::temp_directory_path() / ("tessera-matrix-" + std::to_string(::getpid()) + ".h5")).string();
};

TEST_F(MatrixFileTest, ReadsRowsOfEitherFloat) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values = {0.5, -1.0, 2.0, 1e18, nan, INFINITY};
  for (const hid_t type : {H5T_IEEE_F64LE, H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_IEEE_F32BE}) {
    make(type, {3, 2}, values);
    const MatrixFile file(path_, "X");
    EXPECT_EQ(file.rows(), 3u);
    EXPECT_EQ(file.columns(), 2u);
    EXPECT_EQ(file.is_float64(), H5Tget_size(type) == 8);
    std::vector<double> rows(4);
    file.read(1, 2, std::span<double>(rows));
    EXPECT_EQ(rows[0], 2.0);
    EXPECT_EQ(rows[1], H5Tget_size(type) == 8 ? 1e18 : static_cast<double>(1e18F));
    EXPECT_TRUE(std::isnan(rows[2]));
    EXPECT_EQ(rows[3], INFINITY);
    std::vector<float> first(2);
    file.read(0, 1, std::span<float>(first));
    EXPECT_EQ(first, (std::vector<float>{0.5F, -1.0F}));
    file.read(3, 0, std::span<double>());
  }
}

TEST_F(MatrixFileTest, NoRowsIsAMatrixToo) {
  make(H5T_IEEE_F32LE, {0, 4}, {});
  EXPECT_EQ(MatrixFile(path_, "X").rows(), 0u);
}

TEST_F(MatrixFileTest, RowsBeyondTheEndAreOurBug) {
  make(H5T_IEEE_F32LE, {2, 1}, {1, 2});
  const MatrixFile file(path_, "X");
  std::vector<double> rows(2);
  EXPECT_THROW(file.read(1, 2, std::span<double>(rows)), Error);
  EXPECT_THROW(file.read(0, 1, std::span<double>(rows)), Error);
  EXPECT_THROW(file.read(std::numeric_limits<std::uint64_t>::max(), 2, std::span<double>(rows)), Error);
}

TEST_F(MatrixFileTest, WhatIsNoMatrixOfFloatsIsRefused) {
  make(H5T_STD_I32LE, {2, 2}, {1, 2, 3, 4});
  expect_refused(path_, "X", ExitCode::kBadData, "float32 or float64");
  make(H5T_IEEE_F64LE, {4}, {1, 2, 3, 4});
  expect_refused(path_, "X", ExitCode::kBadData, "1 dimension");
  make(H5T_IEEE_F64LE, {1, 2, 2}, {1, 2, 3, 4});
  expect_refused(path_, "X", ExitCode::kBadData, "3 dimension");
  make(H5T_IEEE_F64LE, {2, 0}, {});
  expect_refused(path_, "X", ExitCode::kBadData, "d columns");
}

TEST_F(MatrixFileTest, WhatIsNotThereIsNoInput) {
  expect_refused(path_, "X", ExitCode::kNoInput, "no such file");
  make(H5T_IEEE_F64LE, {1, 1}, {1});
  expect_refused(path_, "Y", ExitCode::kNoInput, "\"Y\"");
  std::ofstream(path_, std::ios::trunc) << "a,b\n1,2\n";
  expect_refused(path_, "X", ExitCode::kNoInput, "HDF5");
}

}  // namespace
}  // namespace tessera::storage
