#pragma once

#include <optional>
#include <string>

#include "parallel/communicator.hpp"

namespace tessera::storage {

/// A file on its way to its final name: it is written beside it under a name of this run's own, and takes the final
/// name, whole and on the disk, or is removed. All members are collective and throw Error(kCannotWrite) on all ranks.
class Staging {
 public:
  /// Creates missing directories and the empty staging file FINAL.partial-RUN_ID.
  Staging(const parallel::Communicator& comm, std::string final_path, const std::string& run_id);
  /// Removes the staging file unless it was published. Not collective.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Brings every rank's bytes to the disk. The file is closed on all ranks.
  void sync() const;
  /// Gives the file its final name, in place of whatever had it.
  void publish();

 private:
  const parallel::Communicator& comm_;
  std::string final_path_;
  std::string path_;
  bool published_ = false;
};

/// Collective. Makes `link_name` beside the published file a symbolic link to it, in one step. A link is a convenience:
/// where it cannot be made (no such file system, or a file of that name is in the way) the reason is returned instead
/// of thrown.
[[nodiscard]] std::optional<std::string> link_to_newest(const parallel::Communicator& comm,
                                                        const std::string& published_path, const std::string& link_name,
                                                        const std::string& run_id);

}  // namespace tessera::storage
