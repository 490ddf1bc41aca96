#pragma once

#include <functional>
#include <string>

#include "parallel/communicator.hpp"

namespace tessera::storage {

/// A file on its way to its final name: it is written beside it under a name of this attempt's own, and takes the final
/// name, whole and on the disk, or is removed. All members are collective and throw Error(kCannotWrite) on all ranks.
class Staging {
 public:
  /// Creates missing directories and the empty file `staged_path`, which lies in the folder of the final one.
  Staging(const parallel::Communicator& comm, std::string final_path, std::string staged_path);
  /// Removes the staging file unless it was published. Not collective.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Beside the owner, who alone may read a file that nothing is said of.
  void let_group_read() const;
  /// Brings every rank's bytes to the disk. The file is closed on all ranks.
  void sync() const;
  /// Gives the file its final name, in place of whatever had it. Right before that rank 0 asks `may_publish`, which
  /// throws if not.
  void publish(const std::function<void()>& may_publish);

 private:
  struct Names {
    std::string final_path, staged_path;
  };
  /// Creates nothing.
  Staging(const parallel::Communicator& comm, Names names);

  const parallel::Communicator& comm_;
  std::string final_path_;
  std::string path_;
  bool is_there_ = false;  ///< of rank 0: the staging file, which is this attempt's
};

}  // namespace tessera::storage
