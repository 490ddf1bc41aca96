#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace tessera::storage {

/// A file opened without HDF5: to reserve room, to sync. Closes itself; is_open() false leaves the reason in errno.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : id_(::open(path.c_str(), flags | O_CLOEXEC, kOwnerAlone)) {}
  ~Descriptor() {
    if (id_ >= 0) ::close(id_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool is_open() const noexcept { return id_ >= 0; }
  [[nodiscard]] int id() const noexcept { return id_; }

 private:
  /// Mode of a file that is made: results are about people and companies, so nobody else reads them, not even in part.
  static constexpr mode_t kOwnerAlone = 0600;
  int id_;
};

}  // namespace tessera::storage
