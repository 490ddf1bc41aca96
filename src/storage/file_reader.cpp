#include "storage/file_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>

#include "storage/created.hpp"
#include "storage/handle.hpp"

namespace tessera::storage {
namespace {

/// The most that one read may bring into memory, whatever the file claims.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;
constexpr std::string_view kExpectedBytes = "less than 4 GiB";
/// One long text makes all of its column as wide: padded, there are so many bytes in memory at a time.
constexpr std::uint64_t kMostPadded = std::uint64_t{1} << 26;
/// HDF5 fails on more than 2 GiB in one call.
constexpr std::uint64_t kMostBytesPerCall = std::uint64_t{1} << 30;
constexpr std::size_t kMostLinks = 1'000'000;

herr_t collect_name(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/, void* names) {
  auto& collected = *static_cast<std::vector<std::string>*>(names);
  if (collected.size() >= kMostLinks) return -1;
  collected.emplace_back(name);
  return 0;
}

bool is_fixed_text(hid_t type) {
  return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0;
}

/// Adds texts of `width` bytes each without the NULs that pad them.
void add_unpadded(const std::string& padded, std::size_t width, std::uint64_t count, TextColumn& texts) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string_view cell = std::string_view(padded).substr(i * width, width);
    texts.push_back(cell.substr(0, cell.find_last_not_of('\0') + 1));
  }
}

}  // namespace

struct FileReader::State {
  ExitCode failure;
  CheckedCalls checked;
  Handle file;

  State(const std::string& path, ExitCode code, const std::string& advice)
      : failure(code), checked(code, path, advice), file(open_for_reading(checked)) {}

  [[noreturn]] void refuse(const std::string& path, std::string_view found, std::string_view expected) const {
    throw Error(failure,
                fmt::format("{}: {} is {}; expected {}. {}", checked.file(), path, found, expected, checked.advice()));
  }
  [[nodiscard]] bool is_group(const std::string& path) const;

  /// An open data set of one or two dimensions, its rows by its width.
  struct Column {
    Handle dataset, type, space;
    std::array<hsize_t, 2> extent{0, 1};
    int dimensions = 1;
    std::size_t element_bytes = 0;
  };
  [[nodiscard]] Column open(const std::string& path) const;
  /// Its rows, which are not believed where they take no room.
  [[nodiscard]] std::uint64_t rows(const Column& column, const std::string& path) const;
  void read_raw(const Column& column, const std::string& path, std::uint64_t first, std::uint64_t count,
                hid_t memory_type, std::size_t element_bytes, void* out) const;
  template <class T>
  [[nodiscard]] OwnedCells read_numbers(const Column& column, const std::string& path, std::uint64_t first,
                                        std::uint64_t count, hid_t memory_type) const {
    std::vector<T> values(count * column.extent[1]);
    read_raw(column, path, first, count, memory_type, sizeof(T), values.data());
    return values;
  }
  [[nodiscard]] TextColumn read_texts(const Column& column, const std::string& path, std::uint64_t first,
                                      std::uint64_t count) const;
  [[nodiscard]] OwnedCells read_dataset(const std::string& path, std::uint64_t first, std::uint64_t count) const;
  [[nodiscard]] OwnedCells read_category(const std::string& path, std::uint64_t first, std::uint64_t count) const;

  struct OpenAttribute {
    Handle attribute, type;
  };
  [[nodiscard]] OpenAttribute open_attribute(const std::string& path, const std::string& name,
                                             H5T_class_t expected) const;
};

bool FileReader::State::is_group(const std::string& path) const {
  const Handle object =
      checked.own(H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), H5Oclose, fmt::format("open {}", path));
  return H5Iget_type(object.id()) == H5I_GROUP;
}

FileReader::State::Column FileReader::State::open(const std::string& path) const {
  const std::string doing = fmt::format("open the data set {}", path);
  Column column;
  column.dataset = checked.own(H5Dopen2(file.id(), path.c_str(), H5P_DEFAULT), H5Dclose, doing);
  column.type = checked.own(H5Dget_type(column.dataset.id()), H5Tclose, doing);
  column.space = checked.own(H5Dget_space(column.dataset.id()), H5Sclose, doing);
  column.dimensions = checked(H5Sget_simple_extent_ndims(column.space.id()), doing);
  if (column.dimensions != 1 && column.dimensions != 2)
    refuse(path, fmt::format("a data set of {} dimensions", column.dimensions), "a column or a matrix");
  checked(H5Sget_simple_extent_dims(column.space.id(), column.extent.data(), nullptr), doing);
  column.element_bytes = H5Tget_size(column.type.id());
  return column;
}

std::uint64_t FileReader::State::rows(const Column& column, const std::string& path) const {
  // A damaged extent would have whoever makes room for its rows run out of memory. Deflate packs 1032 bytes into one at
  // best, and a row is a byte or more.
  constexpr std::uint64_t kTightest = 1032;
  const std::uint64_t stored = H5Dget_storage_size(column.dataset.id());
  if (column.extent[0] / kTightest > stored)
    refuse(path, fmt::format("{} rows in {} bytes", column.extent[0], stored), "at least a byte for 1,032 rows");
  return column.extent[0];
}

