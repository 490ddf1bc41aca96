#include "storage/handle.hpp"

#include <fmt/format.h>

namespace tessera::storage {
namespace {

/// A file that failed while all ranks wrote it cannot be closed: HDF5 would write what it still holds, fail again on
/// some rank and leave the others waiting. It would try at exit, and when MPI ends if MPI was there before it: so it
/// comes first.
[[maybe_unused]] const bool leaves_files_alone_at_exit = H5dont_atexit() >= 0 && H5open() >= 0;

/// HDF5 tells its errors from the innermost call outwards; the first says why.
herr_t keep_first(unsigned /*depth*/, const H5E_error2_t* entry, void* reason) {
  auto& text = *static_cast<std::string*>(reason);
  if (text.empty() && entry->desc != nullptr) text = entry->desc;
  return 0;
}

std::string innermost_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason.empty() ? "HDF5 gives no reason" : reason;
}

}  // namespace

CheckedCalls::CheckedCalls(ExitCode code, std::string file, std::string advice)
    : code_(code), file_(std::move(file)), advice_(std::move(advice)) {
  // Errors are told by exceptions; HDF5 would print its whole stack as well.
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void CheckedCalls::fail(std::string_view doing) const {
  throw Error(code_, fmt::format("{}: cannot {} ({}). {}", file_, doing, innermost_reason(), advice_));
}

Handle open_for_reading(const CheckedCalls& checked) {
  const Handle access = checked.own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare to open it");
  checked(H5Pset_file_locking(access.id(), false, true), "open it without a lock");
  return checked.own(H5Fopen(checked.file().c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, "open it as an HDF5 file");
}

}  // namespace tessera::storage
