#include "storage/matrix_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "storage/handle.hpp"

namespace tessera::storage {
namespace {

/// HDF5 fails on more than 2 GiB in one call.
constexpr std::uint64_t kMaxBytesPerRead = std::uint64_t{1} << 30;

void check_exists(const std::string& path) {
  std::error_code reason;
  if (std::filesystem::exists(path, reason)) return;
  throw Error(ExitCode::kNoInput, fmt::format("{}: {}. Check the path of this matrix in the job file.", path,
                                              reason ? reason.message() : "no such file"));
}

}  // namespace

struct MatrixFile::Handles {
  CheckedCalls checked;
  std::string dataset_name;
  Handle file, dataset, space;
  std::uint64_t rows = 0, columns = 0;
  bool is_float64 = false;

  Handles(const std::string& path, const std::string& dataset);
  void find_shape(const std::string& path);

  template <class Float>
  void read(std::uint64_t first, std::uint64_t count, std::span<Float> out, hid_t memory_type) const;
};

MatrixFile::Handles::Handles(const std::string& path, const std::string& name)
    : checked(ExitCode::kNoInput, path, "Check `path` and `dataset` in the job file, and that the file is whole."),
      dataset_name(name) {
  check_exists(path);
  file = open_for_reading(checked);
  dataset = checked.own(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose,
                        fmt::format("open the data set \"{}\"", name));
  space = checked.own(H5Dget_space(dataset.id()), H5Sclose, fmt::format("read the shape of \"{}\"", name));
  find_shape(path);
}

void MatrixFile::Handles::find_shape(const std::string& path) {
  const Handle type = checked.own(H5Dget_type(dataset.id()), H5Tclose, "read the type of the data set");
  const std::size_t bytes = H5Tget_size(type.id());
  const bool is_float = H5Tget_class(type.id()) == H5T_FLOAT && (bytes == 4 || bytes == 8);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  std::array<hsize_t, 2> shape{};
  if (rank == 2)
    checked(H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr), "read the shape of the data set");
  if (!is_float || rank != 2 || shape[1] == 0 || shape[1] > kMaxBytesPerRead / sizeof(double)) {
    throw Error(
        ExitCode::kBadData,
        fmt::format("{}: the data set \"{}\" has {} dimension(s) of {}-byte {} values; expected a matrix of n rows "
                    "by d columns of float32 or float64.",
                    path, dataset_name, rank, bytes, is_float ? "floating-point" : "other"));
  }
  rows = shape[0];
  columns = shape[1];
  is_float64 = bytes == 8;
}

template <class Float>
void MatrixFile::Handles::read(std::uint64_t first, std::uint64_t count, std::span<Float> out,
                               hid_t memory_type) const {
  if (first > rows || count > rows - first || out.size() != count * columns)
    throw Error(ExitCode::kInternal,
                fmt::format("rows {} to {} asked of the {} rows of \"{}\", into room for {} values", first,
                            first + count, rows, dataset_name, out.size()));
  const std::uint64_t most = std::max<std::uint64_t>(1, kMaxBytesPerRead / (columns * sizeof(Float)));
  for (std::uint64_t done = 0; done < count;) {
    const std::array<hsize_t, 2> start{first + done, 0};
    const std::array<hsize_t, 2> block{std::min(most, count - done), columns};
    const Handle memory = checked.own(H5Screate_simple(2, block.data(), nullptr), H5Sclose, "describe a block of rows");
    checked(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
            "select a block of rows");
    checked(H5Dread(dataset.id(), memory_type, memory.id(), space.id(), H5P_DEFAULT, out.data() + done * columns),
            fmt::format("read rows {} to {} of \"{}\"", start[0], start[0] + block[0], dataset_name));
    done += block[0];
  }
}

MatrixFile::MatrixFile(const std::string& path, const std::string& dataset)
    : handles_(std::make_unique<Handles>(path, dataset)) {}
MatrixFile::~MatrixFile() = default;

std::uint64_t MatrixFile::rows() const noexcept {
  return handles_->rows;
}
std::uint64_t MatrixFile::columns() const noexcept {
  return handles_->columns;
}
bool MatrixFile::is_float64() const noexcept {
  return handles_->is_float64;
}

void MatrixFile::read(std::uint64_t first, std::uint64_t count, std::span<double> out) const {
  handles_->read(first, count, out, H5T_NATIVE_DOUBLE);
}
void MatrixFile::read(std::uint64_t first, std::uint64_t count, std::span<float> out) const {
  handles_->read(first, count, out, H5T_NATIVE_FLOAT);
}

}  // namespace tessera::storage
