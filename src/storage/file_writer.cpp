#include "storage/file_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <numeric>

#include "parallel/agreement.hpp"
#include "parallel/native.hpp"
#include "storage/created.hpp"
#include "storage/handle.hpp"
#include "storage/packing.hpp"
#include "storage/reserve.hpp"

namespace tessera::storage {
namespace {

using parallel::Reduce;
using parallel::run_together;

/// What HDF5 keeps about one object and its attributes, at the most.
constexpr std::uint64_t kBookkeepingPerObject = 8 * 1024;
/// Room is taken for so many objects at once.
constexpr std::uint64_t kObjectsAhead = 32;

/// This rank's rows in a data set of n_global.
struct Slice {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t n_global = 0;
  std::uint64_t longest = 0;  ///< count of the rank that has most
  RowsOf rows_of = RowsOf::kRoot;
};

Slice root_slice(const parallel::Communicator& comm, std::uint64_t n) {
  return {0, comm.is_root() ? n : 0, n, n, RowsOf::kRoot};
}

Slice slice_of(const parallel::Communicator& comm, const Table& table) {
  if (table.rows_of == RowsOf::kRoot) return root_slice(comm, table.n_local);
  const std::vector<std::uint64_t> counts = comm.all_gather(static_cast<std::uint64_t>(table.n_local));
  const auto mine = counts.begin() + comm.rank();
  return {std::accumulate(counts.begin(), mine, std::uint64_t{0}), *mine,
          std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), *std::ranges::max_element(counts),
          RowsOf::kEveryRank};
}

/// Rows [first, first + count) of this rank, ready for HDF5; valid until the next call.
using PieceOf = std::function<const void*(std::uint64_t first, std::uint64_t count)>;

std::size_t longest(const TextColumn& texts) {
  std::size_t width = 1;
  for (std::size_t i = 0; i < texts.size(); ++i) width = std::max(width, texts.at(i).size());
  return width;
}

hid_t native_type(double) {
  return H5T_NATIVE_DOUBLE;
}
hid_t native_type(std::int64_t) {
  return H5T_NATIVE_INT64;
}
hid_t native_type(std::uint64_t) {
  return H5T_NATIVE_UINT64;
}
hid_t native_type(std::int32_t) {
  return H5T_NATIVE_INT32;
}
hid_t native_type(std::int8_t) {
  return H5T_NATIVE_INT8;
}

/// The most that a data set may take on the disk. Chunks that a rank shares with others are packed again by each call
/// that writes to them and may move; a 64th covers packing that gains nothing and the index of the chunks.
std::uint64_t most_on_disk(const Shape& shape, std::uint64_t calls, int ranks) {
  const std::uint64_t bytes = shape.n_global * shape.row_bytes;
  const std::uint64_t moved = calls * static_cast<std::uint64_t>(ranks + 1) * std::min(bytes, kChunkBytes);
  return bytes + bytes / 64 + moved;
}

}  // namespace

struct FileWriter::State {
  const parallel::Communicator& comm;
  CheckedCalls checked;
  std::uint64_t piece_bytes;
  Handle transfer, file;
  Handle dataset;                        ///< the one being written
  std::uint64_t n_objects = 0;           ///< made so far
  std::uint64_t n_objects_reserved = 0;  ///< that room was taken for

  State(const parallel::Communicator& communicator, const std::string& path, std::uint64_t most_bytes);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { abandon(); }
  void abandon() noexcept;
  /// As run_together; after a failure the file is left alone, see handle.cpp.
  void together(const std::function<void()>& work);
  /// Before one more object is made: takes room for `bytes` of data and what HDF5 keeps about objects.
  void reserve(std::uint64_t bytes);
  void take_room(std::uint64_t bytes);
  void describe(hid_t object, const TableColumn& column, const std::string& path);
  /// Writes one data set, described by `column` unless it is null.
  void write_dataset(const std::string& path, hid_t type, Shape shape, const Slice& slice, const PieceOf& piece_of,
                     const TableColumn* column);
  [[nodiscard]] bool is_worth_packing(hid_t type, const Shape& shape, const Slice& slice, const PieceOf& piece_of);
  void write_from_root(const std::string& path, hid_t type, const Shape& shape, const Slice& slice,
                       const PieceOf& piece_of, const TableColumn* column);
  void write_piece(hid_t type, std::size_t width, std::uint64_t first, std::uint64_t count,
                   const std::function<const void*()>& piece);

  /// Writes one kind of cells at `path`, described unless `described` is null.
  struct CellWriter;
};

