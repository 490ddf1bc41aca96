#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace tessera::storage {

/// A file opened without HDF5: to reserve room, to sync. Closes itself; is_open() false leaves the reason in errno.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : id_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (id_ >= 0) ::close(id_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool is_open() const noexcept { return id_ >= 0; }
  [[nodiscard]] int id() const noexcept { return id_; }

 private:
  int id_;
};

}  // namespace tessera::storage
