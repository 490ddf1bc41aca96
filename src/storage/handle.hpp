#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>
#include <utility>

#include "tessera/errors.hpp"

namespace tessera::storage {

/// Owns one HDF5 identifier and closes it. Closing in the destructor ignores errors: whoever must know calls close().
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Closer closer) noexcept : id_(id), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Handle() { close(); }

  [[nodiscard]] hid_t id() const noexcept { return id_; }
  /// Negative if HDF5 could not close it; 0 if there was nothing to close.
  herr_t close() noexcept { return id_ < 0 ? 0 : closer_(std::exchange(id_, -1)); }
  /// Leaves it open for ever.
  void abandon() noexcept { id_ = -1; }

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

/// Checks the calls made on one file: a negative result becomes an Error that names the file, what was being done,
/// HDF5's innermost reason and what the reader can do about it.
class CheckedCalls {
 public:
  CheckedCalls(ExitCode code, std::string file, std::string advice);

  template <class Result>
  Result operator()(Result result, std::string_view doing) const {
    if (result < 0) fail(doing);
    return result;
  }
  [[nodiscard]] Handle own(hid_t id, Handle::Closer closer, std::string_view doing) const {
    return {(*this)(id, doing), closer};
  }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

 private:
  [[noreturn]] void fail(std::string_view doing) const;

  ExitCode code_;
  std::string file_;
  std::string advice_;
};

/// Opens a file for reading with HDF5's default driver: no MPI, and no file locks, which network file systems often
/// lack.
[[nodiscard]] Handle open_for_reading(const CheckedCalls& checked);

}  // namespace tessera::storage