FileWriter::State::State(const parallel::Communicator& communicator, const std::string& path, std::uint64_t most_bytes)
    : comm(communicator),
      checked(ExitCode::kCannotWrite, path,
              "Free space there, or give another [output] path; what was published before is untouched."),
      piece_bytes(most_bytes) {
  together([&] {
    transfer = checked.own(H5Pcreate(H5P_DATASET_XFER), H5Pclose, "prepare to write");
    checked(H5Pset_dxpl_mpio(transfer.id(), H5FD_MPIO_COLLECTIVE), "prepare to write");
    const Handle access = checked.own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare to create it");
    checked(H5Pset_fapl_mpio(access.id(), parallel::native(comm), parallel::no_info()), "prepare to create it");
    const Handle creation = checked.own(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "prepare to create it");
    checked(H5Pset_obj_track_times(creation.id(), false), "leave times out");
    file = checked.own(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose, "create it");
  });
}

void FileWriter::State::abandon() noexcept {
  dataset.abandon();
  file.abandon();
}

void FileWriter::State::together(const std::function<void()>& work) {
  try {
    run_together(comm, work);
  } catch (...) {
    abandon();
    throw;
  }
}

void FileWriter::State::describe(hid_t object, const TableColumn& column, const std::string& path) {
  write_attribute(checked, object, "unit", column.unit);
  write_attribute(checked, object, "description", column.description);
  if (!path.ends_with("/" + column.name)) write_attribute(checked, object, "name", column.name);
}

void FileWriter::State::reserve(std::uint64_t bytes) {
  if (++n_objects > n_objects_reserved || bytes > 0) take_room(bytes);
}

void FileWriter::State::take_room(std::uint64_t bytes) {
  n_objects_reserved = n_objects + kObjectsAhead;
  together([&] {
    if (comm.is_root()) reserve_room(checked.file(), bytes + n_objects_reserved * kBookkeepingPerObject);
  });
}

void FileWriter::State::write_from_root(const std::string& path, hid_t type, const Shape& shape, const Slice& slice,
                                        const PieceOf& piece_of, const TableColumn* column) {
  reserve(0);
  together([&] {
    dataset = create_dataset(checked, file.id(), path, type, shape);
    if (column != nullptr) describe(dataset.id(), *column, path);
    if (slice.count > 0)
      checked(H5Dwrite(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, piece_of(0, slice.count)),
              fmt::format("write {}", path));
    checked(dataset.close(), fmt::format("finish {}", path));
  });
}

/// By the front of the data set, whoever has it: the root decides for all.
bool FileWriter::State::is_worth_packing(hid_t type, const Shape& shape, const Slice& slice, const PieceOf& piece_of) {
  const std::uint64_t rows = std::clamp<std::uint64_t>(kPackingSampleBytes / shape.row_bytes, 1, shape.n_global);
  const std::uint64_t mine = std::min(slice.count, rows - std::min(rows, slice.first));
  std::vector<std::byte> front(mine * shape.row_bytes);
  together([&] {
    if (mine > 0) std::memcpy(front.data(), piece_of(0, mine), front.size());
  });
  front = comm.gather_varied(std::span<const std::byte>(front));
  bool packs = false;
  together([&] { packs = comm.is_root() && packs_well(front, H5Tget_size(type)); });
  return comm.broadcast(std::int32_t{packs}) != 0;
}

void FileWriter::State::write_dataset(const std::string& path, hid_t type, Shape shape, const Slice& slice,
                                      const PieceOf& piece_of, const TableColumn* column) {
  // Nearly all data sets are small and the root's: these need no other rank.
  const bool is_small = shape.n_global * shape.row_bytes < kSmallestPacked;
  if (is_small) shape.packs = false;
  if (is_small && slice.rows_of == RowsOf::kRoot) return write_from_root(path, type, shape, slice, piece_of, column);
  shape.packs = shape.packs && is_worth_packing(type, shape, slice, piece_of);
  const std::uint64_t most = std::max<std::uint64_t>(1, piece_bytes / shape.row_bytes);
  const std::uint64_t calls = (slice.longest + most - 1) / most;
  reserve(most_on_disk(shape, calls, comm.size()));
  together([&] {
    dataset = create_dataset(checked, file.id(), path, type, shape);
    if (column != nullptr) describe(dataset.id(), *column, path);
  });
  for (std::uint64_t call = 0; call < calls; ++call) {
    const std::uint64_t done = std::min(call * most, slice.count);
    const std::uint64_t count = std::min(most, slice.count - done);
    write_piece(type, shape.width, slice.first + done, count, [&] { return piece_of(done, count); });
  }
  together([&] { checked(dataset.close(), fmt::format("finish {}", path)); });
}