void FileReader::State::read_raw(const Column& column, const std::string& path, std::uint64_t first,
                                 std::uint64_t count, hid_t memory_type, std::size_t element_bytes, void* out) const {
  const std::string doing = fmt::format("read {}", path);
  const std::uint64_t row_bytes = column.extent[1] * element_bytes;
  const std::uint64_t most = std::max<std::uint64_t>(1, kMostBytesPerCall / std::max<std::uint64_t>(1, row_bytes));
  for (std::uint64_t done = 0; done < count && row_bytes > 0;) {
    const std::array<hsize_t, 2> start{first + done, 0};
    const std::array<hsize_t, 2> block{std::min(most, count - done), column.extent[1]};
    const Handle memory = checked.own(H5Screate_simple(column.dimensions, block.data(), nullptr), H5Sclose, doing);
    checked(H5Sselect_hyperslab(column.space.id(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
            doing);
    checked(H5Dread(column.dataset.id(), memory_type, memory.id(), column.space.id(), H5P_DEFAULT,
                    static_cast<char*>(out) + done * row_bytes),
            doing);
    done += block[0];
  }
}

TextColumn FileReader::State::read_texts(const Column& column, const std::string& path, std::uint64_t first,
                                         std::uint64_t count) const {
  const std::size_t width = column.element_bytes;
  const std::uint64_t most = std::max<std::uint64_t>(1, kMostPadded / std::max<std::size_t>(1, width));
  TextColumn texts;
  std::string padded;
  for (std::uint64_t done = 0; done < count; done += most) {
    const std::uint64_t some = std::min(most, count - done);
    padded.assign(some * width, '\0');
    read_raw(column, path, first + done, some, column.type.id(), width, padded.data());
    add_unpadded(padded, width, some, texts);
    if (texts.bytes.size() > kMostBytes)
      refuse(path, fmt::format("{} bytes in {} texts", texts.bytes.size(), done + some), kExpectedBytes);
  }
  return texts;
}

OwnedCells FileReader::State::read_dataset(const std::string& path, std::uint64_t first, std::uint64_t count) const {
  const Column column = open(path);
  if (first > column.extent[0] || count > column.extent[0] - first)
    refuse(path, fmt::format("{} rows long", column.extent[0]), fmt::format("at least {}", first + count));
  const bool is_text = is_fixed_text(column.type.id()) && column.dimensions == 1;
  constexpr std::uint64_t kNumberBytes = 8;
  if (column.element_bytes > kMostBytes || column.extent[1] > kMostBytes / kNumberBytes ||
      count > kMostBytes / kNumberBytes / std::max<hsize_t>(1, column.extent[1]))
    refuse(path, fmt::format("{} × {} values of {} bytes", count, column.extent[1], column.element_bytes),
           kExpectedBytes);
  if (is_text) return read_texts(column, path, first, count);
  const H5T_class_t type_class = H5Tget_class(column.type.id());
  const auto numbers = [&]<class T>(T, hid_t memory_type) {
    return read_numbers<T>(column, path, first, count, memory_type);
  };
  if (type_class == H5T_FLOAT) return numbers(double{}, H5T_NATIVE_DOUBLE);
  if (type_class == H5T_INTEGER && column.element_bytes == 1) return numbers(std::int8_t{}, H5T_NATIVE_INT8);
  if (type_class == H5T_INTEGER && column.element_bytes <= 4) return numbers(std::int32_t{}, H5T_NATIVE_INT32);
  if (type_class == H5T_INTEGER && H5Tget_sign(column.type.id()) == H5T_SGN_NONE)
    return numbers(std::uint64_t{}, H5T_NATIVE_UINT64);
  if (type_class == H5T_INTEGER) return numbers(std::int64_t{}, H5T_NATIVE_INT64);
  refuse(path, "of another type", "numbers, or text of fixed length");
}

OwnedCells FileReader::State::read_category(const std::string& path, std::uint64_t first, std::uint64_t count) const {
  OwnedCells codes = read_dataset(path + "/codes", first, count);
  const std::string dictionary = path + "/categories";
  const OwnedCells texts = read_dataset(dictionary, 0, rows(open(dictionary), dictionary));
  if (!std::holds_alternative<std::vector<std::int32_t>>(codes) || !std::holds_alternative<TextColumn>(texts))
    refuse(path, "of another type", "codes (int32) into categories (text)");
  CategoryColumn column;
  column.codes = std::get<std::vector<std::int32_t>>(std::move(codes));
  const auto& names = std::get<TextColumn>(texts);
  for (std::size_t i = 0; i < names.size(); ++i) column.categories.emplace_back(names.at(i));
  const auto known = static_cast<std::int64_t>(column.categories.size());
  for (const std::int32_t code : column.codes)
    if (code < -1 || code >= known)
      refuse(path, fmt::format("with the code {}", code), fmt::format("codes from −1 to below {}", known));
  return column;
}

FileReader::State::OpenAttribute FileReader::State::open_attribute(const std::string& path, const std::string& name,
                                                                   H5T_class_t expected) const {
  const std::string doing = fmt::format("read the attribute \"{}\" of {}", name, path);
  OpenAttribute open;
  open.attribute =
      checked.own(H5Aopen_by_name(file.id(), path.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, doing);
  open.type = checked.own(H5Aget_type(open.attribute.id()), H5Tclose, doing);
  const Handle space = checked.own(H5Aget_space(open.attribute.id()), H5Sclose, doing);
  if (H5Tget_class(open.type.id()) != expected || H5Sget_simple_extent_npoints(space.id()) != 1)
    refuse(fmt::format("the attribute \"{}\" of {}", name, path), "of another type or shape",
           expected == H5T_STRING ? "one text" : "one number");
  return open;
}

FileReader::FileReader(const std::string& path, ExitCode failure, const std::string& advice) {
  std::error_code reason;
  if (!std::filesystem::exists(path, reason)) {
    std::error_code none;
    const auto target = std::filesystem::read_symlink(path, none);
    throw Error(ExitCode::kNoInput, reason || target.empty()
                                        ? fmt::format("{}: {}", path, reason ? reason.message() : "no such file")
                                        : fmt::format("{}: links to {}, which is not there", path, target.string()));
  }
  state_ = std::make_unique<State>(path, failure, advice);
}
FileReader::FileReader(FileReader&&) noexcept = default;
FileReader::~FileReader() = default;

bool FileReader::has(const std::string& path) const {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    if (H5Lexists(state_->file.id(), path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

std::vector<std::string> FileReader::children(const std::string& path) const {
  const std::string doing = fmt::format("list the group {}", path);
  const Handle group = state_->checked.own(H5Gopen2(state_->file.id(), path.c_str(), H5P_DEFAULT), H5Gclose, doing);
  std::vector<std::string> names;
  hsize_t position = 0;
  state_->checked(H5Literate(group.id(), H5_INDEX_NAME, H5_ITER_INC, &position, collect_name, &names), doing);
  return names;
}

std::uint64_t FileReader::rows(const std::string& path) const {
  const std::string column = state_->is_group(path) ? path + "/codes" : path;
  return state_->rows(state_->open(column), column);
}

std::uint64_t FileReader::row_bytes(const std::string& path) const {
  const auto column = state_->open(state_->is_group(path) ? path + "/codes" : path);
  return column.extent[1] * column.element_bytes;
}

OwnedCells FileReader::read(const std::string& path, std::uint64_t first, std::uint64_t count) const {
  return state_->is_group(path) ? state_->read_category(path, first, count) : state_->read_dataset(path, first, count);
}

bool FileReader::has_attribute(const std::string& path, const std::string& attribute) const {
  return H5Aexists_by_name(state_->file.id(), path.c_str(), attribute.c_str(), H5P_DEFAULT) > 0 ||
         has(child_path(path, attribute));  // a text too long for an attribute
}

std::int64_t FileReader::integer(const std::string& path, const std::string& attribute) const {
  const auto open = state_->open_attribute(path, attribute, H5T_INTEGER);
  std::int64_t value = 0;
  state_->checked(H5Aread(open.attribute.id(), H5T_NATIVE_INT64, &value), "read an attribute");
  return value;
}

double FileReader::number(const std::string& path, const std::string& attribute) const {
  const auto open = state_->open_attribute(path, attribute, H5T_FLOAT);
  double value = 0.0;
  state_->checked(H5Aread(open.attribute.id(), H5T_NATIVE_DOUBLE, &value), "read an attribute");
  return value;
}

std::string FileReader::text(const std::string& path, const std::string& attribute) const {
  if (H5Aexists_by_name(state_->file.id(), path.c_str(), attribute.c_str(), H5P_DEFAULT) <= 0) {
    const std::string column = child_path(path, attribute);
    if (!has(column)) state_->refuse(path, fmt::format("without the attribute \"{}\"", attribute), "one text");
    const OwnedCells cells = read(column, 0, 1);
    if (const auto* texts = std::get_if<TextColumn>(&cells)) return std::string(texts->at(0));
    state_->refuse(column, "of another type", "one text");
  }
  const auto open = state_->open_attribute(path, attribute, H5T_STRING);
  if (!is_fixed_text(open.type.id()) || H5Tget_size(open.type.id()) > kLongestAttribute)
    state_->refuse(path, fmt::format("with an attribute \"{}\" of unknown length", attribute), "text of fixed length");
  std::string value(H5Tget_size(open.type.id()), '\0');
  state_->checked(H5Aread(open.attribute.id(), open.type.id(), value.data()), "read an attribute");
  return value.substr(0, value.find_last_not_of('\0') + 1);
}

}  // namespace tessera::storage
