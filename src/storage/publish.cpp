#include "storage/publish.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "parallel/agreement.hpp"
#include "storage/descriptor.hpp"
#include "storage/durable_file.hpp"

namespace tessera::storage {

namespace fs = std::filesystem;
using parallel::run_together;

Staging::Staging(const parallel::Communicator& comm, Names names)
    : comm_(comm), final_path_(std::move(names.final_path)), path_(std::move(names.staged_path)) {}

// By way of another constructor, so that the file is removed where this one throws: a stop may come right after it is
// created.
Staging::Staging(const parallel::Communicator& comm, std::string final_path, std::string staged_path)
    : Staging(comm, Names{std::move(final_path), std::move(staged_path)}) {
  run_together(comm_, [&] {
    if (!comm_.is_root()) return;
    make_folder_of(final_path_);
    std::error_code reason;
    if (fs::is_directory(final_path_, reason))
      cannot_write(final_path_, "write a file there", std::make_error_code(std::errc::is_a_directory));
    is_there_ = Descriptor(path_, O_WRONLY | O_CREAT | O_EXCL).is_open();
    if (!is_there_) cannot_write(path_, "create it", last_error());
  });
  run_together(comm_, [&] {
    if (Descriptor(path_, O_RDWR).is_open()) return;
    const std::error_code reason = last_error();
    cannot_write(path_, fmt::format("open it on rank {}; all ranks need the same file system", comm_.rank()), reason);
  });
}

Staging::~Staging() {
  if (!is_there_) return;
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void Staging::let_group_read() const {
  run_together(comm_, [&] {
    if (!comm_.is_root()) return;
    std::error_code reason;
    fs::permissions(path_, fs::perms::group_read, fs::perm_options::add, reason);
    if (reason) cannot_write(path_, "let its group read it", reason);
  });
}

void Staging::sync() const {
  // Each node has its own cache of a shared file system, so each rank syncs.
  run_together(comm_, [&] { sync_file(path_); });
}

void Staging::publish(const std::function<void()>& may_publish) {
  run_together(comm_, [&] {
    if (!comm_.is_root()) return;
    may_publish();
    rename_synced(path_, final_path_);
    is_there_ = false;
  });
}

}  // namespace tessera::storage