void FileWriter::State::write_piece(hid_t type, std::size_t width, std::uint64_t first, std::uint64_t count,
                                    const std::function<const void*()>& piece) {
  const std::string doing = fmt::format("write {} rows", count);
  const void* data = nullptr;
  Handle memory, selection;
  together([&] {
    const std::array<hsize_t, 2> start{first, 0};
    const std::array<hsize_t, 2> block{std::max<std::uint64_t>(count, 1), width};
    memory = checked.own(H5Screate_simple(width > 1 ? 2 : 1, block.data(), nullptr), H5Sclose, doing);
    selection = checked.own(H5Dget_space(dataset.id()), H5Sclose, doing);
    if (count == 0) {
      checked(H5Sselect_none(memory.id()), doing);
      checked(H5Sselect_none(selection.id()), doing);
      return;
    }
    checked(H5Sselect_hyperslab(selection.id(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr), doing);
    data = piece();
  });
  // The memory type is the file's: HDF5 cannot convert while it writes packed data in parallel.
  together([&] { checked(H5Dwrite(dataset.id(), type, memory.id(), selection.id(), transfer.id(), data), doing); });
}

struct FileWriter::State::CellWriter {
  State& state;
  const TableColumn& column;
  std::string path;
  const TableColumn* described;
  Slice slice;

  template <class T>
  void operator()(std::span<const T> values) const {
    const Shape shape{slice.n_global, column.width, column.width * sizeof(T), column.compresses};
    const hid_t type = native_type(T{});
    state.write_dataset(
        path, type, shape, slice,
        [&](std::uint64_t first, std::uint64_t) { return values.data() + first * column.width; }, described);
  }

  void operator()(const TextColumn* texts) const {
    std::uint64_t width = longest(*texts);
    if (slice.rows_of == RowsOf::kEveryRank) width = state.comm.all_reduce<Reduce::kMax>(width);
    const Shape shape{slice.n_global, 1, width, column.compresses};
    Handle type;
    state.together([&] { type = text_type(state.checked, width); });
    std::string padded;
    const auto pad = [&](std::uint64_t first, std::uint64_t count) {
      padded.assign(count * width, '\0');
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::string_view text = texts->at(first + i);
        std::memcpy(padded.data() + i * width, text.data(), text.size());
      }
      return padded.data();
    };
    state.write_dataset(path, type.id(), shape, slice, pad, described);
  }

  void operator()(const CategoryCells& cells) const {
    state.reserve(0);
    state.together([&] {
      const Handle group = open_group(state.checked, state.file.id(), path);
      state.describe(group.id(), column, path);
    });
    CellWriter{state, column, path + "/codes", nullptr, slice}(cells.codes);
    TextColumn texts;
    for (const std::string& category : cells.categories) texts.push_back(category);
    CellWriter{state, column, path + "/categories", nullptr, root_slice(state.comm, texts.size())}(&texts);
  }
};

FileWriter::FileWriter(const parallel::Communicator& comm, const std::string& path, std::uint64_t piece_bytes)
    : state_(std::make_unique<State>(comm, path, piece_bytes)) {}
FileWriter::~FileWriter() = default;

void FileWriter::write(const Table& table) {
  state_->together([&] {
    for (const TableColumn& column : table.columns)
      if (row_count(column.cells, column.width) != table.n_local)
        throw Error(ExitCode::kInternal,
                    fmt::format("{}: column \"{}\" has {} rows, its table {}", table.path, column.name,
                                row_count(column.cells, column.width), table.n_local));
    const Handle made = open_group(state_->checked, state_->file.id(), table.path);
  });
  const Slice slice = slice_of(state_->comm, table);
  for (const TableColumn& column : table.columns)
    std::visit(State::CellWriter{*state_, column, child_path(table.path, column.name), &column, slice}, column.cells);
}

void FileWriter::write(const Attribute& attribute) {
  const auto* text = std::get_if<std::string>(&attribute.value);
  if (text != nullptr && text->size() > kLongestAttribute) {
    TextColumn one;
    one.push_back(*text);
    write({attribute.path, RowsOf::kRoot, 1, {{attribute.name, "", "too long for an attribute", &one}}});
    return;
  }
  state_->reserve(0);
  state_->together([&] {
    const Handle group = open_group(state_->checked, state_->file.id(), attribute.path);
    std::visit([&](const auto& value) { write_attribute(state_->checked, group.id(), attribute.name, value); },
               attribute.value);
  });
}

void FileWriter::close() {
  state_->take_room(0);
  state_->together([&] { state_->checked(state_->file.close(), "finish writing it"); });
  run_together(state_->comm, [&] {
    if (state_->comm.is_root()) release_room(state_->checked.file());
  });
}

}  // namespace tessera::storage
