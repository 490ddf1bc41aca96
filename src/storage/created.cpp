#include "storage/created.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "storage/packing.hpp"

namespace tessera::storage {
namespace {

Handle without_times(const CheckedCalls& checked, hid_t property_class) {
  Handle properties = checked.own(H5Pcreate(property_class), H5Pclose, "prepare an object");
  checked(H5Pset_obj_track_times(properties.id(), false), "leave times out");
  return properties;
}

void write_scalar(const CheckedCalls& checked, hid_t object, const std::string& name, hid_t type, const void* value) {
  const std::string doing = fmt::format("write the attribute \"{}\"", name);
  const Handle space = checked.own(H5Screate(H5S_SCALAR), H5Sclose, doing);
  const Handle attribute =
      checked.own(H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, doing);
  checked(H5Awrite(attribute.id(), type, value), doing);
}

}  // namespace

Handle text_type(const CheckedCalls& checked, std::size_t width) {
  Handle type = checked.own(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  checked(H5Tset_size(type.id(), std::max<std::size_t>(1, width)), "make a text type");
  checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a text type");
  checked(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "make a text type");
  return type;
}

Handle open_group(const CheckedCalls& checked, hid_t file, const std::string& path) {
  const Handle properties = without_times(checked, H5P_GROUP_CREATE);
  Handle group = checked.own(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, "open the group /");
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string link = path.substr(begin, end - begin);
    const std::string doing = fmt::format("make the group {}", path.substr(0, end));
    const bool exists = checked(H5Lexists(group.id(), link.c_str(), H5P_DEFAULT), doing) > 0;
    group = checked.own(exists ? H5Gopen2(group.id(), link.c_str(), H5P_DEFAULT)
                               : H5Gcreate2(group.id(), link.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                        H5Gclose, doing);
    begin = end + 1;
  }
  return group;
}

void write_attribute(const CheckedCalls& checked, hid_t object, const std::string& name, const std::string& text) {
  // c_str() has the NUL that stands for an empty text, whose type must be one byte long.
  write_scalar(checked, object, name, text_type(checked, text.size()).id(), text.c_str());
}

void write_attribute(const CheckedCalls& checked, hid_t object, const std::string& name, std::int64_t value) {
  write_scalar(checked, object, name, H5T_NATIVE_INT64, &value);
}

void write_attribute(const CheckedCalls& checked, hid_t object, const std::string& name, double value) {
  write_scalar(checked, object, name, H5T_NATIVE_DOUBLE, &value);
}

Handle create_dataset(const CheckedCalls& checked, hid_t file, const std::string& path, hid_t type,
                      const Shape& shape) {
  const std::string doing = fmt::format("make the data set {}", path);
  const Handle properties = without_times(checked, H5P_DATASET_CREATE);
  const int dimensions = shape.width > 1 ? 2 : 1;
  if (shape.packs) {
    const std::array<hsize_t, 2> chunk{std::clamp<std::uint64_t>(kChunkBytes / shape.row_bytes, 1, shape.n_global),
                                       shape.width};
    checked(H5Pset_chunk(properties.id(), dimensions, chunk.data()), doing);
    checked(H5Pset_shuffle(properties.id()), doing);
    checked(H5Pset_deflate(properties.id(), kDeflateLevel), doing);
  } else {
    // Every element is written, so HDF5 need not fill the space first.
    checked(H5Pset_fill_time(properties.id(), H5D_FILL_TIME_NEVER), doing);
  }
  const std::array<hsize_t, 2> extent{shape.n_global, shape.width};
  const Handle space = checked.own(H5Screate_simple(dimensions, extent.data(), nullptr), H5Sclose, doing);
  return checked.own(H5Dcreate2(file, path.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                     H5Dclose, doing);
}

}  // namespace tessera::storage
